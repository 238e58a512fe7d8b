/**
 * Slows guessing down without locking anybody out: attempts pour into a leaking bucket for each key; above its brim
 * each further attempt must wait, twice as long as the one before. A refused attempt is not evaluated.
 */

import type { Clock } from '../../base/index.ts'

export type Bucket = {
  /** Attempts that pass without waiting. */
  readonly brim: number
  /** One attempt leaks away in this time. */
  readonly leakMs: number
  /** Wait above the brim: `firstWaitMs`, doubled for each further attempt, at most `waitMaxMs`. */
  readonly firstWaitMs: number
  readonly waitMaxMs: number
}

/** Names one bucket: whose attempts, counted how. */
export type BucketKey = { readonly key: string; readonly bucket: Bucket }

export type Throttle = {
  /**
   * Counts an attempt in all buckets, or in none when one of them says wait: then the milliseconds to wait.
   * Counting comes first, so that a thousand guesses at once are not all evaluated.
   */
  begin(keys: readonly BucketKey[]): number
  /** Takes a counted attempt back: it was genuine. */
  forgive(keys: readonly BucketKey[]): void
  /** Empties a bucket. */
  clear(key: BucketKey): void
}

const KEYS_MAX = 50_000

type Level = { level: number; at: number; openAt: number }

/** A throttle in memory; the keys touched longest ago are forgotten when there are too many. */
export function createThrottle(clock: Clock, keysMax = KEYS_MAX): Throttle {
  const levels = new Map<string, Level>()
  const levelOf = ({ key, bucket }: BucketKey): Level => {
    const now = clock.monotonic()
    const known = levels.get(key) ?? { level: 0, at: now, openAt: 0 }
    known.level = Math.max(0, known.level - (now - known.at) / bucket.leakMs)
    known.at = now
    // Re-inserting keeps the map in order of use.
    levels.delete(key)
    levels.set(key, known)
    if (levels.size > keysMax) levels.delete(levels.keys().next().value!)
    return known
  }
  return {
    begin(keys) {
      const now = clock.monotonic()
      const wait = Math.max(0, ...keys.map((key) => levelOf(key).openAt - now))
      if (wait > 0) return wait
      for (const key of keys) {
        const level = levelOf(key)
        level.level += 1
        const above = level.level - key.bucket.brim
        if (above < 0) continue
        level.openAt = now + Math.min(key.bucket.waitMaxMs, key.bucket.firstWaitMs * 2 ** Math.min(above, 30))
      }
      return 0
    },
    forgive(keys) {
      for (const key of keys) {
        const level = levelOf(key)
        level.level = Math.max(0, level.level - 1)
        if (level.level < key.bucket.brim) level.openAt = 0
      }
    },
    clear({ key }) {
      levels.delete(key)
    },
  }
}

const minute = 60_000

/** Buckets of sign-in: one login from new places, one login from a place it is known at, one source, everybody. */
export const signInBuckets = {
  login: { brim: 5, leakMs: minute, firstWaitMs: 1000, waitMaxMs: minute },
  knownPlace: { brim: 5, leakMs: minute, firstWaitMs: 1000, waitMaxMs: minute },
  source: { brim: 20, leakMs: 10_000, firstWaitMs: 1000, waitMaxMs: minute },
  everybody: { brim: 500, leakMs: 200, firstWaitMs: 50, waitMaxMs: 50 },
} satisfies Record<string, Bucket>

/** Buckets of Password Recovery: mails to one login, requests of one source, of everybody. */
export const recoveryBuckets = {
  login: { brim: 3, leakMs: 20 * minute, firstWaitMs: 5 * minute, waitMaxMs: 60 * minute },
  source: { brim: 10, leakMs: minute, firstWaitMs: 2000, waitMaxMs: 5 * minute },
  everybody: { brim: 300, leakMs: 1000, firstWaitMs: 200, waitMaxMs: 200 },
} satisfies Record<string, Bucket>
