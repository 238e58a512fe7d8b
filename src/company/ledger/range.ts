/** Ranges of a report: half open, each bound read in the zone of whoever asks. */

import { ok, type Failure, type Result } from '../../base/index.ts'
import { badRange } from './errors.ts'

/** Epoch milliseconds; `from` belongs to the range, `to` does not. */
export type Range = { readonly from: number; readonly to: number }

type RangeFailure = Failure<'ledger.bad_range'>

const DAY = /^\d{4}-\d{2}-\d{2}$/
const LOCAL = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?$/
/** Before the first telephone, and after every account of ours. */
const ALWAYS: Range = { from: startOf(1870), to: startOf(9999) }

function startOf(year: number): number {
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime('UTC').epochMilliseconds
}

/**
 * The instant that a bound names: a day is its first moment in `zone` (not always midnight), a time that a clock
 * change skips moves forward, one that it repeats is the first. Undefined when it is none of these.
 */
function readBound(text: string, zone: string): number | undefined {
  try {
    if (DAY.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds
    if (LOCAL.test(text)) return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
    return Temporal.Instant.from(text).epochMilliseconds
  } catch {
    return undefined
  }
}

/** Reads both bounds; one that is left out is open. */
export function readRange(
  bounds: { readonly from?: string | undefined; readonly to?: string | undefined },
  zone: string,
): Result<Range, RangeFailure> {
  const from = bounds.from === undefined ? ALWAYS.from : readBound(bounds.from, zone)
  const to = bounds.to === undefined ? ALWAYS.to : readBound(bounds.to, zone)
  if (from === undefined) return badRange(`"from" is no time`)
  if (to === undefined) return badRange(`"to" is no time`)
  if (from > to) return badRange('the range ends before it begins')
  return ok({ from: clamped(from), to: clamped(to) })
}

/** Years of five digits are no times of ours, and PostgreSQL writes them differently. */
function clamped(epochMs: number): number {
  return Math.min(ALWAYS.to, Math.max(ALWAYS.from, epochMs))
}
