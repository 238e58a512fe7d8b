/** Begins things at a steady rate whatever becomes of them: an open loop. */

import type { Clock } from '../../../base/index.ts'

/** Calls `begin` for each index at its instant; resolves after the last. */
export async function onSchedule(
  clock: Clock,
  total: number,
  ratePerSecond: number,
  begin: (index: number, lateMs: number) => void,
): Promise<void> {
  const startedAt = clock.monotonic()
  for (let index = 0; index < total;) {
    const now = clock.monotonic() - startedAt
    for (; index < total && (index * 1000) / ratePerSecond <= now; index++)
      begin(index, now - (index * 1000) / ratePerSecond)
    await new Promise((resolve) => void clock.after(1, () => resolve(undefined)))
  }
}
