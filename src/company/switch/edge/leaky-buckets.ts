/** Buckets that leak: how much of something each of many keys may ask for at once, and in the long run. */

import type { Clock } from '../../../base/index.ts'

type Bucket = { readonly level: number; readonly at: number }

type BucketSize = { readonly size: number; readonly leakPerSecond: number }

export type LeakyBuckets = {
  /** Whether `cost` fits into a key's bucket now. */
  fits(key: string, cost: number): boolean
  /** Fills it in. */
  fill(key: string, cost: number): void
  /** Takes back what was filled in. */
  giveBack(key: string, cost: number): void
  size(): number
}

/** Starts with empty buckets; at most `keysMax` keys are remembered, the longest silent is forgotten first. */
export function createLeakyBuckets(clock: Clock, bucket: BucketSize, keysMax: number): LeakyBuckets {
  const { size, leakPerSecond } = bucket
  const buckets = new Map<string, Bucket>()
  const levelOf = (key: string): number => {
    const found = buckets.get(key)
    return found ? Math.max(0, found.level - ((clock.monotonic() - found.at) / 1000) * leakPerSecond) : 0
  }
  const put = (key: string, level: number): void => {
    // Deleted first, so that the map's order is from the longest silent to the latest.
    buckets.delete(key)
    if (level <= 0) return
    buckets.set(key, { level, at: clock.monotonic() })
    if (buckets.size > keysMax) buckets.delete(buckets.keys().next().value!)
  }
  return {
    fits: (key, cost) => levelOf(key) + cost <= size,
    fill: (key, cost) => put(key, levelOf(key) + cost),
    giveBack: (key, cost) => put(key, levelOf(key) - cost),
    size: () => buckets.size,
  }
}
