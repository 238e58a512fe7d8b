/** What the API can do with invoices. */

import { z } from 'zod'
import {
  csv,
  defineOperations,
  file,
  id,
  instant,
  micros,
  pageOf,
  pageQuery,
  wholeNumber,
} from '../../platform/http/index.ts'

const status = z.enum(['draft', 'issued', 'part_paid', 'paid', 'overdue', 'void'])
const kind = z.enum(['customer', 'wholesale'])

export const invoice = z.object({
  id,
  tenantId: id,
  customerId: id.nullable(),
  kind,
  accountId: id,
  number: z.string().nullable(),
  status,
  currency: z.string(),
  /** The month of usage, half-open, in `zone`. */
  periodFrom: z.string(),
  periodTo: z.string(),
  windowFrom: instant,
  windowTo: instant,
  zone: z.string(),
  usageMicros: micros,
  callCount: z.int(),
  netMicros: micros,
  taxMicros: micros,
  totalMicros: micros,
  billed: z.object({
    name: z.string(),
    accountCode: z.string(),
    address: z.string(),
    email: z.string(),
    region: z.string(),
    country: z.string(),
    taxExempt: z.string().nullable(),
  }),
  createdAt: instant,
  issuedAt: instant.nullable(),
  dueAt: instant.nullable(),
})

export const line = z.object({
  kind: z.enum(['activation', 'partial', 'monthly', 'credit', 'one_off', 'usage', 'correction']),
  subscriptionId: id.nullable(),
  sourceId: id.nullable(),
  description: z.string(),
  fromDay: z.string().nullable(),
  toDay: z.string().nullable(),
  days: z.int().nullable(),
  daysOf: z.int().nullable(),
  quantity: micros,
  seconds: micros.nullable(),
  amountMicros: micros,
  taxCode: z.string(),
  calls: z.object({ class: z.string(), destination: z.string() }).nullable(),
})

export const tax = z.object({
  name: z.string(),
  region: z.string(),
  ratePpm: z.int(),
  baseMicros: micros,
  amountMicros: micros,
  registration: z.string().nullable(),
  reference: z.string().nullable(),
})

const invoiceCall = z.object({
  id,
  occurredAt: instant,
  from: z.string(),
  to: z.string(),
  destination: z.string(),
  class: z.string(),
  billedSeconds: z.int(),
  chargeMicros: micros,
  currency: z.string(),
  /** First day of the period that it was assigned to, when it was stored too late for its own. */
  assignedPeriod: z.string().nullable(),
})

const noSuchInvoice = { 'billing.no_such_invoice': 404 } as const

export const invoiceOperations = defineOperations({
  listInvoices: {
    method: 'GET',
    path: '/api/v1/invoices',
    summary: 'Invoices, the newest first',
    permission: 'invoices.read',
    audit: 'none',
    query: z.object({
      ...pageQuery,
      customerId: id.optional(),
      status: status.optional(),
      kind: kind.optional(),
      runId: id.optional(),
    }),
    output: pageOf(invoice),
    failures: { 'http.bad_cursor': 400 },
  },
  readInvoice: {
    method: 'GET',
    path: '/api/v1/invoices/{id}',
    summary: 'One invoice with its lines and taxes',
    permission: 'invoices.read',
    audit: 'none',
    params: z.object({ id }),
    output: invoice.extend({
      lines: z.array(line.extend({ line: z.int() })),
      taxes: z.array(tax),
      documentSha256: z.string().nullable(),
    }),
    failures: noSuchInvoice,
  },
  downloadInvoice: {
    method: 'GET',
    path: '/api/v1/invoices/{id}/document.pdf',
    summary: 'The invoice as it was sent',
    permission: 'invoices.read',
    audit: 'none',
    params: z.object({ id }),
    output: file('application/pdf', 'the document, the same bytes for ever'),
    failures: noSuchInvoice,
  },
  discardInvoice: {
    method: 'POST',
    path: '/api/v1/invoices/{id}/void',
    summary: 'Discard a draft, so that the next run makes it again',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ reason: z.string().trim().min(3).max(500) }),
    output: invoice,
    failures: { ...noSuchInvoice, 'billing.not_a_draft': 409 },
  },
  listInvoiceCalls: {
    method: 'GET',
    path: '/api/v1/invoices/{id}/calls',
    summary: 'The calls of an invoice, or of one of its usage lines',
    permission: 'invoices.read',
    audit: 'none',
    params: z.object({ id }),
    query: z.object({ ...pageQuery, line: wholeNumber({ min: 1, max: 1_000_000 }).optional() }),
    output: pageOf(invoiceCall),
    failures: { ...noSuchInvoice, 'http.bad_cursor': 400 },
  },
  downloadInvoiceLines: {
    method: 'GET',
    path: '/api/v1/invoices/{id}/lines.csv',
    summary: 'The lines of an invoice as a table',
    permission: 'invoices.read',
    audit: 'none',
    params: z.object({ id }),
    output: csv('line, kind, description, from, to, days, days_of, quantity, seconds, amount, tax_code'),
    failures: noSuchInvoice,
  },
})
