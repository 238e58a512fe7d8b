/** The inverse of a price: how long one may talk for an amount. */

import { assert, type Micros } from '../../base/index.ts'
import { chargeNumerator, NUMERATOR_PER_MICRO, priceCall } from './price-call.ts'
import type { RateRow } from './rate-row.ts'

/**
 * The longest duration, at most `secondsMax`, whose charge does not exceed `amount`: whole blocks, the
 * connect fee and the minimum included. Where the first block costs more, it is the grace.
 */
export function affordableSeconds(row: RateRow, amount: Micros, secondsMax: number): number {
  if (secondsMax <= 0 || amount < 0n) return 0
  const whole = wholeBlocks(row, secondsMax)
  if (priceCall(row, whole).chargeMicros <= amount) return whole
  return Math.max(row.graceSeconds, paidSeconds(row, amount))
}

/** Whole blocks that an amount pays for, given that it does not pay for every number of them. */
function paidSeconds(row: RateRow, amount: Micros): number {
  if (amount < row.minimumMicros) return 0
  // Rounded half-up to at most `amount`: the exact charge lies below amount + 1/2.
  const most = ((2n * amount + 1n) * NUMERATOR_PER_MICRO - 1n) / 2n
  const first = chargeNumerator(row, row.firstSeconds)
  if (most < first) return 0
  const block = BigInt(row.nextSeconds) * row.nextNanos
  assert(block > 0n, 'free blocks would all have been affordable')
  return row.firstSeconds + Number((most - first) / block) * row.nextSeconds
}

/** `seconds` completed to the end of its block: talking on inside a paid block costs nothing. */
export function wholeBlocks(row: RateRow, seconds: number): number {
  if (seconds <= row.firstSeconds) return row.firstSeconds
  return row.firstSeconds + Math.ceil((seconds - row.firstSeconds) / row.nextSeconds) * row.nextSeconds
}
