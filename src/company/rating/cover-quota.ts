/** How quotas of a plan cover a call: seconds its beginning, in whole blocks; money its charge. */

import type { Micros } from '../../base/index.ts'
import { blocksEnd, type Blocks } from './blocks.ts'
import { isInGroup, type Counter, type CounterChange, type PlanTerms, type Quota } from './plan-terms.ts'
import type { RateRow } from './rate-row.ts'

/** A counter and the quota that it counts. */
type Bucket = { readonly quota: Quota; readonly counter: Counter }

/** What one bucket gave to a call. */
export type QuotaPart = { readonly quota: Quota; readonly periodFrom: number; readonly units: bigint }

/** Buckets for a call in the order of their use: "priority, then earliest expiry, then oldest". */
export function bucketsFor(
  plan: PlanTerms | undefined,
  counters: readonly Counter[],
  row: RateRow,
  number: string,
): readonly Bucket[] {
  if (!plan) return []
  const buckets = plan.quotas
    .filter((quota) => isInGroup(quota.group, row, number))
    .flatMap((quota) =>
      counters.filter((counter) => counter.itemId === quota.id).map((counter) => ({ quota, counter })),
    )
  const order = (a: Bucket, b: Bucket): number =>
    a.quota.priority - b.quota.priority ||
    a.counter.expiresAt - b.counter.expiresAt ||
    a.counter.periodFrom - b.counter.periodFrom ||
    (a.quota.id < b.quota.id ? -1 : 1)
  return buckets.toSorted(order)
}

function leftOf({ grantedUnits, usedUnits, reservedUnits }: Counter): bigint {
  const left = grantedUnits - usedUnits - reservedUnits
  return left > 0n ? left : 0n
}

/** The greatest end of a block, beginning at `position`, that `left` more seconds reach; `position` when none does. */
function reach(quota: Blocks, position: number, left: number): number {
  const end = position + left
  const first = position === 0 ? quota.firstSeconds : position + quota.nextSeconds
  if (first > end) return position
  return first + Math.floor((end - first) / quota.nextSeconds) * quota.nextSeconds
}

/**
 * "Cover as many whole increments as fit": the part of `counted` seconds that quotas pay for, from the beginning.
 * Buckets of one quota that follow each other are one stock, so that a block may take from two of them.
 */
export function coverSeconds(buckets: readonly Bucket[], counted: number): { seconds: number; parts: QuotaPart[] } {
  const parts: QuotaPart[] = []
  let position = 0
  const usable = buckets.filter(({ quota }) => quota.unit === 'seconds')
  for (let at = 0; at < usable.length && position < counted;) {
    const { quota } = usable[at]!
    const run = usable.slice(at).findIndex((one) => one.quota !== quota)
    const stock = run < 0 ? usable.slice(at) : usable.slice(at, at + run)
    at += stock.length
    const left = stock.reduce((sum, { counter }) => sum + leftOf(counter), 0n)
    const need = blocksEnd(quota, position, counted)
    const end = BigInt(need - position) <= left ? need : reach(quota, position, Number(left))
    let taken = BigInt(end - position)
    position = end
    for (const { counter } of stock) {
      const units = taken < leftOf(counter) ? taken : leftOf(counter)
      taken -= units
      if (units > 0n) parts.push({ quota, periodFrom: counter.periodFrom, units })
    }
  }
  return { seconds: position, parts }
}

/** What money quotas pay of a charge, in whole steps of its rounding. */
export function payByQuota(buckets: readonly Bucket[], charge: Micros, step: bigint): readonly QuotaPart[] {
  const parts: QuotaPart[] = []
  let rest = charge
  for (const { quota, counter } of buckets) {
    if (quota.unit !== 'money') continue
    const left = leftOf(counter)
    const units = ((left < rest ? left : rest) / step) * step
    if (units > 0n) parts.push({ quota, periodFrom: counter.periodFrom, units })
    rest -= units
  }
  return parts
}

/** Quota parts as changes of their counters. */
export function changesOf(parts: readonly QuotaPart[]): readonly CounterChange[] {
  return parts.map(({ quota, periodFrom, units }) => ({ itemId: quota.id, periodFrom, units }))
}
