/**
 * How much a source may ask of us without proving anything. Every challenge and every wrong password
 * fills its bucket, which leaks with time; a source that overflows gets silence. Addresses from which
 * phones have registered are given far more, so that a good phone is not locked out by its neighbour.
 */

import type { Clock } from '../../base/index.ts'

type Bucket = { readonly level: number; readonly at: number }

const stranger = { size: 100, leakPerSecond: 10 }
const known = { size: 5000, leakPerSecond: 500 }
const SOURCES_MAX = 50_000

export type SourceLimits = {
  /** Adds `cost`; false when the source has overflowed, and then nothing is added. */
  take(address: string, cost: number, isKnown: boolean): boolean
  /** A proof takes back what its challenge had cost. */
  giveBack(address: string, cost: number): void
  size(): number
}

/** Starts with empty buckets; at most 50,000 sources are remembered, the longest silent is forgotten first. */
export function createSourceLimits(clock: Clock): SourceLimits {
  const buckets = new Map<string, Bucket>()
  const put = (address: string, level: number): void => {
    // Deleted first, so that the map's order is from the longest silent to the latest.
    buckets.delete(address)
    buckets.set(address, { level, at: clock.monotonic() })
    if (buckets.size > SOURCES_MAX) buckets.delete(buckets.keys().next().value!)
  }
  return {
    take(address, cost, isKnown) {
      const { size, leakPerSecond } = isKnown ? known : stranger
      const bucket = buckets.get(address)
      const leaked = bucket ? ((clock.monotonic() - bucket.at) / 1000) * leakPerSecond : 0
      const level = Math.max(0, (bucket?.level ?? 0) - leaked) + cost
      if (level > size) return false
      put(address, level)
      return true
    },
    giveBack(address, cost) {
      const bucket = buckets.get(address)
      if (bucket) buckets.set(address, { level: Math.max(0, bucket.level - cost), at: bucket.at })
    },
    size: () => buckets.size,
  }
}
