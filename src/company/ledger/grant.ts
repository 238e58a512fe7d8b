/**
 * How much of what is left one call may take: the arithmetic of slices (the bound that follows from it is in
 * docs/loss-bound.md). Pure.
 */

import { divideRounded, type Micros } from '../../base/index.ts'
import { affordableSeconds, priceCall, wholeBlocks, type RateRow } from '../rating/index.ts'

/** Talking time that is reserved at once while credit is plentiful. */
export const SLICE_SECONDS = 300
/**
 * The switch is told to stop this much before the paid time ends, so that a stop which comes late by less costs
 * nothing more than what is reserved.
 */
export const STOP_MARGIN_SECONDS = 1
/** Paid time below this is no conversation. */
export const LEAST_SECONDS = STOP_MARGIN_SECONDS + 1

export type Slice = {
  /** Talking time that is paid for by the reservation, in whole blocks. */
  readonly paidSeconds: number
  /** The charge of a call of that length. */
  readonly reservedMicros: Micros
  /** What is left does not pay for one more block. */
  readonly final: boolean
}

export type SliceRequest = {
  readonly row: RateRow
  /** What the call holds already. */
  readonly paidSeconds: number
  readonly reservedMicros: Micros
  /** Length that the call should be paid for. */
  readonly wantedSeconds: number
  /** Left of the account's credit, everything that is reserved taken off. */
  readonly availableMicros: Micros
  /** Other paid calls of the account in progress. */
  readonly otherCalls: number
}

/**
 * The slice that a call gets; undefined when not one more block can be paid. A share of
 * `available / (2 x other calls + 1)`, rounded up to one block, so that slices shrink as credit does.
 */
export function nextSlice(request: SliceRequest): Slice | undefined {
  const { paidSeconds, reservedMicros, otherCalls } = request
  const row = withoutGrace(request.row)
  const available = request.availableMicros > 0n ? request.availableMicros : 0n
  const least = wholeBlocks(row, Math.max(LEAST_SECONDS, paidSeconds + 1))
  const wanted = Math.max(least, wholeBlocks(row, request.wantedSeconds))
  const share = available / BigInt(2 * otherCalls + 1)
  let paid = affordableSeconds(row, reservedMicros + share, wanted)
  if (paid < least) paid = affordableSeconds(row, reservedMicros + available, least)
  if (paid < least) return undefined
  const price = priceCall(row, paid).chargeMicros
  return { paidSeconds: paid, reservedMicros: price, final: !canGrow(row, paid, reservedMicros + available) }
}

/** What is reserved for some paid seconds. */
export function priceOf(row: RateRow, paidSeconds: number): Micros {
  return priceCall(withoutGrace(row), paidSeconds).chargeMicros
}

/** Whether `amount` in all pays for more than `paidSeconds`. */
export function canGrow(row: RateRow, paidSeconds: number, amount: Micros): boolean {
  return affordableSeconds(withoutGrace(row), amount, paidSeconds + 1) > paidSeconds
}

/** A second past the grace costs the connect fee and a whole block at once: no grant relies on it. */
function withoutGrace(row: RateRow): RateRow {
  return row.graceSeconds === 0 ? row : { ...row, graceSeconds: 0 }
}

/**
 * The most that one call can cost beyond its reservation when it is stopped `latenessMs` after its grant ended:
 * the further blocks that were begun, and one micro of rounding.
 */
export function overrunMicros(row: RateRow, latenessMs: number): Micros {
  const extraSeconds = Math.ceil(latenessMs / 1000) - STOP_MARGIN_SECONDS
  if (extraSeconds <= 0) return 0n
  const blocks = BigInt(Math.ceil(extraSeconds / row.nextSeconds))
  return divideRounded(blocks * BigInt(row.nextSeconds) * row.nextNanos, 60_000n, 'up') + 1n
}
