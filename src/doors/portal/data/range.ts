/** Ranges of days that reports are asked for, half open, in the zone of the login. Pure. */

import { dayOf, dayText, parseDay } from '../format/day.ts'
import { dayNumber, localTime, type Day } from '../format/time.ts'
import type { Range } from './api.ts'

export const presets = ['this-month', 'last-month', 'last-7-days'] as const

export type PresetId = (typeof presets)[number]

/** The range of a preset at an instant: its days, up to the beginning of the day after the last. */
export function presetRange(id: PresetId, nowMs: number, zone: string): Range {
  const { year, month, day } = localTime(nowMs, zone)
  const today = dayNumber({ year, month, day })
  switch (id) {
    case 'this-month':
      return { from: dayText({ year, month, day: 1 }), to: dayText(monthAfter(year, month)) }
    case 'last-month': {
      const last = dayOf(dayNumber({ year, month, day: 1 }) - 1)
      return { from: dayText({ ...last, day: 1 }), to: dayText({ year, month, day: 1 }) }
    }
    case 'last-7-days':
      return { from: dayText(dayOf(today - 6)), to: dayText(dayOf(today + 1)) }
  }
}

function monthAfter(year: number, month: number): Day {
  return month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
}

/** The preset that a range is, when it is one. */
export function presetOf(range: Range, nowMs: number, zone: string): PresetId | undefined {
  return presets.find((id) => {
    const { from, to } = presetRange(id, nowMs, zone)
    return from === range.from && to === range.to
  })
}

/** The range that a page's address asks for; this month when it asks for none that makes sense. */
export function rangeOfSearch(search: string, nowMs: number, zone: string): Range {
  const query = new URLSearchParams(search)
  const from = parseDay(query.get('from') ?? '')
  const to = parseDay(query.get('to') ?? '')
  if (!from || !to || dayNumber(from) >= dayNumber(to)) return presetRange('this-month', nowMs, zone)
  return { from: dayText(from), to: dayText(to) }
}

/** First and last day, both belonging to the range, as people fill a form. */
export function inclusiveDays(range: Range): { readonly first: string; readonly last: string } {
  const end = parseDay(range.to)
  return { first: range.from, last: end ? dayText(dayOf(dayNumber(end) - 1)) : range.to }
}

/** The half-open range of two days of a form; undefined when they are no days or in the wrong order. */
export function rangeOfDays(first: string, last: string): Range | undefined {
  const [from, to] = [parseDay(first), parseDay(last)]
  if (!from || !to || dayNumber(from) > dayNumber(to)) return undefined
  return { from: dayText(from), to: dayText(dayOf(dayNumber(to) + 1)) }
}
