/** Money as the processor counts it: whole cents. */

import { assert, type Micros } from '../../base/index.ts'

const MICROS_PER_CENT = 10_000n

/** Micros that are whole cents, as the number that the processor is told. */
export function centsOf(amountMicros: Micros): number {
  assert(amountMicros > 0n && amountMicros % MICROS_PER_CENT === 0n, 'cards are charged in whole cents')
  return Number(amountMicros / MICROS_PER_CENT)
}

/** What the processor said, in micros. */
export function microsOf(cents: number): Micros {
  assert(Number.isSafeInteger(cents), 'the processor counts in whole cents')
  return BigInt(cents) * MICROS_PER_CENT
}
