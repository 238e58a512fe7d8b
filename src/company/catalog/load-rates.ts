/** Rate decks as `charge` reads them: the version in force as a table in memory, any other one row by row. */

import type { Tx } from '../../platform/db/index.ts'
import {
  isPlain,
  periodAt,
  rowInForce,
  startRateTable,
  type CallRates,
  type RateDirection,
  type RateRow,
  type RateTable,
} from '../rating/index.ts'
import { rateRowOf, readTariff, rowColumns, type RawRow, type VersionKey } from './rate-columns.ts'

export type ActiveVersion = {
  readonly deckId: string
  readonly tenantId: string
  readonly versionId: string
  readonly activatedAt: number
}

/** The versions in force; of the given decks, or of all. */
export async function activeVersions(tx: Tx, deckIds?: readonly string[]): Promise<readonly ActiveVersion[]> {
  const only = deckIds ?? null
  return tx<ActiveVersion[]>`
    select deck.id as "deckId", deck.tenant_id as "tenantId", version.id as "versionId",
           version.activated_at as "activatedAt"
    from rate_deck as deck
    join rate_deck_version as version on version.id = deck.active_version_id
    where ${only}::uuid[] is null or deck.id = any(${only}::uuid[])`
}

const ROWS_PER_READ = 5000

/** The last row of a portion. */
export type RowPosition = Pick<RawRow, 'direction' | 'prefix' | 'period' | 'effectiveFrom'>

/** A portion of a version's rows by direction and prefix; `next` is where the following one begins. */
export async function rowsAfter(
  tx: Tx,
  version: VersionKey,
  after?: RowPosition,
): Promise<{ readonly rows: readonly RateRow[]; readonly next: RowPosition | undefined }> {
  const from = after ?? { direction: '', prefix: '', period: '', effectiveFrom: -Infinity }
  const rows = await tx<RawRow[]>`
    select ${tx.unsafe(rowColumns)} from rate_row
    where tenant_id = ${version.tenantId} and version_id = ${version.versionId}
      and (direction, prefix, period, effective_from)
        > (${from.direction}, ${from.prefix}, ${from.period}, ${from.effectiveFrom})
    order by direction, prefix, period, effective_from limit ${ROWS_PER_READ}`
  return { rows: rows.map(rateRowOf), next: rows.length < ROWS_PER_READ ? undefined : rows.at(-1) }
}

/** Compiles a version; read in portions, so that calls are answered meanwhile. */
export async function loadRateTable(tx: Tx, tenantId: string, versionId: string): Promise<RateTable> {
  const table = startRateTable(await readTariff(tx, { tenantId, versionId }))
  let after: RowPosition | undefined
  do {
    const portion = await rowsAfter(tx, { tenantId, versionId }, after)
    for (const row of portion.rows) table.add(row)
    after = portion.next
  } while (after)
  return table.build()
}

export type RateQuery = {
  readonly deckId: string
  readonly direction: RateDirection
  /** E.164 with or without its plus. */
  readonly number: string
  /** The instant by which the version is chosen, epoch milliseconds. */
  readonly at: number
}

/** `rates` where the row alone does not say what a call costs. */
export type FoundRate = { readonly versionId: string; readonly row: RateRow; readonly rates?: CallRates }

/** The row of the version that was in force at an instant: for records that come late. */
export async function findRate(tx: Tx, { deckId, direction, number, at }: RateQuery): Promise<FoundRate | undefined> {
  const [version] = await tx<{ id: string; tenantId: string }[]>`
    select id, tenant_id as "tenantId" from rate_deck_version
    where deck_id = ${deckId} and activated_at is not null
    order by activated_at <= ${at} desc, abs(extract(epoch from activated_at - ${at})) limit 1`
  if (!version) return undefined
  const key = { tenantId: version.tenantId, versionId: version.id }
  const rates = { rows: await rowsFor(tx, key, { direction, number }), tariff: await readTariff(tx, key) }
  const row = rowInForce(rates.rows, at, periodAt(rates.tariff, at))
  return row && { versionId: version.id, row, ...(isPlain(rates) ? {} : { rates }) }
}

/** All rows of a version that fit a number, where one of them alone does not say what a call costs. */
export async function timedRates(
  tx: Tx,
  versionId: string,
  question: Pick<RateQuery, 'direction' | 'number'>,
): Promise<CallRates | undefined> {
  const [version] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from rate_deck_version where id = ${versionId}`
  if (!version) return undefined
  const key = { tenantId: version.tenantId, versionId }
  const rates = { rows: await rowsFor(tx, key, question), tariff: await readTariff(tx, key) }
  return isPlain(rates) ? undefined : rates
}

/** The rows of a version that fit a number, longest prefix first. */
export async function rowsFor(
  tx: Tx,
  { tenantId, versionId }: VersionKey,
  { direction, number }: Pick<RateQuery, 'direction' | 'number'>,
): Promise<readonly RateRow[]> {
  const digits = number.replace(/^\+/, '').slice(0, 15)
  const prefixes = Array.from({ length: digits.length }, (_, index) => digits.slice(0, index + 1))
  const rows = await tx<RawRow[]>`
    select ${tx.unsafe(rowColumns)} from rate_row
    where tenant_id = ${tenantId} and version_id = ${versionId} and direction = ${direction}
      and prefix = any(${prefixes}::text[])
    order by length(prefix) desc, effective_from desc`
  return rows.map(rateRowOf)
}

/** What a call was priced by. */
export type RatedBy = {
  readonly versionId: string
  readonly direction: string
  readonly prefix: string
  /** When: of several rows of a prefix, the one that was in force then. */
  readonly at?: number
}

/** The rows by which calls in progress were promised their price, one for each key that has one. */
export async function ratesOf(
  tx: Tx,
  keys: readonly RatedBy[],
): Promise<readonly (RateRow & { readonly versionId: string })[]> {
  const rows = await tx<(RawRow & { tenantId: string; versionId: string })[]>`
    select tenant_id as "tenantId", version_id as "versionId", ${tx.unsafe(rowColumns)} from rate_row
    where (version_id, direction, prefix) in (
      select * from unnest(${keys.map((key) => key.versionId)}::uuid[], ${keys.map((key) => key.direction)}::text[],
                           ${keys.map((key) => key.prefix)}::text[]))
    order by effective_from desc`
  const keyOf = (of: RatedBy): string => `${of.versionId} ${of.direction} ${of.prefix}`
  const found = Map.groupBy(rows, keyOf)
  const rated: (RateRow & { readonly versionId: string })[] = []
  for (const key of new Map(keys.map((one) => [keyOf(one), one])).values()) {
    const candidates = found.get(keyOf(key)) ?? []
    const [first] = candidates
    if (!first) continue
    const plain = candidates.map(rateRowOf)
    const at = key.at
    const isTimed = plain.length > 1 && at !== undefined
    const row = isTimed ? rowInForce(plain, at, periodAt(await readTariff(tx, first), at)) : plain[0]
    rated.push({ ...(row ?? plain[0]!), versionId: first.versionId })
  }
  return rated
}
