/**
 * Overload control (in the spirit of RFC 6357): when this process has no time left, it takes a smaller share of new
 * calls and registrations, and refuses the rest before they cost anything. What goes on is never refused.
 */

import type { Clock, Metrics } from '../../../base/index.ts'

export type OverloadSettings = {
  /** Share of its time that the process may be busy, 0-1. */
  readonly busyMax: number
  /** How late its timers may be. */
  readonly lagMaxMs: number
}

export const defaultOverload: OverloadSettings = { busyMax: 0.95, lagMaxMs: 100 }

/** How a period went. */
export type LoadSample = { readonly busy: number; readonly lagMs: number }

/** 0 takes everything, 1 most of what is new, 2 less than half of it, 3 next to nothing. */
export type OverloadLevel = 0 | 1 | 2 | 3

const PERIOD_MS = 100
/**
 * A busy second is a burst, the first run of cold code, or a machine that has others to serve; only what lasts for so
 * many periods is an overload.
 */
const PERIODS_BEFORE = 10
/** A share falls fast and rises slowly, so that it settles below what the process can do. */
const FALL = 0.8
const FALL_WHEN_LATE = 0.6
const RISE = 0.03
const SHARE_LEAST = 0.02
/** Calls give way first: a phone that is refused here cannot be called. */
const REGISTRATIONS_PER_CALL = 2

/** Whether a period had no time left. */
function isOver({ busy, lagMs }: LoadSample, settings: OverloadSettings): boolean {
  return busy > settings.busyMax || lagMs > settings.lagMaxMs
}

/** The share of new requests that is taken in the next period. */
export function nextShare(share: number, sample: LoadSample, settings: OverloadSettings): number {
  if (sample.lagMs > 4 * settings.lagMaxMs) return Math.max(SHARE_LEAST, share * FALL_WHEN_LATE)
  if (isOver(sample, settings)) return Math.max(SHARE_LEAST, share * FALL)
  return Math.min(1, share + RISE)
}

/** The level that a share stands for. */
export function levelOf(share: number): OverloadLevel {
  if (share >= 1) return 0
  if (share >= 0.5) return 1
  return share > 0.1 ? 2 : 3
}

/**
 * Where a Call-ID stands among all, 0-1, the same for every repetition and for the second try after a challenge: what
 * was taken once is not refused half way.
 */
export function standingOf(callId: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < callId.length; at++) hash = Math.imul(hash ^ callId.charCodeAt(at), 0x01000193)
  // The last step spreads neighbours, since Call-IDs of one program differ in their last digits only.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}

export type Overload = {
  /** Whether a new call or registration finds no place now. */
  refuses(callId: string, kind: 'call' | 'registration'): boolean
  state(): LoadSample & { readonly level: OverloadLevel; readonly share: number }
  stop(): void
}

/** Watches the load; `busy` gives the share of time that was worked since it was asked last. */
export function watchOverload(parts: {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly settings: OverloadSettings
  readonly busy: () => number
}): Overload {
  const { clock, metrics, settings, busy } = parts
  let share = 1
  let sample: LoadSample = { busy: 0, lagMs: 0 }
  let lastAt = clock.monotonic()
  let overs = 0
  const timer = clock.every(PERIOD_MS, () => {
    const now = clock.monotonic()
    sample = { busy: busy(), lagMs: Math.max(0, now - lastAt - PERIOD_MS) }
    lastAt = now
    overs = isOver(sample, settings) ? overs + 1 : 0
    if (overs === 0 || overs >= PERIODS_BEFORE || share < 1) share = nextShare(share, sample, settings)
  })
  metrics.gauge('dialhouse_overload_level', 'Overload: 0 none, 3 next to nothing new is taken', () => levelOf(share))
  metrics.gauge('dialhouse_overload_share', 'Share of new calls and registrations that is taken', () => share)
  metrics.gauge('dialhouse_signal_busy', 'Share of its time that signal works', () => sample.busy)
  return {
    refuses: (callId, kind) =>
      share < 1 && standingOf(callId) >= (kind === 'call' ? share : share * REGISTRATIONS_PER_CALL),
    state: () => ({ ...sample, share, level: levelOf(share) }),
    stop: () => timer.stop(),
  }
}
