/**
 * What a customer's plan promises: quotas (volume that costs nothing), volume discounts (a price that falls with
 * volume), and the counters that say how much of them is used. All of it data; a plan is never changed, only
 * replaced.
 */

import type { RateClass, RateDirection, RateRow } from './rate-row.ts'

/** How often a quota or a discount begins anew; `billing_period` by the customer's bill day. */
export type Renewal = 'daily' | 'weekly' | 'monthly' | 'billing_period'

/** Calls that a quota or a discount is for: the row's class, or the beginning of the number. */
export type DestinationGroup = {
  readonly id: string
  readonly name: string
  readonly direction: RateDirection
  readonly classes: readonly RateClass[]
  /** Digits of E.164 without the plus. */
  readonly prefixes: readonly string[]
}

export type VolumeUnit = 'seconds' | 'money'

export type Quota = {
  readonly id: string
  readonly name: string
  readonly group: DestinationGroup
  /** Seconds cover the beginning of a call, whole blocks of the plan's own; money pays a charge as far as it goes. */
  readonly unit: VolumeUnit
  /** Seconds, or micros, for each period. */
  readonly amount: bigint
  /** The plan's own rounding; of money quotas they are not used. */
  readonly firstSeconds: number
  readonly nextSeconds: number
  readonly renewal: Renewal
  /** Periods for which what was left over stays good: 0 to 3. */
  readonly rollover: number
  /** The first, partial period has a part of the amount, by days. */
  readonly prorateFirst: boolean
  /** What happens to a call when nothing is left. */
  readonly atExhaustion: 'bill' | 'block'
  /** The lower, the sooner; then what expires first, then what is oldest. Seconds are used before money. */
  readonly priority: number
  /** "Connect fee: waived only if the first increment is covered". */
  readonly waivesConnect: boolean
}

/** From `from` units of the period on, prices are this much lower; marginal, so no earlier call changes. */
export type Tier = { readonly from: bigint; readonly discountPpm: number }

export type Discount = {
  readonly id: string
  readonly name: string
  readonly group: DestinationGroup
  /** Volume is counted in billed seconds, or in what they would cost without discount and surcharge. */
  readonly unit: VolumeUnit
  readonly renewal: Renewal
  /** Of several that fit a call, the lowest is applied, alone. */
  readonly priority: number
  /** By rising `from`; below the first of them the price is whole. */
  readonly tiers: readonly Tier[]
}

export type PlanTerms = {
  readonly id: string
  readonly name: string
  /** The customer's zone and bill day: where periods begin. */
  readonly zone: string
  readonly billDay: number
  /** When the customer got it; epoch milliseconds. */
  readonly startedAt: number
  readonly quotas: readonly Quota[]
  readonly discounts: readonly Discount[]
}

/** Use of one quota or discount in one period, of one pool (all extensions that share the plan). */
export type Counter = {
  readonly itemId: string
  readonly periodFrom: number
  readonly periodTo: number
  /** When what is left is lost: the end of the period, or of the last one it rolls over to. */
  readonly expiresAt: number
  /** Zero for discounts. */
  readonly grantedUnits: bigint
  readonly usedUnits: bigint
  /** Set aside for calls in progress: as good as used by everybody but the call itself. */
  readonly reservedUnits: bigint
}

/** What a call adds to a counter. */
export type CounterChange = { readonly itemId: string; readonly periodFrom: number; readonly units: bigint }

/** Whether a call by `row` to or from `number` belongs to a group. */
export function isInGroup(group: DestinationGroup, row: RateRow, number: string): boolean {
  if (group.direction !== row.direction) return false
  if (group.classes.includes(row.class)) return true
  const digits = number.startsWith('+') ? number.slice(1) : number
  return group.prefixes.some((prefix) => digits.startsWith(prefix))
}

/** The counters with some changes added to what is used, or to what is set aside. */
export function countChanges(
  counters: readonly Counter[],
  changes: readonly CounterChange[],
  what: 'usedUnits' | 'reservedUnits',
): readonly Counter[] {
  return counters.map((counter) => {
    const added = changes
      .filter((change) => change.itemId === counter.itemId && change.periodFrom === counter.periodFrom)
      .reduce((sum, change) => sum + change.units, 0n)
    return added === 0n ? counter : { ...counter, [what]: counter[what] + added }
  })
}
