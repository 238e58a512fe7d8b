/**
 * Numbers that an emergency centre may call back: for an hour after a 911 call they ring whatever is set, limited or
 * full, for the centre must reach whoever was cut off.
 */

import type { Clock } from '../../../base/index.ts'

const EXPECTED_MS = 3600 * 1000
const NUMBERS_MAX = 10_000

export type CallBacks = {
  /** An emergency call was made that shows this number. */
  expect(number: string): void
  isExpected(number: string): boolean
}

/** Starts with none; at most 10,000 numbers are remembered, the longest silent is forgotten first. */
export function createCallBacks(clock: Clock): CallBacks {
  const until = new Map<string, number>()
  return {
    expect(number) {
      until.delete(number)
      until.set(number, clock.monotonic() + EXPECTED_MS)
      if (until.size > NUMBERS_MAX) until.delete(until.keys().next().value!)
    },
    isExpected: (number) => (until.get(number) ?? -Infinity) > clock.monotonic(),
  }
}
