/** One plan of the demo, so that free minutes are seen on calls, in explanations and on the invoice. */

import type { Currency, Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { assignPlan, createGroup, createPlan } from '../../company/catalog/index.ts'

type PlanSeller = { readonly tenantId: string; readonly planned: { readonly currency: Currency } }

/** Two hundred minutes a month in North America, which the seller gives to a customer. */
export async function writeFreeMinutes(tx: Tx, clock: Clock, seller: PlanSeller, customerId: string): Promise<void> {
  const { tenantId } = seller
  const group = { name: 'North America', direction: 'outbound', classes: ['domestic'], prefixes: [] } as const
  const groupId = await createGroup(tx, clock, { tenantId, ...group })
  const planId = await createPlan(tx, clock, {
    tenantId,
    name: '200 minutes',
    currency: seller.planned.currency,
    quotas: [
      {
        name: '200 minutes in North America',
        groupId,
        unit: 'seconds',
        amount: 12_000n,
        firstSeconds: 6,
        nextSeconds: 6,
        renewal: 'billing_period',
        rollover: 0,
        prorateFirst: true,
        atExhaustion: 'bill',
        priority: 1,
        waivesConnect: true,
      },
    ],
    discounts: [],
  })
  await assignPlan(tx, clock, { tenantId: customerId, planId, billDay: 1 })
}
