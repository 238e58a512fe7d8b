/** The inverse of a price: how long one may talk for an amount. */

import type { Micros } from '../../base/index.ts'
import { chargeNumerator, NUMERATOR_PER_MICRO, priceCall } from './price-call.ts'
import type { RateRow } from './rate-row.ts'

/**
 * The longest duration, at most `secondsMax`, whose charge does not exceed `amount`: whole blocks, the
 * connect fee and the minimum included. Zero when the first block costs more.
 */
export function affordableSeconds(row: RateRow, amount: Micros, secondsMax: number): number {
  if (secondsMax <= 0) return 0
  const whole = wholeBlocks(row, secondsMax)
  if (priceCall(row, whole).chargeMicros <= amount) return whole
  if (amount < row.minimumMicros) return 0
  // Rounded half-up to at most `amount`: the exact charge lies below amount + 1/2.
  const most = ((2n * amount + 1n) * NUMERATOR_PER_MICRO - 1n) / 2n
  const first = chargeNumerator(row, row.firstSeconds)
  if (most < first) return 0
  const block = BigInt(row.nextSeconds) * row.nextNanos
  if (block === 0n) return whole
  const blocks = (most - first) / block
  return row.firstSeconds + Number(blocks) * row.nextSeconds
}

/** `seconds` completed to the end of its block: talking on inside a paid block costs nothing. */
export function wholeBlocks(row: RateRow, seconds: number): number {
  if (seconds <= row.firstSeconds) return row.firstSeconds
  return row.firstSeconds + Math.ceil((seconds - row.firstSeconds) / row.nextSeconds) * row.nextSeconds
}
