/** Waiting for the database server: a real thing, so real time passes even where the clock is simulated. */

import { systemClock } from '../../base/index.ts'

const realClock = systemClock({ keepAlive: true })

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void realClock.after(ms, resolve))
}

/**
 * Calls `attempt` until it returns something, with pauses that double from 20 ms to `longestPauseMs`;
 * undefined when `limitMs` passed first.
 */
export async function untilDefined<T>(
  limitMs: number,
  attempt: () => Promise<T | undefined> | T | undefined,
  longestPauseMs = 1000,
): Promise<T | undefined> {
  const deadline = realClock.monotonic() + limitMs
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const value = await attempt()
    if (value !== undefined) return value
    if (realClock.monotonic() + pauseMs > deadline) return undefined
    await pause(pauseMs)
  }
}
