/**
 * The one way in which anything changes its state. Checks every row against its machine, and writes the
 * state, its history, the audit and an event in the caller's transaction: a few statements, however many rows.
 */

import { assert, newId, ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { writeEvents } from '../jobs/index.ts'
import { forbidden, notAllowed, notFound, refusedByGuard, type TransitionFailure } from './errors.ts'
import { moveBetween, type Actor, type Machine, type Move, type Moving } from './machine.ts'

export type TransitionRequest<State extends string> = {
  readonly machine: Machine<State>
  readonly ids: readonly string[]
  readonly to: State
  readonly actor: Actor
  /** Why, in words for whoever reads the history later. */
  readonly reason: string
}

const REASON_MAX = 1000

/** Rows that make the same move, with it. */
type Group = { readonly move: Move<string>; readonly rows: Moving[] }

/**
 * Moves all of `ids` to a state, or none: on a failure nothing was written. Ids of other tenants than the
 * transaction may see are not found. Publishes `<entity>.<state>` for each row. Returns what moved, with
 * the state that each came from.
 */
export async function transition<State extends string>(
  tx: Tx,
  clock: Clock,
  request: TransitionRequest<State>,
): Promise<Result<readonly Moving[], TransitionFailure>> {
  const { machine, ids, to, actor } = request
  assert(machine.states.includes(to), `${machine.entity} has no state ${to}`)
  assert(request.reason.length <= REASON_MAX, 'a reason is a sentence or two')
  const rows = await lockRows(tx, machine, ids)
  const about = (some: readonly { id: string }[]) => ({ entity: machine.entity, to, ids: some.map(({ id }) => id) })

  if (rows.length < new Set(ids).size) {
    const found = new Set(rows.map(({ id }) => id))
    return notFound(about([...new Set(ids)].filter((id) => !found.has(id)).map((id) => ({ id }))))
  }
  const stuck = rows.filter((row) => !moveBetween(machine, row.from, to))
  if (stuck.length > 0) return notAllowed(about(stuck), [...new Set(stuck.map(({ from }) => from))])
  const groups = groupByMove(machine, rows, to)
  const barred = groups.filter(({ move }) => !move.by.includes(actor.role)).flatMap((group) => group.rows)
  if (barred.length > 0) return forbidden(about(barred), actor.role)
  for (const { move, rows: moving } of groups) {
    for (const guard of move.guards ?? []) {
      const refused = await guard.refuse(tx, moving)
      const [first] = refused
      if (first) return refusedByGuard(about([...refused.keys()].map((id) => ({ id }))), guard.name, first[1])
    }
  }
  if (rows.length > 0) await write(tx, clock, request, rows)
  for (const { move, rows: moved } of groups) {
    for (const effect of move.effects ?? []) await effect.act(tx, moved, { to, at: clock.now() })
  }
  return ok([...rows])
}

/** Locked in one order, so that two runs over the same rows wait for each other instead of deadlocking. */
function lockRows(tx: Tx, { table, stateColumn }: Machine, ids: readonly string[]): Promise<Moving[]> {
  return tx<Moving[]>`
    select id, tenant_id as "tenantId", ${tx(stateColumn)} as "from"
    from ${tx(table)} where id = any(${ids}::uuid[]) order by id for update`
}

function groupByMove(machine: Machine, rows: readonly Moving[], to: string): Group[] {
  const groups = new Map<Move<string>, Moving[]>()
  for (const row of rows) {
    const move = moveBetween(machine, row.from, to)!
    const group = groups.get(move)
    if (group) group.push(row)
    else groups.set(move, [row])
  }
  return [...groups].map(([move, moving]) => ({ move, rows: moving }))
}

async function write<State extends string>(
  tx: Tx,
  clock: Clock,
  { machine, to, actor, reason }: TransitionRequest<State>,
  rows: readonly Moving[],
): Promise<void> {
  const { entity, table, stateColumn } = machine
  const now = clock.now()
  const ids = rows.map(({ id }) => id)
  const tenantIds = rows.map(({ tenantId }) => tenantId)
  const from = rows.map((row) => row.from)
  const newIds = () => rows.map(() => newId(clock))
  const { count } = await tx`update ${tx(table)} set ${tx(stateColumn)} = ${to} where id = any(${ids}::uuid[])`
  assert(count === rows.length, `${count} of ${rows.length} locked rows were updated`)
  await tx`
    insert into transition_entry
      (id, tenant_id, entity, entity_id, from_state, to_state, actor_id, actor_role, reason, moved_at)
    select id, tenant_id, ${entity}, entity_id, from_state, ${to}, ${actor.id ?? null}, ${actor.role}, ${reason}, ${now}
    from unnest(${newIds()}::uuid[], ${tenantIds}::uuid[], ${ids}::uuid[], ${from}::text[])
      as new (id, tenant_id, entity_id, from_state)`
  await tx`
    insert into audit_entry
      (id, tenant_id, actor_id, actor_role, on_behalf_of, source_address, action, subject_kind, subject_id,
       before, after, reason, recorded_at)
    select id, tenant_id, ${actor.id ?? null}, ${actor.role}, ${actor.onBehalfOf ?? null},
           ${actor.sourceAddress ?? null}, ${`${entity}.${to}`}, ${entity}, subject_id,
           jsonb_build_object(${stateColumn}::text, from_state), jsonb_build_object(${stateColumn}::text, ${to}::text),
           ${reason}, ${now}
    from unnest(${newIds()}::uuid[], ${tenantIds}::uuid[], ${ids}::uuid[], ${from}::text[])
      as new (id, tenant_id, subject_id, from_state)`
  await writeEvents(
    tx,
    clock,
    rows.map((row) => ({
      tenantId: row.tenantId,
      topic: `${entity}.${to}`,
      payload: { id: row.id, from: row.from, to, actorId: actor.id ?? null, actorRole: actor.role, reason },
    })),
  )
}
