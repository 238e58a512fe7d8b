/** What the API tells of margins: charges beside costs, and routes that sell below cost. */

import { z } from 'zod'
import { csv, defineOperations, id, instant, micros, nanos } from '../../platform/http/index.ts'
import { customerId, range } from './report-fields.ts'

const by = z.enum(['customer', 'destination', 'carrier']).optional()

const sums = {
  calls: z.int(),
  currency: z.string(),
  chargeMicros: micros,
  /** Calls by a carrier whose cost is not known. */
  callsWithoutCost: z.int(),
  costMicros: micros,
  costCurrency: z.string(),
  /** Null where charge and cost are in two currencies. */
  marginMicros: micros.nullable(),
}

const row = z.object({
  ...sums,
  /** Id of the customer or carrier, name of the destination; empty for calls that no carrier carried. */
  key: z.string(),
  name: z.string(),
  billedSeconds: z.int(),
})

const policy = z.enum(['refuse', 'allow'])

const badRange = { 'ledger.bad_range': 400 } as const

export const marginOperations = defineOperations({
  readMargin: {
    method: 'GET',
    path: '/api/v1/margin',
    summary: 'Charges of a half-open range beside what they cost, by customer, destination or carrier',
    permission: 'margin.read',
    audit: 'none',
    query: z.object({ ...range, by, customerId }),
    output: z.object({
      items: z.array(row),
      /** Rows beyond the five hundred with the largest charges were left out; the totals hold them all. */
      isCut: z.boolean(),
      totals: z.array(z.object(sums)),
      zone: z.string(),
    }),
    failures: badRange,
  },
  downloadMargin: {
    method: 'GET',
    path: '/api/v1/margin.csv',
    summary: 'The same rows as a table, every one of them, with lines of totals',
    permission: 'margin.read',
    audit: 'none',
    query: z.object({ ...range, by, customerId }),
    output: csv('Name, calls, billed seconds, charge, currency, cost, currency, margin, calls without cost; totals'),
    failures: badRange,
  },
  listBelowCost: {
    method: 'GET',
    path: '/api/v1/margin/below-cost',
    summary: 'Routes that sold below cost, the latest first',
    permission: 'carriers.read',
    audit: 'none',
    output: z.object({
      /** What the brand says about them. */
      policy,
      items: z.array(
        z.object({
          id,
          carrierId: id,
          carrierName: z.string(),
          destination: z.string(),
          prefix: z.string(),
          currency: z.string(),
          /** Of a call of three minutes, a minute of it. */
          priceNanosPerMinute: nanos,
          costNanosPerMinute: nanos,
          /** At the last call; else the brand allows it. */
          refused: z.boolean(),
          calls: z.int(),
          firstSeenAt: instant,
          lastSeenAt: instant,
        }),
      ),
    }),
    failures: {},
  },
  setBelowCostPolicy: {
    method: 'PUT',
    path: '/api/v1/margin/below-cost/policy',
    summary: 'Refuse routes that sell below cost, or allow them; emergency calls are never refused for their cost',
    permission: 'carriers.write',
    audit: 'write',
    body: z.object({ belowCost: policy }),
    output: z.object({}),
    failures: { 'ledger.no_brand': 404 },
  },
})
