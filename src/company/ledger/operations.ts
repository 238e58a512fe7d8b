/** What the API can do with calls and money: records, transactions, balances, payments, adjustments. */

import { z } from 'zod'
import { csv, defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'
import { balanceOperations } from './balance-operations.ts'
import { explanationOperations } from './explanation-operations.ts'
import { limitOperations } from './limit-operations.ts'
import { marginOperations } from './margin-operations.ts'
import { retentionOperations } from './retention-operations.ts'
import { rerateOperations } from './rerate-operations.ts'
import { bound, customerId, range } from './report-fields.ts'

const search = z.string().trim().min(1).max(100).optional()

const callClass = z.enum([
  'onnet',
  'domestic',
  'international',
  'premium',
  'tollfree',
  'inbound',
  'emergency',
  'service',
])

/** Which of the calls of a range. */
const narrower = {
  customerId,
  direction: z.enum(['outbound', 'inbound', 'internal']).optional(),
  class: callClass.optional(),
  /** Calls from or to it, as it is stored: E.164 or an extension. */
  number: z.string().trim().min(1).max(60).optional(),
}

const transaction = z.object({
  id,
  callId: z.string(),
  /** The customer whose call it was. */
  tenantId: id,
  customerName: z.string(),
  /** The answer, or the start of a call that was not answered. */
  occurredAt: instant,
  direction: z.enum(['outbound', 'inbound', 'internal']),
  class: callClass,
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  /** What the rate deck calls the far end; null for calls without a rate. */
  destination: z.string().nullable(),
  durationSeconds: z.int(),
  billedSeconds: z.int(),
  chargeMicros: micros,
  currency: z.string(),
  /** `rated`, `minimum` or `grace` of a priced call; else why it is free: `onnet`, `emergency`, `inbound` ... */
  chargeReason: z.string(),
  hangupCause: z.string(),
})

const call = transaction.extend({
  startedAt: instant,
  ringingAt: instant.nullable(),
  answeredAt: instant.nullable(),
  endedAt: instant,
  endedBy: z.enum(['caller', 'callee', 'system']),
  sipStatus: z.int(),
  sipCallId: z.string(),
  /** The record was closed at the last proven activity. */
  estimated: z.boolean(),
  /** For the provider's people only. */
  carrierId: id.nullable(),
  prefix: z.string().nullable(),
  deckVersionId: id.nullable(),
  /** The computation of the charge, line by line. */
  explanation: z.array(z.string()),
  /** Media statistics of each leg, as the media process counted them. */
  /** What the carrier's signature said of who calls; null where none was asked for. */
  verstat: z.string().nullable(),
  quality: z.unknown(),
})

const totals = z.object({
  count: z.int(),
  durationSeconds: z.int(),
  charges: z.array(z.object({ currency: z.string(), chargeMicros: micros })),
})

const account = z.object({
  id,
  tenantId: id,
  customer: z.string(),
  currency: z.string(),
  status: z.enum(['open', 'suspended', 'closed']),
  /** What is owed now; negative when it was paid in advance. */
  balanceMicros: micros,
  creditLimitMicros: micros,
  /** Set aside for calls in progress. */
  reservedMicros: micros,
  availableMicros: micros,
  callsMax: z.int(),
})

const posted = z.object({ postingId: id, balanceMicros: micros })
const badRange = { 'ledger.bad_range': 400 } as const
const posting = {
  'ledger.no_such_account': 404,
  'ledger.posting_id_taken': 409,
  'ledger.bad_amount': 422,
  'ledger.charge_away': 503,
} as const

export const callOperations = defineOperations({
  listCalls: {
    method: 'GET',
    path: '/api/v1/calls',
    summary: 'Call records, the newest first',
    permission: 'calls.read',
    audit: 'none',
    query: z.object({ from: bound.optional(), to: bound.optional(), customerId, ...pageQuery }),
    output: pageOf(transaction),
    failures: { ...badRange, 'http.bad_cursor': 400 },
  },
  readCall: {
    method: 'GET',
    path: '/api/v1/calls/{id}',
    summary: 'One call record with the computation of its charge',
    permission: 'calls.read',
    audit: 'none',
    params: z.object({ id }),
    output: call,
    failures: { 'ledger.no_such_call': 404 },
  },
  listTransactions: {
    method: 'GET',
    path: '/api/v1/transactions',
    summary: 'Rated calls of a half-open range, the newest first, with the totals of the whole range',
    permission: 'transactions.read',
    audit: 'none',
    query: z.object({ ...range, ...narrower, ...pageQuery }),
    output: pageOf(transaction).extend({ totals, zone: z.string() }),
    failures: { ...badRange, 'http.bad_cursor': 400 },
  },
  downloadTransactions: {
    method: 'GET',
    path: '/api/v1/transactions.csv',
    summary: 'The rated calls of a half-open range as a table, the oldest first, with a line of totals',
    permission: 'transactions.read',
    audit: 'none',
    query: z.object({ ...range, ...narrower }),
    output: csv('Time, direction, class, numbers, destination, seconds, charge, currency, reason, customer; totals'),
    failures: badRange,
  },
})

export const accountOperations = defineOperations({
  listAccounts: {
    method: 'GET',
    path: '/api/v1/accounts',
    summary: 'Accounts of customers by name: balance, limit, what is left; `search` as in the list of customers',
    permission: 'accounts.read',
    audit: 'none',
    query: z.object({ ...pageQuery, search, customerId }),
    output: pageOf(account),
    failures: { 'http.bad_cursor': 400 },
  },
  postAdjustment: {
    method: 'POST',
    path: '/api/v1/accounts/{id}/adjustments',
    summary: 'Correct a balance: a positive amount is owed in addition, a negative one is forgiven',
    permission: 'accounts.adjust',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      /** Chosen by whoever asks, so that asking twice posts once. */
      postingId: id.optional(),
      amountMicros: micros,
      reason: z.string().trim().min(1).max(500),
    }),
    output: posted,
    failures: posting,
  },
  postPayment: {
    method: 'POST',
    path: '/api/v1/accounts/{id}/payments',
    summary: 'Post money that was received',
    permission: 'accounts.adjust',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      postingId: id.optional(),
      amountMicros: micros,
      /** Value date; now when left out. */
      receivedAt: instant.optional(),
      /** What proves it: a reference of the bank, a cheque's number. */
      reason: z.string().trim().min(1).max(500),
    }),
    output: posted,
    failures: { ...posting, 'ledger.bad_date': 422 },
  },
})

export const operations = {
  ...callOperations,
  ...accountOperations,
  ...limitOperations,
  ...marginOperations,
  ...explanationOperations,
  ...retentionOperations,
  ...balanceOperations,
  ...rerateOperations,
}
