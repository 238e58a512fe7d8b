/** What the API tells of one charge: the whole derivation as data and as sentences, computed again when asked. */

import { z } from 'zod'
import { defineOperations, id, instant, micros, nanos } from '../../platform/http/index.ts'

const row = z.object({
  prefix: z.string(),
  direction: z.enum(['outbound', 'inbound']),
  destination: z.string(),
  class: z.enum(['domestic', 'international', 'premium', 'tollfree']),
  connectMicros: micros,
  firstSeconds: z.int(),
  firstNanos: nanos,
  nextSeconds: z.int(),
  nextNanos: nanos,
  graceSeconds: z.int(),
  minimumMicros: micros,
  blocked: z.boolean(),
})

const component = z.object({
  kind: z.enum(['free', 'quota', 'connect', 'usage', 'surcharge', 'minimum', 'money_quota']),
  fromSecond: z.int(),
  seconds: z.int(),
  amountMicros: micros,
})

const charge = z.object({
  /** 0 is the customer, 1 who serves him, and so on upwards. */
  level: z.int(),
  payerId: id,
  payer: z.string(),
  chargeMicros: micros,
  currency: z.string(),
  reason: z.string(),
  billedSeconds: z.int(),
  /** What the ledger took from the payer's account for it. */
  postedMicros: micros,
  deck: z.object({ name: z.string(), version: z.int(), inForceSince: instant.nullable() }).nullable(),
  row: row.nullable(),
  /** The computation as it was stored with the call. */
  computation: z.array(z.string()),
  /** The same, computed now; null when its row is gone. */
  computed: z.object({ chargeMicros: micros, billedSeconds: z.int(), reason: z.string() }).nullable(),
  /** Parts of a charge by plan or time of day; they sum to it. Empty where the row alone says it. */
  components: z.array(component),
  /** The plan's counters before and after the call; seconds, or micros. */
  counters: z.array(
    z.object({
      name: z.string(),
      unit: z.enum(['seconds', 'money']),
      granted: z.string().nullable(),
      before: z.string(),
      after: z.string(),
    }),
  ),
  matches: z.boolean(),
})

export const explanationOperations = defineOperations({
  explainTransaction: {
    method: 'GET',
    path: '/api/v1/transactions/{id}/explanation',
    summary: 'Why a call was charged what it was charged: read again, computed again, and compared',
    permission: 'calls.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({
      id,
      /** Everything that the reader may see comes out as it was stored. */
      matches: z.boolean(),
      differences: z.array(z.string()),
      durationSeconds: z.int(),
      /** Once for each record. */
      rounding: z.object({ mode: z.enum(['half-up', 'half-even', 'up', 'down']), digits: z.int() }),
      /** The levels that the reader may see, the customer's first. */
      charges: z.array(charge),
      /** What the carrier asks; for the provider's people only. */
      cost: z
        .object({
          carrierId: id,
          carrierName: z.string(),
          /** Null when no cost deck was agreed. */
          costMicros: micros.nullable(),
          currency: z.string().nullable(),
          computation: z.array(z.string()),
          matches: z.boolean().nullable(),
        })
        .nullable(),
      sentences: z.array(z.string()),
    }),
    failures: { 'ledger.no_such_call': 404, 'ledger.charge_away': 503 },
  },
})
