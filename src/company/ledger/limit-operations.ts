/** What the API can do with limits, wholesale charges and refusals. */

import { z } from 'zod'
import { defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'

const rateClass = z.enum(['domestic', 'international', 'premium', 'tollfree'])
const limitName = z.string().trim().min(1).max(60)

/** What may be spent on some classes of destinations; no class means all. */
const budget = z.object({
  name: limitName,
  classes: z.array(rateClass).max(4).default([]),
  /** A rolling window of so many hours; null for the calendar day in `zone`. */
  windowHours: z.int().min(1).max(744).nullable().default(null),
  amountMicros: micros,
})

const limits = z.object({
  accountId: id,
  /** Paid in advance: nothing is ever owed. */
  prepaid: z.boolean(),
  creditLimitMicros: micros,
  callsMax: z.int(),
  budgets: z.array(budget.extend({ zone: z.string() })),
})

export const limitOperations = defineOperations({
  readLimits: {
    method: 'GET',
    path: '/api/v1/accounts/{id}/limits',
    summary: 'Every limit of an account: credit, calls at once, daily caps, budgets of a rolling window',
    permission: 'accounts.read',
    audit: 'none',
    params: z.object({ id }),
    output: limits,
    failures: { 'ledger.no_such_account': 404 },
  },
  setLimits: {
    method: 'PUT',
    path: '/api/v1/accounts/{id}/limits',
    summary: 'Set the limits of an account; `budgets` replaces the list, what is left out stays',
    permission: 'accounts.adjust',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      creditLimitMicros: micros.optional(),
      prepaid: z.boolean().optional(),
      callsMax: z.int().min(1).max(10_000).optional(),
      budgets: z.array(budget).max(20).optional(),
      reason: z.string().trim().min(1).max(500),
    }),
    output: limits,
    failures: { 'ledger.no_such_account': 404, 'ledger.bad_limit': 422 },
  },
  readRefusals: {
    method: 'GET',
    path: '/api/v1/refusals',
    summary: 'Calls that were refused for money lately, and which account of the chain refused them',
    permission: 'accounts.adjust',
    audit: 'none',
    output: z.object({
      /** False while charging does not answer: then there may be some. */
      isKnown: z.boolean(),
      items: z.array(
        z.object({
          at: instant,
          callId: z.string(),
          cdrId: id,
          code: z.string(),
          accountId: id,
          refusedBy: id,
          tenantId: id.nullable(),
          limit: z.string().nullable(),
        }),
      ),
    }),
    failures: {},
  },
  readLedgerProof: {
    method: 'GET',
    path: '/api/v1/ledger/proof',
    summary: 'Prove the books again from every row: what does not sum to zero, match its record, or equal its balance',
    permission: 'accounts.adjust',
    audit: 'read',
    output: z.object({
      /** False while charging does not answer. */
      isKnown: z.boolean(),
      faults: z.array(z.object({ rule: z.string(), count: z.int(), examples: z.array(z.string()) })),
    }),
    failures: {},
  },
  readWholesaleCharges: {
    method: 'GET',
    path: '/api/v1/wholesale-charges',
    summary: 'What partners pay for the calls below them, the newest first',
    permission: 'transactions.read',
    audit: 'none',
    query: z.object({ ...pageQuery, tenantId: id.optional() }),
    output: pageOf(
      z.object({
        cdrId: id,
        /** The partner who pays. */
        tenantId: id,
        level: z.int(),
        occurredAt: instant,
        destination: z.string().nullable(),
        billedSeconds: z.int(),
        chargeMicros: micros,
        currency: z.string(),
        explanation: z.array(z.string()),
      }),
    ),
    failures: { 'http.bad_cursor': 400 },
  },
})
