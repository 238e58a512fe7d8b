/** Rows of decks and what is true of their version, between the tables and the program. */

import type { Tx } from '../../platform/db/index.ts'
import { plainTariff, type Interval, type RateRow, type Rounding, type Tariff } from '../rating/index.ts'

/** Columns of `rate_row` as `RawRow` names them. */
export const rowColumns = `prefix, direction, destination, class, connect_micros as "connectMicros",
  first_seconds as "firstSeconds", first_nanos as "firstNanos", next_seconds as "nextSeconds",
  next_nanos as "nextNanos", grace_seconds as "graceSeconds", minimum_micros as "minimumMicros", blocked,
  free_seconds as "freeSeconds", connect_when_free as "connectWhenFree", surcharge_ppm as "surchargePpm",
  "interval", period, effective_from as "effectiveFrom", effective_to as "effectiveTo"`

type Plain = Omit<RateRow, keyof Extras>
type Extras = {
  readonly freeSeconds: number
  readonly connectWhenFree: boolean
  readonly surchargePpm: number
  readonly interval: Interval
  readonly period: string
  readonly effectiveFrom: number
  readonly effectiveTo: number
}

/** A row as it is stored: what it does not have is zero, empty, or infinite. */
export type RawRow = Plain & Extras

/** A stored row without what says nothing. */
export function rateRowOf(raw: RawRow): RateRow {
  const { freeSeconds, connectWhenFree, surchargePpm, interval, period, effectiveFrom, effectiveTo } = raw
  const plain = {
    prefix: raw.prefix,
    direction: raw.direction,
    destination: raw.destination,
    class: raw.class,
    connectMicros: raw.connectMicros,
    firstSeconds: raw.firstSeconds,
    firstNanos: raw.firstNanos,
    nextSeconds: raw.nextSeconds,
    nextNanos: raw.nextNanos,
    graceSeconds: raw.graceSeconds,
    minimumMicros: raw.minimumMicros,
    blocked: raw.blocked,
  }
  const isPlain = freeSeconds === 0 && surchargePpm === 0 && interval === 'after_first' && period === ''
  if (isPlain && !connectWhenFree && effectiveFrom === -Infinity && effectiveTo === Infinity) return plain
  return {
    ...plain,
    ...(freeSeconds > 0 ? { freeSeconds } : {}),
    ...(connectWhenFree ? { connectWhenFree } : {}),
    ...(surchargePpm > 0 ? { surchargePpm } : {}),
    ...(interval === 'after_first' ? {} : { interval }),
    ...(period === '' ? {} : { period }),
    ...(effectiveFrom === -Infinity ? {} : { effectiveFrom }),
    ...(effectiveTo === Infinity ? {} : { effectiveTo }),
  }
}

const ROWS_PER_STATEMENT = 20_000

export type VersionKey = { readonly tenantId: string; readonly versionId: string }

/** Writes the rows of a version; in the order of their key, so that its index grows at one end. */
export async function insertRows(tx: Tx, version: VersionKey, rows: readonly RateRow[]): Promise<void> {
  const ordered = rows.toSorted(
    (a, b) =>
      orderOf(a.direction, b.direction) || orderOf(a.prefix, b.prefix) || orderOf(a.period ?? '', b.period ?? ''),
  )
  for (let at = 0; at < ordered.length; at += ROWS_PER_STATEMENT) {
    await insertPortion(tx, version, ordered.slice(at, at + ROWS_PER_STATEMENT))
  }
}

const orderOf = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

async function insertPortion(tx: Tx, { tenantId, versionId }: VersionKey, rows: readonly RateRow[]): Promise<void> {
  // Arrays as PostgreSQL reads them, written at once: cell by cell takes longer than the insert. What is no free
  // text needs no quotes.
  const list = (of: (row: RateRow) => unknown): string => `{${rows.map(of).join(',')}}`
  const texts = (of: (row: RateRow) => string): string => list((row) => `"${of(row).replace(/["\\]/g, '\\$&')}"`)
  const instants = (of: (row: RateRow) => number | undefined, otherwise: string): string =>
    list((row) => {
      const at = of(row)
      return at === undefined ? otherwise : Temporal.Instant.fromEpochMilliseconds(at).toString()
    })
  await tx`
    insert into rate_row
      (tenant_id, version_id, prefix, direction, destination, class, connect_micros, first_seconds, first_nanos,
       next_seconds, next_nanos, grace_seconds, minimum_micros, blocked, free_seconds, connect_when_free,
       surcharge_ppm, "interval", period, effective_from, effective_to)
    select ${tenantId}, ${versionId}, line.*
    from unnest(
      ${list((row) => row.prefix)}::text::text[], ${list((row) => row.direction)}::text::text[],
      ${texts((row) => row.destination)}::text::text[], ${list((row) => row.class)}::text::text[],
      ${list((row) => row.connectMicros)}::text::bigint[], ${list((row) => row.firstSeconds)}::text::int[],
      ${list((row) => row.firstNanos)}::text::bigint[], ${list((row) => row.nextSeconds)}::text::int[],
      ${list((row) => row.nextNanos)}::text::bigint[], ${list((row) => row.graceSeconds)}::text::int[],
      ${list((row) => row.minimumMicros)}::text::bigint[], ${list((row) => row.blocked)}::text::boolean[],
      ${list((row) => row.freeSeconds ?? 0)}::text::int[],
      ${list((row) => row.connectWhenFree ?? false)}::text::boolean[],
      ${list((row) => row.surchargePpm ?? 0)}::text::int[],
      ${list((row) => row.interval ?? 'after_first')}::text::text[],
      ${texts((row) => row.period ?? '')}::text::text[],
      ${instants((row) => row.effectiveFrom, '-infinity')}::text::timestamptz[],
      ${instants((row) => row.effectiveTo, 'infinity')}::text::timestamptz[]
    ) as line`
}

type TariffColumns = Omit<Tariff, 'rounding'> & {
  readonly roundingMode: Rounding['mode']
  readonly roundingDigits: number
}

/** What is true of a version; the custom of the house for one that does not exist. */
export async function readTariff(tx: Tx, { tenantId, versionId }: VersionKey): Promise<Tariff> {
  const [found] = await tx<TariffColumns[]>`
    select zone, periods, reprice_at_period as "repriceAtPeriod", reprice_at_effective as "repriceAtEffective",
           rounding_mode as "roundingMode", rounding_digits as "roundingDigits"
    from rate_deck_version where tenant_id = ${tenantId} and id = ${versionId}`
  if (!found) return plainTariff
  const { roundingMode, roundingDigits, ...rest } = found
  return { ...rest, rounding: { mode: roundingMode, digits: roundingDigits } }
}
