/** What the API can do with charges that are made again: look first, then apply. */

import { z } from 'zod'
import { defineOperations, id, instant, micros } from '../../platform/http/index.ts'
import { bound } from './report-fields.ts'

const total = z.object({ level: z.int(), currency: z.string(), oldMicros: micros, newMicros: micros })
const difference = z.object({
  cdrId: id,
  /** 0 is the customer, 1 who serves him, and so on upwards. */
  level: z.int(),
  oldMicros: micros,
  newMicros: micros,
  currency: z.string(),
})

const rerate = z.object({
  id,
  /** `previewed` may be applied; work goes on in `asked` and `applying`. */
  state: z.enum(['asked', 'previewed', 'applying', 'applied', 'failed']),
  customerId: id.nullable(),
  deckId: id.nullable(),
  versionId: id.nullable(),
  from: instant,
  to: instant,
  reason: z.string(),
  /** Why it is `failed`; what it did before stays done, and another one over the same range does the rest. */
  failure: z.string().nullable(),
  /** Null until every record of the range was looked at. */
  result: z
    .object({
      records: z.int(),
      charges: z.int(),
      differences: z.int(),
      /** Differences of closed periods: they become adjustments. */
      closed: z.int(),
      /** Left out because a plan pays for them, because they are forgotten, or because the version has no price. */
      withPlan: z.int(),
      forgotten: z.int(),
      withoutRate: z.int(),
      totals: z.array(total),
      largest: z.array(difference),
    })
    .nullable(),
})

export const rerateOperations = defineOperations({
  previewRerate: {
    method: 'POST',
    path: '/api/v1/rerates',
    summary: 'Price the calls of a range again, of one customer or one deck, and show what would change; posts nothing',
    permission: 'accounts.adjust',
    audit: 'write',
    body: z.object({
      from: bound,
      to: bound,
      /** One of the two. */
      customerId: id.optional(),
      deckId: id.optional(),
      /** A version of the deck; left out: the one in force at each call. */
      versionId: id.optional(),
      reason: z.string().trim().min(3).max(300),
    }),
    output: rerate,
    failures: {
      'ledger.bad_range': 400,
      'ledger.bad_rerate': 422,
      'ledger.no_such_customer': 404,
      'ledger.provider_only': 403,
    },
  },
  readRerate: {
    method: 'GET',
    path: '/api/v1/rerates/{id}',
    summary: 'How far a rerating is, and what it found or did',
    permission: 'accounts.adjust',
    audit: 'none',
    params: z.object({ id }),
    output: rerate,
    failures: { 'ledger.no_such_rerate': 404 },
  },
  applyRerate: {
    method: 'POST',
    path: '/api/v1/rerates/{id}/apply',
    summary: 'Make the charges that differ again: reversal and new charge, an adjustment where the period is closed',
    permission: 'accounts.adjust',
    audit: 'write',
    params: z.object({ id }),
    output: rerate,
    failures: { 'ledger.no_such_rerate': 404, 'ledger.rerate_not_ready': 409, 'ledger.provider_only': 403 },
  },
})
