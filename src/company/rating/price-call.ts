/**
 * What a call costs by its rate row: exact integers, rounded once. The price depends on the whole duration
 * only, never on the slices in which it was reserved.
 */

import { assert, divideRounded, type Micros } from '../../base/index.ts'
import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/** Nanos x seconds / 60 / 1000 are micros: amounts are summed in this denominator before the one rounding. */
export const NUMERATOR_PER_MICRO = 60_000n

export type Price = {
  /** Seconds that are paid for: whole blocks. */
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  /** Why it is zero, or which rule set the amount. */
  readonly reason: 'grace' | 'minimum' | 'rated'
}

/** Seconds of a conversation: every begun second counts whole. */
export function durationSeconds(answeredAt: number | undefined, endedAt: number): number {
  if (answeredAt === undefined) return 0
  return Math.max(0, Math.ceil((endedAt - answeredAt) / 1000))
}

/** Seconds that are billed: the first block, then whole further blocks counted from its end. */
export function billedSeconds(row: RateRow, seconds: number): number {
  if (seconds <= row.graceSeconds) return 0
  if (seconds <= row.firstSeconds) return row.firstSeconds
  return row.firstSeconds + Math.ceil((seconds - row.firstSeconds) / row.nextSeconds) * row.nextSeconds
}

/** The unrounded charge of some billed seconds, in sixty-thousandths of a micro. */
export function chargeNumerator(row: RateRow, billed: number): bigint {
  const next = BigInt(billed - row.firstSeconds) * row.nextNanos
  return row.connectMicros * NUMERATOR_PER_MICRO + BigInt(row.firstSeconds) * row.firstNanos + next
}

/** Prices an answered call of some whole seconds; a call of zero seconds was not answered. */
export function priceCall(row: RateRow, seconds: number, rounding: Rounding = toMicros): Price {
  assert(Number.isInteger(seconds) && seconds >= 0, 'a duration is a whole number of seconds')
  assert(rounding.digits >= 2 && rounding.digits <= 6, 'a record is rounded to 2 to 6 decimals')
  const billed = billedSeconds(row, seconds)
  // "unanswered, or d <= grace_s: 0; the boundary second is free"
  if (seconds === 0 || billed === 0) return { billedSeconds: 0, chargeMicros: 0n, reason: 'grace' }
  const step = 10n ** BigInt(6 - rounding.digits)
  const rounded = divideRounded(chargeNumerator(row, billed), NUMERATOR_PER_MICRO * step, rounding.mode) * step
  if (rounded < row.minimumMicros) {
    return { billedSeconds: billed, chargeMicros: row.minimumMicros, reason: 'minimum' }
  }
  return { billedSeconds: billed, chargeMicros: rounded, reason: 'rated' }
}
