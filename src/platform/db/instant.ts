/** Instants on the wire: `timestamptz` as PostgreSQL writes it in UTC, epoch milliseconds in the program. */

import { assert } from '../../base/index.ts'

const DAY_MS = 86_400_000

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar, counting years from March. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** Epoch milliseconds of `2026-10-01 04:00:00.123456+00`; microseconds become a fraction, infinity stays infinite. */
export function parseInstant(text: string): number {
  if (text === 'infinity') return Infinity
  if (text === '-infinity') return -Infinity
  assert(text.endsWith('+00') && text[4] === '-', `a connection does not speak UTC, or a year has five digits: ${text}`)
  const two = (at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
  const days = daysSinceEpoch(two(0) * 100 + two(2), two(5), two(8))
  const seconds = two(11) * 3600 + two(14) * 60 + two(17)
  const micros = text[19] === '.' ? Number(text.slice(20, -3).padEnd(6, '0')) : 0
  return days * DAY_MS + seconds * 1000 + micros / 1000
}

/** What PostgreSQL reads as the instant of `epochMs`, to the microsecond; texts are passed on as they are. */
export function formatInstant(epochMs: number | string): string {
  if (typeof epochMs === 'string') return epochMs
  if (epochMs === Infinity) return 'infinity'
  if (epochMs === -Infinity) return '-infinity'
  const wholeMs = Math.floor(epochMs)
  const nanoseconds = BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((epochMs - wholeMs) * 1000)) * 1000n
  return new Temporal.Instant(nanoseconds).toString({ smallestUnit: 'microsecond' })
}
