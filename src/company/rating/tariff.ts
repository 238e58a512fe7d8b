/**
 * What is true of a whole deck: the zone in which its times of day are read, how records are rounded, and whether a
 * call changes its price when the clock passes a boundary. Wall clocks are read through Temporal, so a day of a
 * clock change has its 23 or 25 hours, and elapsed seconds come from instants.
 */

import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/** Part of a week by the wall clock, half-open; one that ends at or before its beginning ends on the next day. */
export type PeriodWindow = {
  /** Days on which it begins, 1 for Monday to 7 for Sunday. */
  readonly weekdays: readonly number[]
  readonly fromMinute: number
  readonly toMinute: number
}

/** A named time of day such as `evening`. Of two that hold at once, the one that stands first counts. */
export type Period = { readonly name: string; readonly windows: readonly PeriodWindow[] }

export type Tariff = {
  /** IANA zone. */
  readonly zone: string
  readonly periods: readonly Period[]
  /** A call that is in progress at the boundary of a period goes on at the new price. */
  readonly repriceAtPeriod: boolean
  /** The same for rows that come into force while it lasts. */
  readonly repriceAtEffective: boolean
  readonly rounding: Rounding
}

/** The custom of the house; a deck without times of day needs nothing else. */
export const plainTariff: Tariff = {
  zone: 'UTC',
  periods: [],
  repriceAtPeriod: true,
  repriceAtEffective: false,
  rounding: toMicros,
}

const DAY_MINUTES = 1440

function isInside({ weekdays, fromMinute, toMinute }: PeriodWindow, weekday: number, minute: number): boolean {
  if (fromMinute < toMinute) return weekdays.includes(weekday) && minute >= fromMinute && minute < toMinute
  const yesterday = weekday === 1 ? 7 : weekday - 1
  return (weekdays.includes(weekday) && minute >= fromMinute) || (weekdays.includes(yesterday) && minute < toMinute)
}

/** What one tariff says of minutes and days, kept for runs over many calls. */
type Calendar = {
  readonly periods: Map<number, string | undefined>
  readonly boundaries: Map<number, readonly number[]>
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Entries that are kept: a year of minutes would be half a million. */
const KEPT_MAX = 100_000
/** Since 1972 every zone is off UTC by whole minutes, so that all of a minute is the same minute on the wall. */
const WHOLE_MINUTES_SINCE = 63_072_000_000

const calendars = new WeakMap<Tariff, Calendar>()

function calendarOf(tariff: Tariff): Calendar {
  const known = calendars.get(tariff)
  if (known) return known
  const fresh: Calendar = { periods: new Map(), boundaries: new Map() }
  calendars.set(tariff, fresh)
  return fresh
}

function kept<Value>(cache: Map<number, Value>, key: number, make: () => Value): Value {
  const known = cache.get(key)
  if (known !== undefined || cache.has(key)) return known as Value
  if (cache.size >= KEPT_MAX) cache.clear()
  const made = make()
  cache.set(key, made)
  return made
}

/** The name of the period that the wall clock of the tariff's zone shows at an instant; undefined for none. */
export function periodAt(tariff: Tariff, epochMs: number): string | undefined {
  if (tariff.periods.length === 0) return undefined
  if (epochMs < WHOLE_MINUTES_SINCE) return readPeriod(tariff, epochMs)
  const minute = Math.floor(epochMs / MINUTE_MS)
  return kept(calendarOf(tariff).periods, minute, () => readPeriod(tariff, minute * MINUTE_MS))
}

function readPeriod(tariff: Tariff, epochMs: number): string | undefined {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs)).toZonedDateTimeISO(tariff.zone)
  const minute = local.hour * 60 + local.minute
  return tariff.periods.find(({ windows }) => windows.some((one) => isInside(one, local.dayOfWeek, minute)))?.name
}

/** Instants after `fromMs` and before `untilMs` at which another period may begin, in order. */
export function periodBoundaries(tariff: Tariff, fromMs: number, untilMs: number): readonly number[] {
  if (tariff.periods.length === 0) return []
  const { boundaries } = calendarOf(tariff)
  const found: number[] = []
  for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < untilMs; day++) {
    const ofDay = kept(boundaries, day, () => readBoundaries(tariff, day * DAY_MS - 1, (day + 1) * DAY_MS))
    for (const at of ofDay) if (at > fromMs && at < untilMs) found.push(at)
  }
  return found
}

function readBoundaries(tariff: Tariff, fromMs: number, untilMs: number): readonly number[] {
  const windows = tariff.periods.flatMap((period) => period.windows)
  const minutes = new Set(windows.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]))
  const found = new Set<number>()
  const first = Temporal.Instant.fromEpochMilliseconds(Math.floor(fromMs)).toZonedDateTimeISO(tariff.zone)
  for (let date = first.toPlainDate(); ; date = date.add({ days: 1 })) {
    if (date.toZonedDateTime(tariff.zone).epochMilliseconds >= untilMs) break
    for (const minute of minutes) {
      const at = date.toPlainDateTime().add({ minutes: minute % DAY_MINUTES })
      for (const disambiguation of ['earlier', 'later'] as const) {
        found.add(at.toZonedDateTime(tariff.zone, { disambiguation }).epochMilliseconds)
      }
    }
  }
  // A clock change jumps over an edge, or comes back before one.
  for (let at = first.getTimeZoneTransition('next'); at && at.epochMilliseconds < untilMs;) {
    found.add(at.epochMilliseconds)
    at = at.getTimeZoneTransition('next')
  }
  return [...found].filter((at) => at > fromMs && at < untilMs).toSorted((a, b) => a - b)
}

/** Whether a row is in force at an instant, whatever the time of day. */
function isEffective(row: RateRow, epochMs: number): boolean {
  return epochMs >= (row.effectiveFrom ?? -Infinity) && epochMs < (row.effectiveTo ?? Infinity)
}

/**
 * Of the rows that fit a number, longest prefix first: the row for an instant and a period. A prefix that has
 * nothing in force then gives way to the next shorter one.
 */
export function rowInForce(
  rows: readonly RateRow[],
  effectiveMs: number,
  period: string | undefined,
): RateRow | undefined {
  let otherwise: RateRow | undefined
  for (const row of rows) {
    if (otherwise && row.prefix.length < otherwise.prefix.length) return otherwise
    if (!isEffective(row, effectiveMs)) continue
    if (row.period === undefined) otherwise ??= row
    else if (row.period === period) return row
  }
  return otherwise
}
