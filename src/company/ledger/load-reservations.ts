/** Reads reservations that a former process left, each with the price and the plan that it was promised. */

import type { Tx } from '../../platform/db/index.ts'
import { ratesOf, timedRates } from '../catalog/index.ts'
import { rowInForce, periodAt, type CallRates } from '../rating/index.ts'
import type { Quote, Reservation, Share } from './reservation.ts'
import type { Pools } from './pools.ts'

type ShareRow = Omit<Share, 'quote'> & { readonly cdrId: string; readonly versionId: string; readonly prefix: string }

type ReservationRow = Omit<Reservation, 'quote' | 'answeredAt' | 'upper' | 'counters'> & {
  readonly versionId: string
  readonly prefix: string
  readonly answeredAt: number | null
  readonly counters: readonly { readonly itemId: string; readonly periodFrom: number; readonly units: string }[]
}

type Promised = Pick<ReservationRow, 'direction' | 'destination' | 'reservedAt'> & {
  readonly versionId: string
  readonly prefix: string
}

/** All open reservations; plans are in memory before. */
export async function loadReservations(tx: Tx, pools: Pools): Promise<readonly Reservation[]> {
  const rows = await tx<ReservationRow[]>`
    select cdr_id as "cdrId", account_id as "accountId", tenant_id as "tenantId", call_id as "callId", direction,
           destination, version_id as "versionId", prefix, reserved_at as "reservedAt", paid_seconds as "paidSeconds",
           reserved_micros as "reservedMicros", final, answered_at as "answeredAt", counters
    from reservation`
  if (rows.length === 0) return []
  const shares = await tx<ShareRow[]>`
    select cdr_id as "cdrId", account_id as "accountId", tenant_id as "tenantId", version_id as "versionId", prefix,
           reserved_micros as "reservedMicros"
    from reservation_level order by cdr_id, level`
  const calls = new Map(rows.map((row) => [row.cdrId, row]))
  const upperRows = shares.flatMap((share) => {
    const call = calls.get(share.cdrId)
    return call ? [{ ...call, ...share }] : []
  })
  const quoteOf = await readQuotes(tx, [...rows, ...upperRows])
  const upper = new Map<string, Share[]>()
  for (const promised of upperRows) {
    const { cdrId, accountId, tenantId, reservedMicros } = promised
    const quote = quoteOf(promised)
    if (quote) upper.set(cdrId, [...(upper.get(cdrId) ?? []), { accountId, tenantId, reservedMicros, quote }])
  }
  return rows.flatMap((row): Reservation[] => {
    const { versionId: _version, prefix: _prefix, answeredAt, counters, ...rest } = row
    const promised = quoteOf(row)
    if (!promised) return []
    const plan = pools.planFor(row.tenantId, row.reservedAt, promised.row, row.destination)
    const quote = plan ? { ...promised, plan } : promised
    const held = counters.map((one) => ({ ...one, units: BigInt(one.units) }))
    const call = { ...rest, quote, answeredAt: answeredAt ?? undefined, upper: upper.get(rest.cdrId) ?? [] }
    return [plan ? { ...call, counters: held } : call]
  })
}

/** The promised prices: one row for each prefix of a version, or all that fit where time has a say. */
async function readQuotes(tx: Tx, promised: readonly Promised[]): Promise<(one: Promised) => Quote | undefined> {
  const keyOf = (key: { versionId: string; direction: string; prefix: string }): string =>
    `${key.versionId} ${key.direction} ${key.prefix}`
  const unique = new Map(promised.map((one) => [keyOf(one), one]))
  const rows = new Map((await ratesOf(tx, [...unique.values()])).map((rate) => [keyOf(rate), rate]))
  const timed = await readTimed(tx, promised)
  return (one) => {
    const { versionId, reservedAt } = one
    const rates = timed.get(numberKey(one))
    const row = rates ? rowInForce(rates.rows, reservedAt, periodAt(rates.tariff, reservedAt)) : rows.get(keyOf(one))
    return row && { versionId, row, ...(rates ? { rates } : {}) }
  }
}

const numberKey = ({ versionId, direction, destination }: Promised): string =>
  `${versionId} ${direction} ${destination}`

async function readTimed(tx: Tx, promised: readonly Promised[]): Promise<ReadonlyMap<string, CallRates>> {
  const versionIds = [...new Set(promised.map((one) => one.versionId))]
  const versions = await tx<{ id: string }[]>`
    select id from rate_deck_version as version
    where id = any(${versionIds}::uuid[])
      and (rounding_mode <> 'half-up' or rounding_digits <> 6 or exists (
        select from rate_row
        where rate_row.tenant_id = version.tenant_id and rate_row.version_id = version.id
          and (period <> '' or effective_from <> '-infinity' or effective_to <> 'infinity')))`
  const special = new Set(versions.map((one) => one.id))
  const found = new Map<string, CallRates>()
  for (const one of promised) {
    if (!special.has(one.versionId) || found.has(numberKey(one))) continue
    const question = { direction: one.direction, number: one.destination }
    const rates = await timedRates(tx, one.versionId, question)
    if (rates) found.set(numberKey(one), rates)
  }
  return found
}
