/** What the API tells of proofs, of what is owed since when, and of the entries of a month. */

import { z } from 'zod'
import { csv, day, defineOperations, id, instant, micros } from '../../platform/http/index.ts'

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'a month such as 2026-10')
const state = z.enum(['green', 'red', 'unknown'])

export const proofOperations = defineOperations({
  proveMonth: {
    method: 'GET',
    path: '/api/v1/billing/proof',
    summary: 'Signalling = rated calls = ledger = invoices of a month, with every record that differs',
    permission: 'billing.prove',
    audit: 'read',
    query: z.object({ month }),
    output: z.object({
      month: z.string(),
      isGreen: z.boolean(),
      equalities: z.object({ signalling: state, rating: state, ledger: state, invoices: state }),
      calls: z.int(),
      chargeMicros: micros,
      invoices: z.int(),
      findings: z.array(
        z.object({
          equality: z.string(),
          record: z.string(),
          id: z.string(),
          tenantId: id.nullable(),
          message: z.string(),
        }),
      ),
    }),
    failures: {},
  },
  readAgeing: {
    method: 'GET',
    path: '/api/v1/billing/ageing',
    summary: 'What customers owe by invoices, by how long it is overdue',
    permission: 'billing.read',
    audit: 'none',
    query: z.object({ at: instant.optional() }),
    output: z.object({
      at: instant,
      items: z.array(
        z.object({
          customerId: id,
          customerName: z.string(),
          accountCode: z.string(),
          currency: z.string(),
          /** Open invoices: not due yet, and overdue up to 30, 60, 90 and more days. */
          notDueMicros: micros,
          upTo30Micros: micros,
          upTo60Micros: micros,
          upTo90Micros: micros,
          olderMicros: micros,
          balanceMicros: micros,
        }),
      ),
    }),
    failures: {},
  },
  downloadJournal: {
    method: 'GET',
    path: '/api/v1/billing/journal.csv',
    summary: 'Entries of the ledger for the accountant, summed by day, kind and book',
    permission: 'billing.read',
    audit: 'read',
    query: z.object({ from: day, to: day }),
    output: csv('day, kind, book, currency, debit, credit'),
    failures: {},
  },
})
