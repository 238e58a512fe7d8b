/** Counts what a rerating finds. */

import type { RerateDifference, RerateResult, RerateTotal } from './rerate-protocol.ts'

const LARGEST = 20

export type RerateTally = {
  record(): void
  leftOut(why: 'withPlan' | 'forgotten' | 'withoutRate'): void
  charge(total: RerateTotal): void
  difference(difference: RerateDifference, isClosed: boolean): void
  result(): RerateResult
}

const size = ({ oldMicros, newMicros }: RerateDifference): bigint =>
  newMicros > oldMicros ? newMicros - oldMicros : oldMicros - newMicros

/** Starts at zero. */
export function createTally(): RerateTally {
  const counts = { records: 0, charges: 0, differences: 0, closed: 0, withPlan: 0, forgotten: 0, withoutRate: 0 }
  const totals = new Map<string, RerateTotal>()
  let largest: RerateDifference[] = []
  const cut = (): void => {
    largest = largest.toSorted((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : 0)).slice(0, LARGEST)
  }
  return {
    record: () => void counts.records++,
    leftOut: (why) => void counts[why]++,
    charge({ level, currency, oldMicros, newMicros }) {
      counts.charges++
      const key = `${level} ${currency}`
      const known = totals.get(key)
      if (!known) totals.set(key, { level, currency, oldMicros, newMicros })
      else {
        known.oldMicros += oldMicros
        known.newMicros += newMicros
      }
    },
    difference(one, isClosed) {
      counts.differences++
      if (isClosed) counts.closed++
      largest.push(one)
      if (largest.length > 50 * LARGEST) cut()
    },
    result() {
      cut()
      return { ...counts, totals: [...totals.values()].toSorted((a, b) => a.level - b.level), largest }
    },
  }
}
