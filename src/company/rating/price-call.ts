/**
 * What a call costs by its rate row: exact integers, rounded once. The price depends on the whole duration
 * only, never on the slices in which it was reserved.
 */

import { assert, divideRounded, type Micros } from '../../base/index.ts'
import { blocksEnd } from './blocks.ts'
import { toMicros, type RateRow, type Rounding } from './rate-row.ts'

/** Nanos x seconds / 60 / 1000 are micros: amounts are summed in this denominator before the one rounding. */
export const NUMERATOR_PER_MICRO = 60_000n

export type Price = {
  /** Seconds that are paid for: whole blocks. */
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  /** Why it is zero, or which rule set the amount. */
  readonly reason: 'grace' | 'free_seconds' | 'minimum' | 'rated'
}

/** Seconds of a conversation: every begun second counts whole. */
export function durationSeconds(answeredAt: number | undefined, endedAt: number): number {
  if (answeredAt === undefined) return 0
  return Math.max(0, Math.ceil((endedAt - answeredAt) / 1000))
}

/** Seconds that are billed: the first block, then whole further blocks, behind the free seconds. */
function billedSeconds(row: RateRow, seconds: number): number {
  if (seconds <= row.graceSeconds) return 0
  const counted = seconds - (row.freeSeconds ?? 0)
  if (counted <= 0) return 0
  if (counted <= row.firstSeconds) return row.firstSeconds
  return blocksEnd(row, 0, counted)
}

export const PPM = 1_000_000n

/**
 * The unrounded charge of some billed seconds, in sixty-thousandths of a micro, and millionths of them where there
 * is a surcharge.
 */
export function chargeNumerator(row: RateRow, billed: number): { numerator: bigint; perMicro: bigint } {
  const blocks =
    billed === 0 ? 0n : BigInt(row.firstSeconds) * row.firstNanos + BigInt(billed - row.firstSeconds) * row.nextNanos
  const numerator = row.connectMicros * NUMERATOR_PER_MICRO + blocks
  const surcharge = row.surchargePpm ?? 0
  if (surcharge === 0) return { numerator, perMicro: NUMERATOR_PER_MICRO }
  return { numerator: numerator * (PPM + BigInt(surcharge)), perMicro: NUMERATOR_PER_MICRO * PPM }
}

/** Rounds `numerator / perMicro` micros to the decimals of a record. */
export function roundCharge(numerator: bigint, perMicro: bigint, rounding: Rounding): Micros {
  assert(rounding.digits >= 2 && rounding.digits <= 6, 'a record is rounded to 2 to 6 decimals')
  const step = 10n ** BigInt(6 - rounding.digits)
  return divideRounded(numerator, perMicro * step, rounding.mode) * step
}

/** Prices an answered call of some whole seconds; a call of zero seconds was not answered. */
export function priceCall(row: RateRow, seconds: number, rounding: Rounding = toMicros): Price {
  assert(Number.isInteger(seconds) && seconds >= 0, 'a duration is a whole number of seconds')
  // "unanswered, or d <= grace_s: 0; the boundary second is free"
  if (seconds === 0 || seconds <= row.graceSeconds) return { billedSeconds: 0, chargeMicros: 0n, reason: 'grace' }
  const billed = billedSeconds(row, seconds)
  // "If d' <= 0: only connect_fee if the row says so"
  if (billed === 0 && !row.connectWhenFree) return { billedSeconds: 0, chargeMicros: 0n, reason: 'free_seconds' }
  const quick = quickCharge(row, billed, rounding)
  if (quick !== undefined) return { billedSeconds: billed, chargeMicros: BigInt(quick), reason: 'rated' }
  const { numerator, perMicro } = chargeNumerator(row, billed)
  const minimum = row.minimumMicros * perMicro
  const isMinimum = numerator < minimum
  const chargeMicros = roundCharge(isMinimum ? minimum : numerator, perMicro, rounding)
  return { billedSeconds: billed, chargeMicros, reason: isMinimum ? 'minimum' : 'rated' }
}

/** The usual case in integers that a double holds exactly; undefined where one might not, or another rule speaks. */
function quickCharge(row: RateRow, billed: number, rounding: Rounding): number | undefined {
  if (row.minimumMicros !== 0n || row.surchargePpm || rounding.mode !== 'half-up' || rounding.digits !== 6) {
    return undefined
  }
  if (billed === 0) return undefined
  const first = row.firstSeconds * Number(row.firstNanos)
  return quickMicros(Number(row.connectMicros), first + (billed - row.firstSeconds) * Number(row.nextNanos))
}

/**
 * Connect fee in micros and blocks in second-nanos, half-up to micros, by integers that a double holds exactly;
 * undefined where one might not: a sum below 2^53 has parts below it, each of them exact.
 */
export function quickMicros(connect: number, blocks: number): number | undefined {
  const numerator = connect * 60_000 + blocks
  if (numerator > Number.MAX_SAFE_INTEGER) return undefined
  const rest = numerator % 60_000
  return (numerator - rest) / 60_000 + (rest >= 30_000 ? 1 : 0)
}
