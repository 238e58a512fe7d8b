/** Events written in the transaction that they tell of; the relay hands them on afterwards. */

import { newId, type Clock } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'

export type NewEvent = {
  readonly tenantId: string
  /** `noun.state` or `noun.act`: `invoice.issued`. */
  readonly topic: string
  readonly payload: unknown
}

/** The channel on which the relay is woken. */
export const OUTBOX_CHANNEL = 'dialhouse_outbox'

/** Writes events into the caller's transaction, in one statement. */
export async function writeEvents(tx: Tx, clock: Clock, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx`
    insert into outbox_event (id, tenant_id, topic, payload, created_at)
    select id, tenant_id, topic, payload::jsonb, ${clock.now()}
    from unnest(
      ${events.map(() => newId(clock))}::uuid[],
      ${events.map((event) => event.tenantId)}::uuid[],
      ${events.map((event) => event.topic)}::text[],
      ${events.map((event) => JSON.stringify(event.payload))}::text[]
    ) as new (id, tenant_id, topic, payload)`
  await tx`select pg_notify(${OUTBOX_CHANNEL}, '')`
}

/** Forgets events that were handed on before an instant (epoch milliseconds). */
export async function forgetPublishedEvents(tx: Tx, before: number): Promise<number> {
  const { count } = await tx`delete from outbox_event where published_at < ${before}`
  return count
}
