/**
 * Hours of support as data, and the one function that computes every promise: real elapsed time inside windows that
 * are given in local time. A calendar is read, never guessed: what it does not say is refused.
 */

import { isZone, ok, type Result } from '../../../base/index.ts'
import { badCalendar, holidaysMissing, neverOpen, unknownZone, type CalendarFailure } from './errors.ts'

/** A window of a day: minutes after midnight, the end left out; 1440 is the end of the day. */
export type Window = readonly [from: number, to: number]

export type Calendar = {
  /** IANA name. */
  readonly zone: string
  /** Seven days from Monday. */
  readonly hours: readonly (readonly Window[])[]
  /** Days that differ from their weekday, by `YYYY-MM-DD`: a holiday has no window. */
  readonly days: ReadonlyMap<string, readonly Window[]>
  /** Years whose holidays were entered; undefined for a calendar that knows none, such as one around the clock. */
  readonly years: ReadonlySet<number> | undefined
}

/** Time that does not count, epoch milliseconds; without an end while it lasts. */
export type Pause = { readonly from: number; readonly to: number | undefined }

/** A stretch of open time, epoch milliseconds, half open. */
export type OpenTime = { readonly from: number; readonly to: number }

const DAY_MINUTES = 1440
/** "a calendar with no opening in 366 days ... refused with the reason". */
const DAYS_WITHOUT_OPENING_MAX = 366

/** Every minute of every day: physical time. */
export function aroundTheClock(zone: string): Calendar {
  return {
    zone,
    hours: Array.from({ length: 7 }, () => [[0, DAY_MINUTES]] as const),
    days: new Map(),
    years: undefined,
  }
}

/** Whether a calendar can be followed at all: a known zone, seven days, windows in order that do not overlap. */
export function checkCalendar({ zone, hours, days }: Calendar): Result<void, CalendarFailure> {
  if (!isZone(zone)) return unknownZone(zone)
  if (hours.length !== 7) return badCalendar('it needs the hours of seven days')
  for (const windows of [...hours, ...days.values()]) {
    let last = 0
    for (const [from, to] of windows) {
      if (!Number.isInteger(from) || !Number.isInteger(to) || from < last || to <= from || to > DAY_MINUTES) {
        return badCalendar('windows of a day must follow each other and end by 24:00')
      }
      last = to
    }
  }
  return ok(undefined)
}

/**
 * Walks the open time from an instant on until `take` says stop. Local times become instants as Temporal's "compatible"
 * does: the spring gap moves later, the autumn overlap takes the first reading.
 */
function walk(calendar: Calendar, startMs: number, take: (open: OpenTime) => boolean): Result<void, CalendarFailure> {
  const { zone, hours, days, years } = calendar
  let date = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO(zone).toPlainDate()
  let done = startMs
  for (let closedDays = 0; closedDays <= DAYS_WITHOUT_OPENING_MAX; date = date.add({ days: 1 })) {
    if (years && !years.has(date.year)) return holidaysMissing(date.year)
    const windows = days.get(date.toString()) ?? hours[date.dayOfWeek - 1]!
    closedDays += 1
    for (const [fromMinute, toMinute] of windows) {
      const from = Math.max(done, instantOf(date, fromMinute, zone))
      const to = instantOf(date, toMinute, zone)
      if (to <= from) continue
      closedDays = 0
      done = to
      if (!take({ from, to })) return ok(undefined)
    }
  }
  return neverOpen(DAYS_WITHOUT_OPENING_MAX)
}

function instantOf(date: Temporal.PlainDate, minute: number, zone: string): number {
  const day = minute === DAY_MINUTES ? date.add({ days: 1 }) : date
  const plainTime = { hour: Math.floor(minute / 60) % 24, minute: minute % 60 }
  return day.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds
}

/** What is left of a stretch when pauses are cut out; pauses may come in any order and overlap. */
function withoutPauses(open: OpenTime, pauses: readonly Pause[]): OpenTime[] {
  let parts: OpenTime[] = [open]
  for (const { from, to = Infinity } of pauses) {
    parts = parts.flatMap((part) =>
      from >= part.to || to <= part.from
        ? [part]
        : [
            { from: part.from, to: Math.min(part.to, from) },
            { from: Math.max(part.from, to), to: part.to },
          ].filter((rest) => rest.from < rest.to),
    )
  }
  return parts
}

export type DueTime = {
  /** Undefined while a pause without an end keeps it from being known. */
  readonly due: number | undefined
  /** The stretches that were counted, the last one up to the due time. */
  readonly counted: readonly OpenTime[]
}

/**
 * The instant at which `openMs` of open time have passed since `startMs`; exactly at closing when they run out there,
 * the first open instant for zero.
 */
export function addOpen(
  calendar: Calendar,
  startMs: number,
  openMs: number,
  pauses: readonly Pause[] = [],
): Result<DueTime, CalendarFailure> {
  const endless = pauses.reduce((first, { from, to }) => (to === undefined ? Math.min(first, from) : first), Infinity)
  const counted: OpenTime[] = []
  let left = openMs
  let due: number | undefined
  const walked = walk(calendar, startMs, (open) => {
    for (const { from, to } of withoutPauses(open, pauses)) {
      if (to - from >= left) {
        due = from + left
        if (left > 0) counted.push({ from, to: due })
        return false
      }
      counted.push({ from, to })
      left -= to - from
    }
    return open.to < endless
  })
  return walked.ok ? ok({ due, counted }) : walked
}

/** Open milliseconds between two instants; negative when they are the other way round. */
export function between(
  calendar: Calendar,
  fromMs: number,
  toMs: number,
  pauses: readonly Pause[] = [],
): Result<number, CalendarFailure> {
  if (toMs < fromMs) {
    const turned = between(calendar, toMs, fromMs, pauses)
    return turned.ok ? ok(-turned.value) : turned
  }
  let sum = 0
  const walked = walk(calendar, fromMs, (open) => {
    if (open.from >= toMs) return false
    const part = { from: open.from, to: Math.min(open.to, toMs) }
    for (const { from, to } of withoutPauses(part, pauses)) sum += to - from
    return open.to < toMs
  })
  return walked.ok ? ok(sum) : walked
}

/**
 * The end of the last window of the `days`-th day with hours after an instant's own day: "solved tickets close after 5
 * business days".
 */
export function endOfBusinessDay(calendar: Calendar, startMs: number, days: number): Result<number, CalendarFailure> {
  const dateOf = (ms: number): string =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(calendar.zone).toPlainDate().toString()
  const first = dateOf(startMs)
  const seen = new Set<string>()
  let end = startMs
  const walked = walk(calendar, startMs, ({ from, to }) => {
    const date = dateOf(from)
    if (date === first) return true
    seen.add(date)
    if (seen.size > days) return false
    end = to
    return true
  })
  return walked.ok ? ok(end) : walked
}
