/** A call as the relay keeps it: its legs by id, one act at a time, and when it was last alive. */

import type { Clock } from '../../base/index.ts'
import type { MediaCallId, MediaLegId } from './backend.ts'
import type { Leg } from './leg.ts'

export type MediaCall = {
  readonly id: MediaCallId
  readonly legs: Map<MediaLegId, Leg>
  /** The end of the last act begun on this call; the next one waits for it. */
  turn: Promise<unknown>
  /** Monotonic time of the last offer, answer or announcement: silence counts from there. */
  touchedMs: number
  /** Monotonic time of the first answer that was not early media; undefined while it rings. */
  answeredMs: number | undefined
  /** Monotonic time at which silence ended the call; undefined while it is alive. */
  expiredMs: number | undefined
  /** In which of the seconds between two quality reports this call has its turn. */
  readonly phase: number
}

/** Monotonic time of the last packet of any leg; undefined before the first. */
export function lastPacketMs(call: MediaCall): number | undefined {
  let last = -1
  for (const leg of call.legs.values()) last = Math.max(last, leg.lastPacketMs())
  return last < 0 ? undefined : last
}

/** A monotonic time as epoch milliseconds. */
export function epochOf(clock: Clock, monotonicMs: number): number {
  return Math.round(clock.now() - (clock.monotonic() - monotonicMs))
}
