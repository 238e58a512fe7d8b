/** How long a crashed process waits before its next start: doubling, bounded, forgiven after a good run. */

const FIRST_MS = 100
const LONGEST_MS = 10_000
/** A run this long shows that the last crash was not one of a series. */
const GOOD_RUN_MS = 30_000

/**
 * The number of crashes in a row after a run of `ranMs`, and the delay before the next start.
 * `crashes` counts those before this one; the first restart comes after 100 ms.
 */
export function restartDelay(crashes: number, ranMs: number): { crashes: number; delayMs: number } {
  const inARow = ranMs >= GOOD_RUN_MS ? 0 : crashes
  return { crashes: inARow + 1, delayMs: Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(inARow, 10)) }
}
