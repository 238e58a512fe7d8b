/** Plans of a seller, and which of them a customer has. */

import { newId, type Clock, type Currency } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { DestinationGroup, Discount, Quota } from '../rating/index.ts'

export type NewGroup = Omit<DestinationGroup, 'id'> & { readonly tenantId: string }

/** Names a group of destinations; gives its id. */
export async function createGroup(tx: Tx, clock: Clock, group: NewGroup): Promise<string> {
  const id = newId(clock)
  await tx`
    insert into destination_group (id, tenant_id, name, direction, classes, prefixes, created_at)
    values (${id}, ${group.tenantId}, ${group.name}, ${group.direction}, ${group.classes}::text[],
            ${group.prefixes}::text[], ${clock.now()})`
  return id
}

type InGroup = { readonly groupId: string }
export type NewQuota = Omit<Quota, 'id' | 'group'> & InGroup
export type NewDiscount = Omit<Discount, 'id' | 'group'> & InGroup

export type NewPlan = {
  readonly tenantId: string
  readonly name: string
  readonly currency: Currency
  readonly quotas: readonly NewQuota[]
  readonly discounts: readonly NewDiscount[]
}

/** Creates a plan with all that it promises; gives its id. */
export async function createPlan(tx: Tx, clock: Clock, plan: NewPlan): Promise<string> {
  const id = newId(clock)
  const { tenantId } = plan
  await tx`
    insert into plan (id, tenant_id, name, currency, created_at)
    values (${id}, ${tenantId}, ${plan.name}, ${plan.currency}, ${clock.now()})`
  for (const quota of plan.quotas) {
    await tx`
      insert into plan_quota
        (id, tenant_id, plan_id, group_id, name, unit, amount, first_seconds, next_seconds, renewal, rollover,
         prorate_first, at_exhaustion, priority, waives_connect)
      values
        (${newId(clock)}, ${tenantId}, ${id}, ${quota.groupId}, ${quota.name}, ${quota.unit}, ${quota.amount},
         ${quota.firstSeconds}, ${quota.nextSeconds}, ${quota.renewal}, ${quota.rollover}, ${quota.prorateFirst},
         ${quota.atExhaustion}, ${quota.priority}, ${quota.waivesConnect})`
  }
  for (const discount of plan.discounts) {
    await tx`
      insert into plan_discount
        (id, tenant_id, plan_id, group_id, name, unit, renewal, priority, tier_from, tier_ppm)
      values
        (${newId(clock)}, ${tenantId}, ${id}, ${discount.groupId}, ${discount.name}, ${discount.unit},
         ${discount.renewal}, ${discount.priority},
         ${discount.tiers.map((tier) => String(tier.from))}::text[]::bigint[],
         ${discount.tiers.map((tier) => String(tier.discountPpm))}::text[]::int[])`
  }
  return id
}

export type PlanAssignment = {
  /** The customer. */
  readonly tenantId: string
  /** Undefined: none from now on. */
  readonly planId: string | undefined
  readonly billDay: number
}

/** Gives a customer another plan, or none, from now on. */
export async function assignPlan(tx: Tx, clock: Clock, { tenantId, planId, billDay }: PlanAssignment): Promise<void> {
  const now = clock.now()
  await tx`update plan_assignment set ended_at = ${now} where tenant_id = ${tenantId} and ended_at is null`
  if (planId === undefined) return
  await tx`
    insert into plan_assignment (id, tenant_id, plan_id, bill_day, started_at, created_at)
    values (${newId(clock)}, ${tenantId}, ${planId}, ${billDay}, ${now}, ${now})`
}
