/** What happened to one thing: its states, who moved it, and why. */

import type { Tx } from '../db/index.ts'

export type HistoryEntry = {
  readonly from: string
  readonly to: string
  readonly actorId: string | null
  readonly actorRole: string
  readonly reason: string
  /** Epoch milliseconds. */
  readonly at: number
}

const ENTRIES_MAX = 1000

/** The moves of one thing, the first one first. */
export function historyOf(tx: Tx, entity: string, id: string): Promise<HistoryEntry[]> {
  return tx<HistoryEntry[]>`
    select from_state as "from", to_state as "to", actor_id as "actorId", actor_role as "actorRole", reason,
           moved_at as at
    from transition_entry where entity = ${entity} and entity_id = ${id}
    order by sequence limit ${ENTRIES_MAX}`
}
