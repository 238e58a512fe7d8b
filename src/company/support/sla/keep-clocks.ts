/**
 * What happened to a ticket is stored, and its clocks are computed again from all of it, in the same transaction: so
 * they are the same after a restart, a clock that jumped, or a changed policy.
 */

import { newId, ok, type Clock, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { writeEvents } from '../../../platform/jobs/index.ts'
import { dueOf, warningsOf, type Clock as SlaClock } from './clock.ts'
import { deskOf } from './desk.ts'
import type { SimulationFailure } from './errors.ts'
import type { Severity } from './policy.ts'
import { runClocks, type SlaEvent } from './run-clocks.ts'

/** Where the queue puts what nobody promised: after everything else. */
export const NO_DUE_MS = 253_402_300_799_000

export type TicketKey = { readonly ticketId: string; readonly tenantId: string }

/** Notes events of a ticket and computes its clocks. */
export async function noteSla(
  tx: Tx,
  clock: Clock,
  key: TicketKey,
  events: readonly SlaEvent[],
): Promise<Result<void, SimulationFailure>> {
  if (events.length > 0) {
    await tx`
      insert into sla_event (id, tenant_id, ticket_id, kind, value, at)
      select id, ${key.tenantId}, ${key.ticketId}, kind, value, to_timestamp(at / 1000.0) from unnest(
        ${events.map(() => newId(clock))}::uuid[], ${events.map((event) => event.kind)}::text[],
        ${events.map(valueOf)}::text[], ${events.map((event) => event.at)}::float8[]
      ) as new (id, kind, value, at)`
  }
  return refreshClocks(tx, clock, key)
}

function valueOf(event: SlaEvent): string {
  if (event.kind === 'state') return event.to
  return event.kind === 'created' || event.kind === 'severity' ? event.severity : ''
}

/** Everything that happened to a ticket, as its clocks see it. */
async function slaEventsOf(tx: Tx, ticketId: string): Promise<SlaEvent[]> {
  const rows = await tx<{ kind: SlaEvent['kind']; value: string; at: number }[]>`
    select kind, value, at from sla_event where ticket_id = ${ticketId} order by at, id`
  return rows.map(({ kind, value, at }) => {
    if (kind === 'state') return { kind, at, to: value }
    if (kind === 'created' || kind === 'severity') return { kind, at, severity: value as Severity }
    return { kind, at }
  })
}

/** Computes the clocks again and stores them; broken promises become rows that stay. */
async function refreshClocks(tx: Tx, clock: Clock, key: TicketKey): Promise<Result<void, SimulationFailure>> {
  const now = clock.now()
  const desk = await deskOf(tx, key.tenantId)
  const policy = desk?.policy
  if (!policy) return ok(undefined)
  const run = runClocks(policy, await slaEventsOf(tx, key.ticketId), now)
  if (!run.ok) return run
  const rows = run.value.clocks.map((one) => rowOf(one, now))
  await storeClocks(tx, key, rows)
  await storeBreaches(tx, clock, key, { rows, severity: run.value.severity })
  const due = rows
    .filter((row) => row.state === 'running' || row.state === 'paused')
    .flatMap((row) => row.dueAt ?? [])
    .reduce((first, at) => Math.min(first, at), NO_DUE_MS)
  await tx`update ticket set queue_at = ${due} where id = ${key.ticketId} and queue_at <> ${due}`
  return ok(undefined)
}

type Row = {
  readonly metric: string
  readonly startedAt: number
  readonly state: string
  readonly targetSeconds: number | undefined
  readonly dueAt: number | undefined
  readonly stoppedAt: number | undefined
  readonly breachedAt: number | undefined
  readonly warnAt: number | undefined
}

function rowOf(one: SlaClock, now: number): Row {
  const computed = dueOf(one)
  const warnings = warningsOf(one)
  return {
    metric: one.metric,
    startedAt: one.startedAt,
    state: one.state,
    targetSeconds: one.terms.at(-1)!.targetSeconds,
    dueAt: computed.ok ? computed.value.due : undefined,
    stoppedAt: one.stoppedAt,
    breachedAt: one.breachedAt,
    warnAt: warnings.ok ? warnings.value.find((at) => at > now) : undefined,
  }
}

async function storeClocks(tx: Tx, { ticketId, tenantId }: TicketKey, rows: readonly Row[]): Promise<void> {
  const at = (pick: (row: Row) => number | undefined) => rows.map((row) => pick(row) ?? null)
  await tx`
    insert into sla_clock
      (tenant_id, ticket_id, metric, started_at, state, target_seconds, due_at, stopped_at, breached_at, warn_at)
    select ${tenantId}, ${ticketId}, metric, to_timestamp(started / 1000.0), state, target, to_timestamp(due / 1000.0),
           to_timestamp(stopped / 1000.0), to_timestamp(breached / 1000.0), to_timestamp(warn / 1000.0)
    from unnest(
      ${rows.map((row) => row.metric)}::text[], ${at((row) => row.startedAt)}::float8[],
      ${rows.map((row) => row.state)}::text[], ${at((row) => row.targetSeconds)}::int[],
      ${at((row) => row.dueAt)}::float8[], ${at((row) => row.stoppedAt)}::float8[],
      ${at((row) => row.breachedAt)}::float8[], ${at((row) => row.warnAt)}::float8[]
    ) as new (metric, started, state, target, due, stopped, breached, warn)
    on conflict (ticket_id, metric, started_at) do update
    set state = excluded.state, target_seconds = excluded.target_seconds, due_at = excluded.due_at,
        stopped_at = excluded.stopped_at, breached_at = coalesce(sla_clock.breached_at, excluded.breached_at),
        warn_at = excluded.warn_at`
}

async function storeBreaches(
  tx: Tx,
  clock: Clock,
  { ticketId, tenantId }: TicketKey,
  { rows, severity }: { readonly rows: readonly Row[]; readonly severity: Severity },
): Promise<void> {
  const broken = rows.filter((row) => row.breachedAt !== undefined)
  if (broken.length === 0) return
  const added = await tx<{ metric: string }[]>`
    insert into sla_breach (id, tenant_id, ticket_id, metric, started_at, due_at, severity, recorded_at)
    select id, ${tenantId}, ${ticketId}, metric, to_timestamp(started / 1000.0), to_timestamp(due / 1000.0),
           ${severity}, ${clock.now()}
    from unnest(
      ${broken.map(() => newId(clock))}::uuid[], ${broken.map((row) => row.metric)}::text[],
      ${broken.map((row) => row.startedAt)}::float8[], ${broken.map((row) => row.breachedAt!)}::float8[]
    ) as new (id, metric, started, due)
    on conflict (ticket_id, metric, started_at) do nothing
    returning metric`
  await writeEvents(
    tx,
    clock,
    added.map(({ metric }) => ({ tenantId, topic: 'ticket.breached', payload: { id: ticketId, metric, severity } })),
  )
}
