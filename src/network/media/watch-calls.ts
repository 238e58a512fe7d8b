/**
 * Looks at every call once a second: opens the rate caps again, reports quality, and finds the calls
 * that nobody speaks in any more. The silence limit is what ends the charge of a call whose phones
 * died, and what frees the ports of a call whose `signal` process did.
 */

import type { Clock, Timer } from '../../base/index.ts'
import type { MediaEvent } from './backend.ts'
import { epochOf, lastPacketMs, type MediaCall } from './media-call.ts'

const SWEEP_MS = 1000
/** Seconds between two quality reports of a call, and between two notices of its end. */
export const REPORT_SECONDS = 5
/** A call that nobody answered: longer than any phone rings. */
const UNANSWERED_MS = 300_000
/** Phones on hold are allowed to be silent, but not for ever. */
const HELD_MS = 4 * 3600 * 1000
/** A call that ended by silence waits as long to be released, then its ports are taken back. */
const ORPHANED_MS = 30_000

export type WatchOptions = {
  readonly clock: Clock
  readonly calls: ReadonlyMap<string, MediaCall>
  readonly mediaTimeoutMs: number
  onEvent(event: MediaEvent): void
  /** The call was not released in time by those who were told. */
  giveUp(call: MediaCall): void
}

/** Starts the watch; the timer that is returned stops it. */
export function watchCalls(options: WatchOptions): Timer {
  let second = 0
  return options.clock.every(SWEEP_MS, () => {
    second++
    for (const call of options.calls.values()) {
      for (const leg of call.legs.values()) leg.refill()
      const isDue = (second + call.phase) % REPORT_SECONDS === 0
      checkSilence(call, isDue, options)
      if (isDue && isConnected(call)) {
        options.onEvent({ kind: 'quality', callId: call.id, legs: [...call.legs.values()].map((leg) => leg.stats()) })
      }
    }
  })
}

function isConnected(call: MediaCall): boolean {
  return [...call.legs.values()].some((leg) => leg.session.remote)
}

function limitOf(call: MediaCall, mediaTimeoutMs: number): number {
  if (!isConnected(call)) return UNANSWERED_MS
  return [...call.legs.values()].some((leg) => leg.isHeld()) ? HELD_MS : mediaTimeoutMs
}

function checkSilence(call: MediaCall, isDue: boolean, options: WatchOptions): void {
  const { clock } = options
  const nowMs = clock.monotonic()
  const aliveMs = Math.max(call.touchedMs, lastPacketMs(call) ?? call.touchedMs)
  if (nowMs - aliveMs < limitOf(call, options.mediaTimeoutMs)) {
    call.expiredMs = undefined
    return
  }
  const isNew = call.expiredMs === undefined
  call.expiredMs ??= nowMs
  if (nowMs - call.expiredMs >= ORPHANED_MS) return options.giveUp(call)
  // A notice has no memory: it is repeated, for a `signal` that was restarting.
  if (isNew || isDue) {
    options.onEvent({ kind: 'mediaTimeout', callId: call.id, lastPacketAt: epochOf(clock, aliveMs) })
  }
}
