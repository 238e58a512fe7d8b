/** What the API tells of one balance: how it comes about, and what calls in progress add to it as they run. */

import { z } from 'zod'
import { defineOperations, id, instant, micros } from '../../platform/http/index.ts'

export const balanceOperations = defineOperations({
  explainBalance: {
    method: 'GET',
    path: '/api/v1/accounts/{id}/balance',
    summary: 'How a balance comes about, with what calls in progress have cost so far',
    permission: 'accounts.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({
      accountId: id,
      currency: z.string(),
      at: instant,
      /** The open period began here: the first of the month in the customer's zone. */
      since: instant,
      zone: z.string(),
      /** What earlier periods left: earlier + charges + adjustments - payments = balance. */
      earlierMicros: micros,
      calls: z.int(),
      chargesMicros: micros,
      paymentsMicros: micros,
      adjustmentsMicros: micros,
      balanceMicros: micros,
      /** What paid calls in progress would be charged if they ended now; null while charging does not answer. */
      running: z.object({ calls: z.int(), chargeMicros: micros, reservedMicros: micros }).nullable(),
      creditLimitMicros: micros,
    }),
    failures: { 'ledger.no_such_account': 404 },
  },
})
