/**
 * Timers of a SIP stack: hundreds of thousands of them, nearly all stopped before they fire. A
 * hierarchical wheel (10 ms x 512, 5.12 s x 512, 44 min x 512) sets and stops in constant time and
 * holds one timer of the clock, set for the next slot that is not empty.
 */

import type { Clock, Timer } from '../../base/index.ts'

const TICK_MS = 10
const SLOTS = 512
const LEVELS = 3

class WheelTimer implements Timer {
  act: () => void
  dueTick = 0
  next: WheelTimer | undefined
  previous: WheelTimer | undefined
  slot: Slot | undefined
  readonly #wheel: { count: number }

  constructor(act: () => void, wheel: { count: number }) {
    this.act = act
    this.#wheel = wheel
  }

  stop(): void {
    if (!this.slot) return
    if (this.previous) this.previous.next = this.next
    else this.slot.first = this.next
    if (this.next) this.next.previous = this.previous
    this.next = this.previous = this.slot = undefined
    this.#wheel.count--
  }
}

type Slot = { first: WheelTimer | undefined }

export type TimerWheel = {
  /** Runs `act` once, no earlier than `delayMs` from now and at most one tick later. */
  after(delayMs: number, act: () => void): Timer
  /** How many timers are set. */
  size(): number
  /** Stops everything. */
  close(): void
}

/** Starts an empty wheel on a clock. What a timer's act throws goes to `onError`: the wheel turns on. */
export function createTimerWheel(clock: Clock, onError: (error: unknown) => void): TimerWheel {
  const levels = Array.from({ length: LEVELS }, () => Array.from({ length: SLOTS }, (): Slot => ({ first: undefined })))
  const all = { count: 0 }
  const startMs = clock.monotonic()
  let tick = 0
  let alarm: Timer | undefined
  let alarmTick = Infinity

  const insert = (timer: WheelTimer): void => {
    let span = timer.dueTick - tick
    let level = 0
    let at = timer.dueTick
    while (span >= SLOTS && level < LEVELS - 1) {
      span = Math.floor(span / SLOTS)
      at = Math.floor(at / SLOTS)
      level++
    }
    // What is further than the last level reaches waits in its last slot and is sorted again from there.
    if (span >= SLOTS) at = Math.floor(tick / SLOTS ** level) + SLOTS - 1
    const slot = levels[level]![at % SLOTS]!
    timer.slot = slot
    timer.previous = undefined
    timer.next = slot.first
    if (slot.first) slot.first.previous = timer
    slot.first = timer
    all.count++
  }

  /** The tick at which the next slot that holds anything has to be looked at. */
  const nextTick = (): number => {
    let best = Infinity
    for (let level = 0; level < LEVELS; level++) {
      const span = SLOTS ** level
      const here = Math.floor(tick / span)
      // Above the first level the present slot is already sorted down: what it holds is one turn ahead.
      const first = level === 0 ? 0 : 1
      for (let ahead = first; ahead < SLOTS + first; ahead++) {
        if (!levels[level]![(here + ahead) % SLOTS]!.first) continue
        best = Math.min(best, Math.max(tick, (here + ahead) * span))
        break
      }
    }
    return best
  }

  const setAlarm = (atTick: number): void => {
    alarm?.stop()
    alarmTick = atTick
    if (atTick === Infinity) return
    const delayMs = startMs + atTick * TICK_MS - clock.monotonic()
    alarm = clock.after(Math.max(0, Math.ceil(delayMs)), turn)
  }

  /** Moves the timers of a slot of an upper level down to where they belong now. */
  const cascade = (level: number): void => {
    const slot = levels[level]![Math.floor(tick / SLOTS ** level) % SLOTS]!
    for (let timer = slot.first; timer; timer = slot.first) {
      timer.stop()
      insert(timer)
    }
  }

  const fire = (): void => {
    const slot = levels[0]![tick % SLOTS]!
    for (let timer = slot.first; timer; timer = slot.first) {
      timer.stop()
      try {
        timer.act()
      } catch (error) {
        onError(error)
      }
    }
  }

  const turn = (): void => {
    alarmTick = Infinity
    const nowTick = Math.floor((clock.monotonic() - startMs) / TICK_MS)
    for (let next = nextTick(); next <= nowTick; next = nextTick()) {
      tick = next
      for (let level = LEVELS - 1; level > 0; level--) if (tick % SLOTS ** level === 0) cascade(level)
      fire()
    }
    if (nowTick > tick) tick = nowTick
    const next = nextTick()
    if (next < alarmTick) setAlarm(next)
  }

  return {
    after(delayMs, act) {
      const timer = new WheelTimer(act, all)
      const sinceStart = clock.monotonic() - startMs
      // An idle wheel stands still; nothing is lost by bringing it to the present.
      if (all.count === 0) tick = Math.max(tick, Math.floor(sinceStart / TICK_MS))
      timer.dueTick = Math.max(tick + 1, Math.ceil((sinceStart + Math.max(0, delayMs)) / TICK_MS))
      insert(timer)
      if (timer.dueTick < alarmTick) setAlarm(timer.dueTick)
      return timer
    },
    size: () => all.count,
    close() {
      setAlarm(Infinity)
      for (const slots of levels) for (const slot of slots) for (; slot.first;) slot.first.stop()
    },
  }
}
