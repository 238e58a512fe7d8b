/** What the API can do with how long details of calls are kept. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'

const callDays = z.int().min(62).max(3660)
const ladderDays = z.int().min(1).max(90)

export const retentionOperations = defineOperations({
  readRetention: {
    method: 'GET',
    path: '/api/v1/retention',
    summary: 'How long details of calls are kept under this brand, and for which customers nothing is forgotten',
    permission: 'customers.read',
    audit: 'none',
    output: z.object({
      callDays,
      ladderDays,
      /** False while the house's own rule holds. */
      isOwn: z.boolean(),
      holds: z.array(z.object({ customerId: id, customerName: z.string(), reason: z.string(), setAt: instant })),
    }),
    failures: {},
  },
  setRetention: {
    method: 'PUT',
    path: '/api/v1/retention',
    summary: 'Set how many days details of calls and ladders are kept; never shorter than the invoice that bills them',
    permission: 'customers.write',
    audit: 'write',
    body: z.object({ callDays, ladderDays }),
    output: z.object({}),
    failures: {},
  },
  holdCalls: {
    method: 'PUT',
    path: '/api/v1/customers/{id}/retention-hold',
    summary: "Keep everything of a customer's calls, whatever their age, until the hold is lifted",
    permission: 'customers.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ reason: z.string().trim().min(3).max(500) }),
    output: z.object({}),
    failures: { 'ledger.no_such_customer': 404 },
  },
  releaseCalls: {
    method: 'DELETE',
    path: '/api/v1/customers/{id}/retention-hold',
    summary: 'Lift the hold: old calls are forgotten again',
    permission: 'customers.write',
    audit: 'write',
    params: z.object({ id }),
    output: z.object({}),
    failures: { 'ledger.no_such_customer': 404 },
  },
})
