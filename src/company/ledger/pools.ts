/**
 * Plans in memory: which customer has which, and the counters of their quotas and discounts. A counter is what the
 * database says, what was decided and is not written yet, and what calls in progress have set aside.
 */

import { assert } from '../../base/index.ts'
import type { AssignedPlan } from '../catalog/index.ts'
import { isInGroup, openCounters, type Counter, type CounterChange, type RateRow } from '../rating/index.ts'

/** For so long after their end counters and plans stay in memory; what comes later is read from the database. */
export const KEPT_MS = 3 * 24 * 3_600_000

/** A counter of an assigned plan in the database. */
export type WrittenCounter = CounterChange & { readonly assignmentId: string }

export type Pools = {
  /** Takes over plans, and counters that are not known yet; the plans replace all of the given customers. */
  put(assigned: readonly AssignedPlan[], counters: ReadonlyMap<string, readonly Counter[]>): void
  /** Forgets the plans of customers, whose assignments follow; their counters stay. */
  clear(tenantIds: readonly string[]): void
  /** The plan of a customer at an instant; undefined where none has a quota or discount for the call. */
  planFor(tenantId: string, at: number, row: RateRow, number: string): AssignedPlan | undefined
  /** The counters that are good at an instant, without what a call itself has set aside. */
  countersAt(plan: AssignedPlan, at: number, own: readonly CounterChange[]): readonly Counter[]
  /** Sets aside, or frees. */
  hold(plan: AssignedPlan, at: number, changes: readonly CounterChange[], sign: 1n | -1n): void
  /** Counts what is on its way to the disk, or takes it back. */
  addPending(plan: AssignedPlan, at: number, changes: readonly CounterChange[], sign: 1n | -1n): void
  /** A batch is on disk: `changes` of it are part of what the database holds now. */
  written(plan: AssignedPlan, changes: readonly CounterChange[], now: readonly WrittenCounter[]): void
}

type Cell = { readonly counter: Counter; posted: bigint; pending: bigint; reserved: bigint }
type Cells = Map<string, Cell>

const keyOf = ({ itemId, periodFrom }: Pick<Counter, 'itemId' | 'periodFrom'>): string => `${itemId} ${periodFrom}`

const shown = ({ counter, posted, pending, reserved }: Cell): Counter => ({
  ...counter,
  usedUnits: posted + pending,
  reservedUnits: reserved,
})

type State = {
  /** Of each customer. */
  readonly plans: Map<string, readonly AssignedPlan[]>
  /** Of each assignment. */
  readonly pools: Map<string, Cells>
}

/** Starts without plans. */
export function createPools(): Pools {
  const state: State = { plans: new Map(), pools: new Map() }
  return {
    put: (assigned, counters) => put(state, assigned, counters),
    clear(tenantIds) {
      for (const tenantId of tenantIds) state.plans.delete(tenantId)
    },
    planFor(tenantId, at, row, number) {
      const plan = state.plans
        .get(tenantId)
        ?.find(({ terms, endedAt }) => terms.startedAt <= at && (endedAt === null || at < endedAt))
      const items = plan ? [...plan.terms.quotas, ...plan.terms.discounts] : []
      return items.some(({ group }) => isInGroup(group, row, number)) ? plan : undefined
    },
    countersAt(plan, at, own) {
      const units = new Map(own.map((change) => [keyOf(change), change.units]))
      return openAt(state, plan, at).map((counter) => {
        const mine = units.get(keyOf(counter)) ?? 0n
        return mine === 0n ? counter : { ...counter, reservedUnits: counter.reservedUnits - mine }
      })
    },
    hold(plan, at, changes, sign) {
      each(state, plan, at, changes, (cell, units) => {
        cell.reserved += sign * units
        assert(cell.reserved >= 0n, 'more of a counter was freed than was set aside')
      })
    },
    addPending(plan, at, changes, sign) {
      each(state, plan, at, changes, (cell, units) => {
        cell.pending += sign * units
        assert(cell.pending >= 0n, 'more of a counter was written than was decided')
      })
    },
    written: ({ assignmentId }, changes, now) => written(cellsOf(state, assignmentId), assignmentId, changes, now),
  }
}

function cellsOf({ pools }: State, assignmentId: string): Cells {
  const known = pools.get(assignmentId) ?? new Map<string, Cell>()
  pools.set(assignmentId, known)
  return known
}

function openAt({ pools }: State, { assignmentId, terms }: AssignedPlan, at: number): readonly Counter[] {
  return openCounters(terms, [...(pools.get(assignmentId)?.values() ?? [])].map(shown), at)
}

function each(
  state: State,
  plan: AssignedPlan,
  at: number,
  changes: readonly CounterChange[],
  act: (cell: Cell, units: bigint) => void,
): void {
  const cells = cellsOf(state, plan.assignmentId)
  for (const change of changes) {
    const known = cells.get(keyOf(change))
    const counter = known?.counter ?? openAt(state, plan, at).find((one) => keyOf(one) === keyOf(change))
    if (!counter) continue
    const cell = known ?? { counter, posted: counter.usedUnits, pending: 0n, reserved: 0n }
    cells.set(keyOf(change), cell)
    act(cell, change.units)
  }
}

function put(state: State, assigned: readonly AssignedPlan[], counters: ReadonlyMap<string, readonly Counter[]>): void {
  for (const one of assigned) {
    const others = (state.plans.get(one.tenantId) ?? []).filter((other) => other.assignmentId !== one.assignmentId)
    state.plans.set(one.tenantId, [...others, one])
    const cells = cellsOf(state, one.assignmentId)
    for (const counter of counters.get(one.assignmentId) ?? []) {
      const key = keyOf(counter)
      if (!cells.has(key)) cells.set(key, { counter, posted: counter.usedUnits, pending: 0n, reserved: 0n })
    }
  }
}

function written(
  cells: Cells,
  assignmentId: string,
  changes: readonly CounterChange[],
  now: readonly WrittenCounter[],
): void {
  for (const change of changes) {
    const cell = cells.get(keyOf(change))
    if (!cell) continue
    cell.pending -= change.units
    assert(cell.pending >= 0n, 'more of a counter was written than was decided')
  }
  for (const one of now) {
    const cell = one.assignmentId === assignmentId ? cells.get(keyOf(one)) : undefined
    if (cell) cell.posted = one.units
  }
}
