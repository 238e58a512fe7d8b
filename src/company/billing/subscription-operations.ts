/** What the API can do with subscriptions: the lines of a customer, and the end of one with its service. */

import { z } from 'zod'
import { day, defineOperations, id, micros } from '../../platform/http/index.ts'

const subscription = z.object({
  id,
  customerId: id,
  service: z.string(),
  kind: z.enum(['extension', 'device', 'number', 'trunk']),
  startedOn: z.string(),
  endedOn: z.string().nullable(),
  monthlyMicros: micros,
  setupMicros: micros,
  currency: z.string(),
  exemptReason: z.string().nullable(),
})

export const subscriptionOperations = defineOperations({
  listSubscriptions: {
    method: 'GET',
    path: '/api/v1/customers/{id}/subscriptions',
    summary: 'The billed or exempted lines of a customer',
    permission: 'billing.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({ items: z.array(subscription) }),
    failures: { 'tenant.no_such_customer': 404 },
  },
  endSubscription: {
    method: 'POST',
    path: '/api/v1/subscriptions/{id}/end',
    summary: 'End a line with its service: the day on which billing stops and the credit of the next invoice',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      /** The first day without it; today in the customer's zone when it is left out. */
      endedOn: day.optional(),
      /** Only says what would happen. */
      isPreview: z.boolean().default(false),
    }),
    output: z.object({
      stopsOn: z.string(),
      lines: z.int(),
      currency: z.string(),
      /** Of all lines that end, before taxes; negative is given back. */
      creditMicros: micros,
    }),
    failures: { 'billing.no_such_subscription': 404, 'billing.bad_end': 422 },
  },
})
