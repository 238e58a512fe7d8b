/**
 * The only source of time and timers. Everything that reads a clock takes a `Clock`, so that tests
 * and `dialhouse play` run years in seconds, and no two parts of a call can disagree about now.
 */

/** A timer that can be stopped; stopping twice, or after it fired, does nothing. */
export type Timer = { stop(): void }

export type Clock = {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number
  /** Milliseconds that never jump; only differences mean anything. */
  monotonic(): number
  /** Runs `act` once, `delayMs` from now. */
  after(delayMs: number, act: () => void): Timer
  /** Runs `act` every `periodMs`, first after one period. */
  every(periodMs: number, act: () => void): Timer
}

/** The machine's clock. Its timers keep the process alive only when `keepAlive` is set. */
export function systemClock(options: { keepAlive?: boolean } = {}): Clock {
  const settle = (handle: NodeJS.Timeout): Timer => {
    if (!options.keepAlive) handle.unref()
    return { stop: () => clearTimeout(handle) }
  }
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after: (delayMs, act) => settle(setTimeout(act, delayMs)),
    every: (periodMs, act) => settle(setInterval(act, periodMs)),
  }
}

/** A clock whose `now` does not follow when somebody sets the machine's: for ends that were promised in seconds. */
export function steadyClock(clock: Clock): Clock {
  const epochMs = clock.now() - clock.monotonic()
  return { ...clock, now: () => Math.round(epochMs + clock.monotonic()) }
}

/** A clock that moves only when told to: for tests and for `dialhouse play`. */
export type VirtualClock = Clock & {
  /** Moves time forward, firing every timer that falls due, in order. */
  advance(ms: number): void
  /** Somebody sets the clock on the wall, forward or back; timers and `monotonic` do not notice. */
  setWall(byMs: number): void
  /** When the next timer is due, in epoch milliseconds; undefined when none is set. */
  nextDue(): number | undefined
}

type Pending = { due: number; order: number; act: () => void; periodMs: number }

/** Starts a virtual clock at `startMs` (epoch milliseconds). */
export function virtualClock(startMs: number): VirtualClock {
  let nowMs = startMs
  let wallMs = 0
  let order = 0
  const pending = new Set<Pending>()
  const add = (delayMs: number, act: () => void, periodMs: number): Timer => {
    const entry = { due: nowMs + Math.max(0, delayMs), order: order++, act, periodMs }
    pending.add(entry)
    return { stop: () => void pending.delete(entry) }
  }
  const earliest = (): Pending | undefined => {
    let first: Pending | undefined
    for (const entry of pending) {
      if (!first || entry.due < first.due || (entry.due === first.due && entry.order < first.order)) first = entry
    }
    return first
  }
  return {
    now: () => nowMs + wallMs,
    monotonic: () => nowMs,
    setWall: (byMs) => void (wallMs += byMs),
    after: (delayMs, act) => add(delayMs, act, 0),
    every: (periodMs, act) => add(periodMs, act, Math.max(1, periodMs)),
    nextDue: () => earliest()?.due,
    advance(ms) {
      const endMs = nowMs + ms
      for (let next = earliest(); next && next.due <= endMs; next = earliest()) {
        nowMs = next.due
        if (next.periodMs > 0) next.due += next.periodMs
        else pending.delete(next)
        next.act()
      }
      nowMs = endMs
    },
  }
}

/** The instant of `epochMs` as ISO 8601 in UTC, millisecond precision. */
export function isoInstant(epochMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs)).toString({ smallestUnit: 'millisecond' })
}

/** Whether `zone` is an IANA time zone that this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return /^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$/.test(zone)
  } catch {
    return false
  }
}

/**
 * The instant at which a wall-clock text such as `2026-10-01 00:00:00` (or `T`, or without seconds)
 * is read in `zone`; undefined when the text is not a local date and time.
 * A time skipped by a clock change moves forward, a repeated one takes the first reading.
 */
export function localToEpochMs(text: string, zone: string): number | undefined {
  try {
    return Temporal.PlainDateTime.from(text.trim().replace(' ', 'T')).toZonedDateTime(zone).epochMilliseconds
  } catch {
    return undefined
  }
}

/** `YYYY-MM-DD HH:MM:SS` of an instant as a clock on the wall of `zone` shows it. */
export function epochMsToLocal(epochMs: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs)).toZonedDateTimeISO(zone).toPlainDateTime()
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ')
}
