/** Rate decks as `charge` reads them: the version in force as a table in memory, any other one row by row. */

import type { Tx } from '../../platform/db/index.ts'
import { startRateTable, type RateDirection, type RateRow, type RateTable } from '../rating/index.ts'

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
export type RowPosition = Pick<RateRow, 'direction' | 'prefix'>

/** A portion of a version's rows by direction and prefix; `next` is where the following one begins. */
export async function rowsAfter(
  tx: Tx,
  version: { readonly tenantId: string; readonly versionId: string },
  after?: RowPosition,
): Promise<{ readonly rows: readonly RateRow[]; readonly next: RowPosition | undefined }> {
  const rows = await tx<RateRow[]>`
    select ${tx.unsafe(rowColumns)} from rate_row
    where tenant_id = ${version.tenantId} and version_id = ${version.versionId}
      and (direction, prefix) > (${after?.direction ?? ''}, ${after?.prefix ?? ''})
    order by direction, prefix limit ${ROWS_PER_READ}`
  return { rows, next: rows.length < ROWS_PER_READ ? undefined : rows.at(-1) }
}

/** Compiles a version; read in portions, so that calls are answered meanwhile. */
export async function loadRateTable(tx: Tx, tenantId: string, versionId: string): Promise<RateTable> {
  const table = startRateTable()
  let after: RowPosition | undefined
  do {
    const portion = await rowsAfter(tx, { tenantId, versionId }, after)
    for (const row of portion.rows) table.add(row)
    after = portion.next
  } while (after)
  return table.build()
}

const rowColumns = `prefix, direction, destination, class, connect_micros as "connectMicros",
  first_seconds as "firstSeconds", first_nanos as "firstNanos", next_seconds as "nextSeconds",
  next_nanos as "nextNanos", grace_seconds as "graceSeconds", minimum_micros as "minimumMicros", blocked`

export type RateQuery = {
  readonly deckId: string
  readonly direction: RateDirection
  /** E.164 with or without its plus. */
  readonly number: string
  /** The instant by which the version is chosen, epoch milliseconds. */
  readonly at: number
}

/** The row of the version that was in force at an instant: for records that come late. */
export async function findRate(
  tx: Tx,
  { deckId, direction, number, at }: RateQuery,
): Promise<{ readonly versionId: string; readonly row: RateRow } | undefined> {
  const [version] = await tx<{ id: string; tenantId: string }[]>`
    select id, tenant_id as "tenantId" from rate_deck_version
    where deck_id = ${deckId} and activated_at is not null
    order by activated_at <= ${at} desc, abs(extract(epoch from activated_at - ${at})) limit 1`
  if (!version) return undefined
  const digits = number.replace(/^\+/, '').slice(0, 15)
  const prefixes = Array.from({ length: digits.length }, (_, index) => digits.slice(0, index + 1))
  const [row] = await tx<RateRow[]>`
    select ${tx.unsafe(rowColumns)} from rate_row
    where tenant_id = ${version.tenantId} and version_id = ${version.id} and direction = ${direction}
      and prefix = any(${prefixes}::text[])
    order by length(prefix) desc limit 1`
  return row && { versionId: version.id, row }
}

/** What a call was priced by. */
export type RatedBy = { readonly versionId: string; readonly direction: string; readonly prefix: string }

/** The rows by which calls in progress were promised their price. */
export async function ratesOf(
  tx: Tx,
  keys: readonly RatedBy[],
): Promise<readonly (RateRow & { readonly versionId: string })[]> {
  return tx<(RateRow & { versionId: string })[]>`
    select version_id as "versionId", ${tx.unsafe(rowColumns)} from rate_row
    where (version_id, direction, prefix) in (
      select * from unnest(${keys.map((key) => key.versionId)}::uuid[], ${keys.map((key) => key.direction)}::text[],
                           ${keys.map((key) => key.prefix)}::text[]))`
}
