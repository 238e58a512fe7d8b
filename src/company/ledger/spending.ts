/**
 * Limits beside the credit limit: what may be spent on some classes of destinations in a day or in a rolling window.
 * Each is a ring of quarter hours, because midnight of every zone falls on one. Pure.
 */

import { epochMsToLocal, localToEpochMs, type Micros } from '../../base/index.ts'
import type { RateClass } from '../rating/index.ts'

export type Limit = {
  readonly id: string
  readonly name: string
  /** Empty: every class. */
  readonly classes: readonly RateClass[]
  /** Undefined: the calendar day of `zone`. */
  readonly windowHours: number | undefined
  readonly amountMicros: Micros
  readonly zone: string
}

/** What was spent in one quarter hour on one class. */
export type Spent = { readonly slot: number; readonly class: RateClass; readonly micros: Micros }

export type Spending = {
  limits(): readonly Limit[]
  /** Takes over the list; what was spent stays counted for limits that stay. */
  put(limits: readonly Limit[]): void
  spend(at: number, rateClass: RateClass, micros: Micros): void
  /** The limit that leaves least for a class, and how much; `held` is set aside by class. Undefined without one. */
  left(
    now: number,
    rateClass: RateClass,
    held: ReadonlyMap<RateClass, Micros>,
  ): { readonly limit: Limit; readonly micros: Micros } | undefined
  /** What was spent of a limit in its window. */
  spentOf(limit: Limit, now: number): Micros
}

const SLOT_MS = 900_000
/** The longest window: a month of 31 days. */
const HOURS_MAX = 744

/** The quarter hour of an instant. */
function slotOf(at: number): number {
  return Math.floor(at / SLOT_MS)
}

/** The first slot that a limit looks at; a rolling window counts the quarter hour whole in which it begins. */
function firstSlot({ windowHours, zone }: Limit, now: number): number {
  if (windowHours !== undefined) return slotOf(now - windowHours * 3_600_000)
  const midnight = localToEpochMs(`${epochMsToLocal(now, zone).slice(0, 10)}T00:00`, zone)
  return slotOf(midnight ?? now - 86_400_000)
}

/** Starts with what was spent before, as the records tell. */
export function createSpending(before: readonly Spent[] = []): Spending {
  let limits: readonly Limit[] = []
  const ring = new Map<number, Map<RateClass, Micros>>()
  const add = ({ slot, class: rateClass, micros }: Spent): void => {
    const classes = ring.get(slot) ?? new Map<RateClass, Micros>()
    classes.set(rateClass, (classes.get(rateClass) ?? 0n) + micros)
    ring.set(slot, classes)
  }
  for (const one of before) add(one)
  const covers = (limit: Limit, rateClass: RateClass): boolean =>
    limit.classes.length === 0 || limit.classes.includes(rateClass)
  const spentOf = (limit: Limit, now: number): Micros => {
    const first = firstSlot(limit, now)
    let sum = 0n
    for (const [slot, classes] of ring) {
      if (slot < first) continue
      for (const [rateClass, micros] of classes) if (covers(limit, rateClass)) sum += micros
    }
    return sum
  }
  return {
    limits: () => limits,
    put: (given) => void (limits = given),
    spend(at, rateClass, micros) {
      const oldest = slotOf(at - (HOURS_MAX + 1) * 3_600_000)
      for (const slot of ring.keys()) if (slot < oldest) ring.delete(slot)
      add({ slot: slotOf(at), class: rateClass, micros })
    },
    left(now, rateClass, held) {
      let found: { limit: Limit; micros: Micros } | undefined
      for (const limit of limits) {
        if (!covers(limit, rateClass)) continue
        let micros = limit.amountMicros - spentOf(limit, now)
        for (const [one, amount] of held) if (covers(limit, one)) micros -= amount
        if (!found || micros < found.micros) found = { limit, micros }
      }
      return found
    },
    spentOf,
  }
}
