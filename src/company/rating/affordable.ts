/** The inverse of a price: how long one may talk for an amount. */

import type { Micros } from '../../base/index.ts'
import { blocksEnd } from './blocks.ts'
import { priceCall } from './price-call.ts'
import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/**
 * The longest duration, at most `secondsMax` completed to the end of its block, whose charge does not exceed
 * `amount`: connect fee, minimum, surcharge and rounding included. Where the first block costs more, it is what
 * grace and free seconds give.
 */
export function affordableSeconds(
  row: RateRow,
  amount: Micros,
  secondsMax: number,
  rounding: Rounding = toMicros,
): number {
  if (secondsMax <= 0 || amount < 0n) return 0
  const whole = wholeBlocks(row, secondsMax)
  return longestSeconds(whole, (seconds) => priceCall(row, seconds, rounding).chargeMicros <= amount)
}

/** The greatest of 0 to `most` that fits, where everything below what fits does too. */
export function longestSeconds(most: number, fits: (seconds: number) => boolean): number {
  if (fits(most)) return most
  let [low, high] = [0, most]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle
  }
  return low
}

/** `seconds` completed to the end of its block: talking on inside a paid block costs nothing. */
export function wholeBlocks(row: RateRow, seconds: number): number {
  const free = row.freeSeconds ?? 0
  return free + blocksEnd(row, 0, Math.max(0, seconds - free))
}
