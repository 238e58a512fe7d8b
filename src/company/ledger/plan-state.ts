/** The counters that a charge was computed with, as they are stored beside it and told to people. Pure. */

import { formatMicros } from '../../base/index.ts'
import type { AssignedPlan } from '../catalog/index.ts'
import type { ExplainedCounter } from './explanation.ts'
import {
  isInGroup,
  type Counter,
  type CounterChange,
  type PlanTerms,
  type RateRow,
  type VolumeUnit,
} from '../rating/index.ts'

/** What the plan had for a call before it, and what the call took. */
export type PlanState = {
  readonly plan: AssignedPlan
  readonly counters: readonly Counter[]
  readonly changes: readonly CounterChange[]
}

const itemsOf = ({ quotas, discounts }: PlanTerms) => [...quotas, ...discounts]

/** The counters of quotas and discounts that are for a call. */
export function countersFor(
  terms: PlanTerms,
  counters: readonly Counter[],
  row: RateRow,
  number: string,
): readonly Counter[] {
  const ids = new Set(itemsOf(terms).flatMap(({ id, group }) => (isInGroup(group, row, number) ? [id] : [])))
  return counters.filter(({ itemId }) => ids.has(itemId))
}

type StoredCounter = Record<keyof Omit<Counter, 'itemId'> | 'takenUnits', number | string> & { readonly itemId: string }

export type StoredPlan = { readonly assignmentId: string; readonly counters: readonly StoredCounter[] }

const isOf = (change: CounterChange, counter: Counter): boolean =>
  change.itemId === counter.itemId && change.periodFrom === counter.periodFrom

/** Units that changes take of a counter. */
function takenOf(counter: Counter, changes: readonly CounterChange[]): bigint {
  return changes.reduce((sum, change) => (isOf(change, counter) ? sum + change.units : sum), 0n)
}

/** As the record keeps it. */
export function planText({ plan, counters, changes }: PlanState): string {
  const stored: StoredPlan = {
    assignmentId: plan.assignmentId,
    counters: counters.map((counter) => ({
      ...counter,
      grantedUnits: String(counter.grantedUnits),
      usedUnits: String(counter.usedUnits),
      reservedUnits: String(counter.reservedUnits),
      takenUnits: String(takenOf(counter, changes)),
    })),
  }
  return JSON.stringify(stored)
}

/** The counters that a record keeps. */
export function storedCounters({ counters }: StoredPlan): readonly Counter[] {
  return counters.map(({ itemId, periodFrom, periodTo, expiresAt, grantedUnits, usedUnits, reservedUnits }) => ({
    itemId,
    periodFrom: Number(periodFrom),
    periodTo: Number(periodTo),
    expiresAt: Number(expiresAt),
    grantedUnits: BigInt(grantedUnits),
    usedUnits: BigInt(usedUnits),
    reservedUnits: BigInt(reservedUnits),
  }))
}

/** The plan with the items alone that were for a call, whatever its number was. */
export function planOfCall(terms: PlanTerms, counters: readonly Counter[], row: RateRow): PlanTerms {
  const ids = new Set(counters.map(({ itemId }) => itemId))
  const group = { direction: row.direction, classes: [row.class], prefixes: [] }
  return {
    ...terms,
    quotas: terms.quotas.filter(({ id }) => ids.has(id)).map((one) => ({ ...one, group: { ...one.group, ...group } })),
    discounts: terms.discounts
      .filter(({ id }) => ids.has(id))
      .map((one) => ({ ...one, group: { ...one.group, ...group } })),
  }
}

const textOf = (units: bigint, unit: VolumeUnit): string => (unit === 'money' ? formatMicros(units) : `${units} s`)

/** Counters that a call took something of, before and after it. */
export function shownCounters(
  terms: PlanTerms,
  counters: readonly Counter[],
  changes: readonly CounterChange[],
): readonly ExplainedCounter[] {
  return itemsOf(terms).flatMap((item) =>
    counters
      .filter((counter) => counter.itemId === item.id)
      .flatMap((counter) => {
        const taken = takenOf(counter, changes)
        if (taken === 0n) return []
        const { name, unit } = item
        const grantedUnits = 'tiers' in item ? undefined : counter.grantedUnits
        return [{ name, unit, grantedUnits, beforeUnits: counter.usedUnits, afterUnits: counter.usedUnits + taken }]
      }),
  )
}

/** The same in sentences. */
export function counterSentences(...state: Parameters<typeof shownCounters>): readonly string[] {
  return shownCounters(...state).map(({ name, unit, grantedUnits, beforeUnits, afterUnits }) => {
    const of = grantedUnits === undefined ? '' : ` of ${textOf(grantedUnits, unit)}`
    const [before, after] = [beforeUnits, afterUnits].map((units) => textOf(units, unit))
    return `counter of "${name}": ${before}${of} used before the call, ${after} after`
  })
}
