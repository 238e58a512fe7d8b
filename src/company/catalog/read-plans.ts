/** Plans as `charge` keeps them: the terms of customers' plans, and the counters that are not over. */

import { assert } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type {
  Counter,
  DestinationGroup,
  Discount,
  PlanTerms,
  Quota,
  RateClass,
  RateDirection,
  Renewal,
  VolumeUnit,
} from '../rating/index.ts'

/** A customer's plan from an instant to another. */
export type AssignedPlan = {
  readonly assignmentId: string
  readonly tenantId: string
  readonly endedAt: number | null
  readonly terms: PlanTerms
}

type AssignmentRow = {
  readonly id: string
  readonly tenantId: string
  readonly planId: string
  readonly name: string
  readonly zone: string
  readonly billDay: number
  readonly startedAt: number
  readonly endedAt: number | null
}

/** Plans that were in force at or after `since`; of the given customers, or of all. */
export async function assignedPlans(
  tx: Tx,
  { since, tenantIds }: { readonly since: number; readonly tenantIds?: readonly string[] },
): Promise<readonly AssignedPlan[]> {
  const only = tenantIds ?? null
  const rows = await tx<AssignmentRow[]>`
    select assigned.id, assigned.tenant_id as "tenantId", plan.id as "planId", plan.name, customer.zone,
           assigned.bill_day as "billDay", assigned.started_at as "startedAt", assigned.ended_at as "endedAt"
    from plan_assignment as assigned
    join plan on plan.id = assigned.plan_id
    join customer on customer.tenant_id = assigned.tenant_id
    where (assigned.ended_at is null or assigned.ended_at >= ${since})
      and (${only}::uuid[] is null or assigned.tenant_id = any(${only}::uuid[]))
    order by assigned.tenant_id, assigned.started_at`
  const planIds = [...new Set(rows.map((row) => row.planId))]
  const [quotas, discounts] = [await readQuotas(tx, planIds), await readDiscounts(tx, planIds)]
  return rows.map(({ id, tenantId, planId, endedAt, ...rest }) => ({
    assignmentId: id,
    tenantId,
    endedAt,
    terms: { id: planId, ...rest, quotas: quotas.get(planId) ?? [], discounts: discounts.get(planId) ?? [] },
  }))
}

type GroupColumns = {
  readonly groupId: string
  readonly groupName: string
  readonly direction: RateDirection
  readonly classes: readonly RateClass[]
  readonly prefixes: readonly string[]
}

const groupColumns = `destination_group.id as "groupId", destination_group.name as "groupName", direction, classes,
  prefixes`

function groupOf({ groupId, groupName, direction, classes, prefixes }: GroupColumns): DestinationGroup {
  return { id: groupId, name: groupName, direction, classes, prefixes }
}

type QuotaRow = GroupColumns & Omit<Quota, 'group'> & { readonly planId: string }

/** Quotas by their plan. */
export async function readQuotas(tx: Tx, planIds: readonly string[]): Promise<ReadonlyMap<string, readonly Quota[]>> {
  const rows = await tx<QuotaRow[]>`
    select plan_quota.id, plan_id as "planId", plan_quota.name, unit, amount, first_seconds as "firstSeconds",
           next_seconds as "nextSeconds", renewal, rollover, prorate_first as "prorateFirst",
           at_exhaustion as "atExhaustion", priority, waives_connect as "waivesConnect", ${tx.unsafe(groupColumns)}
    from plan_quota join destination_group on destination_group.id = group_id
    where plan_id = any(${planIds}::uuid[]) order by plan_id, priority, plan_quota.id`
  const quotas = rows.map((row): [string, Quota] => {
    const { planId, groupId, groupName, direction, classes, prefixes, ...rest } = row
    return [planId, { ...rest, group: groupOf({ groupId, groupName, direction, classes, prefixes }) }]
  })
  return byPlan(quotas)
}

type DiscountRow = GroupColumns & {
  readonly planId: string
  readonly id: string
  readonly name: string
  readonly unit: VolumeUnit
  readonly renewal: Renewal
  readonly priority: number
  readonly tierFrom: readonly bigint[]
  readonly tierPpm: readonly number[]
}

/** Volume discounts by their plan. */
export async function readDiscounts(
  tx: Tx,
  planIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Discount[]>> {
  const rows = await tx<DiscountRow[]>`
    select plan_discount.id, plan_id as "planId", plan_discount.name, unit, renewal, priority,
           tier_from as "tierFrom", tier_ppm as "tierPpm", ${tx.unsafe(groupColumns)}
    from plan_discount join destination_group on destination_group.id = group_id
    where plan_id = any(${planIds}::uuid[]) order by plan_id, priority, plan_discount.id`
  const discounts = rows.map((row): [string, Discount] => {
    const { id, name, unit, renewal, priority } = row
    const tiers = row.tierFrom.map((from, at) => ({ from, discountPpm: row.tierPpm[at]! }))
    return [row.planId, { id, name, unit, renewal, priority, tiers, group: groupOf(row) }]
  })
  return byPlan(discounts)
}

function byPlan<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>()
  for (const [planId, item] of pairs) found.set(planId, [...(found.get(planId) ?? []), item])
  return found
}

/** Counters that are good at or after `since`, by the assignment; nothing is set aside in them. */
export async function readCounters(
  tx: Tx,
  { since, assignmentIds }: { readonly since: number; readonly assignmentIds: readonly string[] },
): Promise<ReadonlyMap<string, readonly Counter[]>> {
  const rows = await tx<(Omit<Counter, 'reservedUnits'> & { assignmentId: string })[]>`
    select assignment_id as "assignmentId", item_id as "itemId", period_from as "periodFrom",
           period_to as "periodTo", expires_at as "expiresAt", granted_units as "grantedUnits",
           used_units as "usedUnits"
    from counter where assignment_id = any(${assignmentIds}::uuid[]) and expires_at >= ${since}`
  return byPlan(
    rows.map(({ assignmentId, ...counter }): [string, Counter] => {
      assert(counter.periodFrom < counter.periodTo, 'a period has a length')
      return [assignmentId, { ...counter, reservedUnits: 0n }]
    }),
  )
}
