/**
 * The alarm about routes that sell below cost: each is written down every few seconds at most, with an event when it is
 * new. Counting them delays no call.
 */

import { isoInstant, newId, type Clock, type Log } from '../../base/index.ts'
import { insertRows, type Columns, type Db, type Tx } from '../../platform/db/index.ts'
import { writeEvents } from '../../platform/jobs/index.ts'
import type { BelowCost } from './allow-carriers.ts'

export type BelowCostNotes = {
  /** Counts routes that were met at a reservation. */
  note(routes: readonly BelowCost[]): void
  /** Writes what was counted and stops. */
  close(): Promise<void>
}

/** A route, what is not written yet, and when it was met last. */
type Seen = { route: BelowCost; waiting: number; lastAt: number }

const WRITE_MS = 5000
const FRESH_MS = 3_600_000
/** Of one process; whoever sells more rows below cost than this has read the first ones. */
const ROUTES_MAX = 10_000

const keyOf = ({ carrierId, quote, costVersionId, costPrefix }: BelowCost): string =>
  [carrierId, quote.versionId, quote.row.prefix, costVersionId, costPrefix].join(' ')

/** Starts counting. */
export function noteBelowCost(parts: { readonly db: Db; readonly clock: Clock; readonly log: Log }): BelowCostNotes {
  const { db, clock, log } = parts
  const seen = new Map<string, Seen>()
  let writing: Promise<void> = Promise.resolve()
  const write = async (): Promise<void> => {
    const due = [...seen.values()].filter((one) => one.waiting > 0)
    if (due.length === 0) return
    const counted = due.map((one) => ({ ...one }))
    for (const one of due) one.waiting = 0
    try {
      await db.asService((tx) => writeRoutes(tx, clock, counted))
    } catch (error) {
      for (const [at, one] of due.entries()) one.waiting += counted[at]!.waiting
      log.warn('routes that sell below cost could not be written down yet', { error })
    }
  }
  const timer = clock.every(WRITE_MS, () => {
    for (const [key, one] of seen) if (one.waiting === 0 && one.lastAt < clock.now() - FRESH_MS) seen.delete(key)
    writing = writing.then(write)
  })
  return {
    note(routes) {
      for (const route of routes) {
        const known = seen.get(keyOf(route))
        if (known) {
          known.route = route
          known.waiting++
          known.lastAt = clock.now()
        } else if (seen.size < ROUTES_MAX) seen.set(keyOf(route), { route, waiting: 1, lastAt: clock.now() })
      }
    },
    close() {
      timer.stop()
      return writing.then(write)
    },
  }
}

async function writeRoutes(tx: Tx, clock: Clock, routes: readonly Seen[]): Promise<void> {
  const columns: Columns<Seen> = {
    id: ['uuid', () => newId(clock)],
    tenant_id: ['uuid', ({ route }) => route.tenantId],
    carrier_id: ['uuid', ({ route }) => route.carrierId],
    version_id: ['uuid', ({ route }) => route.quote.versionId],
    prefix: ['text', ({ route }) => route.quote.row.prefix],
    cost_version_id: ['uuid', ({ route }) => route.costVersionId],
    cost_prefix: ['text', ({ route }) => route.costPrefix],
    destination_name: ['text', ({ route }) => route.quote.row.destination],
    currency: ['text', ({ route }) => route.currency],
    price_nanos: ['bigint', ({ route }) => String(route.priceNanos)],
    cost_nanos: ['bigint', ({ route }) => String(route.costNanos)],
    refused: ['boolean', ({ route }) => String(route.refused)],
    calls: ['bigint', ({ waiting }) => String(waiting)],
    first_seen_at: ['timestamptz', ({ lastAt }) => isoInstant(lastAt)],
    last_seen_at: ['timestamptz', ({ lastAt }) => isoInstant(lastAt)],
  }
  const suffix = `on conflict (tenant_id, carrier_id, version_id, prefix, cost_version_id, cost_prefix) do update
    set calls = below_cost_route.calls + excluded.calls, last_seen_at = excluded.last_seen_at,
        refused = excluded.refused
    returning tenant_id, carrier_id, destination_name, prefix, refused, xmax::text = '0' as is_new`
  type Stored = { tenant_id: string; carrier_id: string; destination_name: string; prefix: string; refused: boolean }
  const stored = await insertRows<Seen, Stored & { is_new: boolean }>(tx, 'below_cost_route', columns, routes, suffix)
  const events = stored
    .filter((one) => one.is_new)
    .map(({ tenant_id, carrier_id, destination_name, prefix, refused }) => ({
      tenantId: tenant_id,
      topic: 'margin.below_cost',
      payload: { carrierId: carrier_id, destination: destination_name, prefix, refused },
    }))
  await writeEvents(tx, clock, events)
}
