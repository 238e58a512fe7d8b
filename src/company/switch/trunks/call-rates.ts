/** How many calls a trunk may begin in a second: a bucket that fills at that rate, and holds as many as one second. */

import type { Clock } from '../../../base/index.ts'
import type { Trunk } from '../directory/directory.ts'

type Bucket = { readonly calls: number; readonly at: number }

export type CallRates = {
  /** Takes a call; false when the trunk begins too many, and then nothing is taken. */
  take(trunk: Trunk): boolean
}

/** Starts with full buckets. */
export function createCallRates(clock: Clock): CallRates {
  const buckets = new Map<string, Bucket>()
  return {
    take({ id, callsPerSecondMax }) {
      const now = clock.monotonic()
      const bucket = buckets.get(id) ?? { calls: callsPerSecondMax, at: now }
      const calls = Math.min(callsPerSecondMax, bucket.calls + ((now - bucket.at) / 1000) * callsPerSecondMax)
      if (calls < 1) return false
      buckets.set(id, { calls: calls - 1, at: now })
      return true
    },
  }
}
