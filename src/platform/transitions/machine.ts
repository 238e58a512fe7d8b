/** A state machine as data: which moves exist, who may make them, what is checked before and done with them. */

import type { Tx } from '../db/index.ts'

/** Who moves something: a person with a role, or `system`. */
export type Actor = {
  /** The login's id; undefined for the system itself. */
  readonly id: string | undefined
  /** As named in `by` of a move: a role of the login, or `system`. */
  readonly role: string
  /** The login for whom a member of staff acts. */
  readonly onBehalfOf?: string
  /** Where the request came from. */
  readonly sourceAddress?: string
}

/** Something about to move, locked. */
export type Moving = { readonly id: string; readonly tenantId: string; readonly from: string }

export type Guard = {
  /** In words: `it has lines`. */
  readonly name: string
  /** Which of these may not move, each with the reason that a person reads. */
  readonly refuse: (tx: Tx, rows: readonly Moving[]) => Promise<ReadonlyMap<string, string>>
}

export type Effect = {
  readonly name: string
  /** Done in the same transaction, after the move, for all rows at once. Throws to undo everything. */
  readonly act: (tx: Tx, rows: readonly Moving[], move: { readonly to: string; readonly at: number }) => Promise<void>
}

export type Move<State extends string> = {
  readonly from: readonly State[]
  readonly to: State
  readonly by: readonly string[]
  readonly guards?: readonly Guard[]
  readonly effects?: readonly Effect[]
}

export type Machine<State extends string = string> = {
  /** The noun in history, audit and events: `invoice`. */
  readonly entity: string
  /** Its table, with `id`, `tenant_id` and the column of the state. */
  readonly table: string
  readonly stateColumn: string
  readonly states: readonly State[]
  /** States in which something is created. */
  readonly initial: readonly State[]
  /** States that are never left. */
  readonly final: readonly State[]
  readonly moves: readonly Move<State>[]
}

/** The move between two states; there is at most one. */
export function moveBetween(machine: Machine, from: string, to: string): Move<string> | undefined {
  return machine.moves.find((move) => move.to === to && move.from.includes(from))
}
