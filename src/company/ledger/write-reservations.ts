/** Money set aside for calls in progress, as rows: of the customer, and of every level above him. */

import { isoInstant } from '../../base/index.ts'
import { insertRows, type Columns, type Tx } from '../../platform/db/index.ts'
import type { CounterChange } from '../rating/index.ts'
import type { Reservation, Share } from './reservation.ts'
import { STOP_MARGIN_SECONDS } from './grant.ts'

/** Writes reservations as they are now. */
export async function upsertReservations(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length === 0) return
  const columns: Columns<Reservation> = {
    cdr_id: ['uuid', (one) => one.cdrId],
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    call_id: ['text', (one) => one.callId],
    direction: ['text', (one) => one.direction],
    destination: ['text', (one) => one.destination],
    version_id: ['uuid', (one) => one.quote.versionId],
    prefix: ['text', (one) => one.quote.row.prefix],
    reserved_micros: ['bigint', (one) => String(one.reservedMicros)],
    granted_seconds: ['int', (one) => String(one.paidSeconds - STOP_MARGIN_SECONDS)],
    paid_seconds: ['int', (one) => String(one.paidSeconds)],
    final: ['boolean', (one) => String(one.final)],
    reserved_at: ['timestamptz', (one) => isoInstant(one.reservedAt)],
    counters: ['jsonb', (one) => (one.counters?.length ? countersText(one.counters) : '[]')],
    answered_at: ['timestamptz', (one) => (one.answeredAt === undefined ? null : isoInstant(one.answeredAt))],
  }
  const suffix = `on conflict (cdr_id) do update
    set reserved_micros = excluded.reserved_micros, granted_seconds = excluded.granted_seconds,
        paid_seconds = excluded.paid_seconds, final = excluded.final, answered_at = excluded.answered_at,
        counters = excluded.counters`
  await Promise.all([insertRows(tx, 'reservation', columns, reservations, suffix), upsertLevels(tx, reservations)])
}

/** Units as texts: they may exceed what JSON counts exactly. */
function countersText(changes: readonly CounterChange[]): string {
  return JSON.stringify(changes.map((one) => ({ ...one, units: String(one.units) })))
}

type Line = Share & { readonly cdrId: string; readonly level: number }

async function upsertLevels(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  const lines = reservations.flatMap(({ cdrId, upper }): Line[] =>
    upper.map((share, at) => ({ ...share, cdrId, level: at + 1 })),
  )
  if (lines.length === 0) return
  const columns: Columns<Line> = {
    cdr_id: ['uuid', (one) => one.cdrId],
    level: ['smallint', (one) => String(one.level)],
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    version_id: ['uuid', (one) => one.quote.versionId],
    prefix: ['text', (one) => one.quote.row.prefix],
    reserved_micros: ['bigint', (one) => String(one.reservedMicros)],
  }
  const suffix = 'on conflict (cdr_id, level) do update set reserved_micros = excluded.reserved_micros'
  await insertRows(tx, 'reservation_level', columns, lines, suffix)
}

/** Removes what ended calls held. */
export async function removeReservations(tx: Tx, cdrIds: readonly string[]): Promise<void> {
  if (cdrIds.length === 0) return
  await tx`
    with gone as (delete from reservation where cdr_id = any(${cdrIds}::uuid[]))
    delete from reservation_level where cdr_id = any(${cdrIds}::uuid[])`
}
