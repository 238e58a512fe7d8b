/** How long a failed job waits before its next attempt. */

import type { RandomBytes } from '../../base/index.ts'

const LONGEST_MS = 3_600_000

/**
 * Milliseconds before the attempt after `attempts` failed ones: `firstMs`, doubled each time, at most
 * an hour, plus up to a tenth so that jobs that failed together do not come back together.
 */
export function retryDelayMs(attempts: number, firstMs: number, random: RandomBytes): number {
  const delayMs = Math.min(LONGEST_MS, firstMs * 2 ** Math.min(attempts - 1, 40))
  return Math.round(delayMs * (1 + random(1)[0]! / 2560))
}
