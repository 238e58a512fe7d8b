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

class HierarchicalWheel implements TimerWheel {
  readonly #levels = Array.from({ length: LEVELS }, () =>
    Array.from({ length: SLOTS }, (): Slot => ({ first: undefined })),
  )
  readonly #all = { count: 0 }
  readonly #clock: Clock
  readonly #onError: (error: unknown) => void
  readonly #startMs: number
  readonly #onAlarm = (): void => this.#turn()
  #tick = 0
  #alarm: Timer | undefined
  #alarmTick = Infinity

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock
    this.#onError = onError
    this.#startMs = clock.monotonic()
  }

  after(delayMs: number, act: () => void): Timer {
    const timer = new WheelTimer(act, this.#all)
    const sinceStart = this.#clock.monotonic() - this.#startMs
    // An idle wheel stands still; nothing is lost by bringing it to the present.
    if (this.#all.count === 0) this.#tick = Math.max(this.#tick, Math.floor(sinceStart / TICK_MS))
    timer.dueTick = Math.max(this.#tick + 1, Math.ceil((sinceStart + Math.max(0, delayMs)) / TICK_MS))
    this.#insert(timer)
    if (timer.dueTick < this.#alarmTick) this.#setAlarm(timer.dueTick)
    return timer
  }

  size(): number {
    return this.#all.count
  }

  close(): void {
    this.#setAlarm(Infinity)
    for (const slots of this.#levels) for (const slot of slots) for (; slot.first;) slot.first.stop()
  }

  #insert(timer: WheelTimer): void {
    let span = timer.dueTick - this.#tick
    let level = 0
    let at = timer.dueTick
    while (span >= SLOTS && level < LEVELS - 1) {
      span = Math.floor(span / SLOTS)
      at = Math.floor(at / SLOTS)
      level++
    }
    // What is further than the last level reaches waits in its last slot and is sorted again from there.
    if (span >= SLOTS) at = Math.floor(this.#tick / SLOTS ** level) + SLOTS - 1
    const slot = this.#levels[level]![at % SLOTS]!
    timer.slot = slot
    timer.previous = undefined
    timer.next = slot.first
    if (slot.first) slot.first.previous = timer
    slot.first = timer
    this.#all.count++
  }

  /** The tick at which the next slot that holds anything has to be looked at. */
  #nextTick(): number {
    let best = Infinity
    for (let level = 0; level < LEVELS; level++) {
      const span = SLOTS ** level
      const here = Math.floor(this.#tick / span)
      // Above the first level the present slot is already sorted down: what it holds is one turn ahead.
      const first = level === 0 ? 0 : 1
      for (let ahead = first; ahead < SLOTS + first; ahead++) {
        if (!this.#levels[level]![(here + ahead) % SLOTS]!.first) continue
        best = Math.min(best, Math.max(this.#tick, (here + ahead) * span))
        break
      }
    }
    return best
  }

  #setAlarm(atTick: number): void {
    this.#alarm?.stop()
    this.#alarmTick = atTick
    if (atTick === Infinity) return
    const delayMs = this.#startMs + atTick * TICK_MS - this.#clock.monotonic()
    this.#alarm = this.#clock.after(Math.max(0, Math.ceil(delayMs)), this.#onAlarm)
  }

  /** Moves the timers of a slot of an upper level down to where they belong now. */
  #cascade(level: number): void {
    const slot = this.#levels[level]![Math.floor(this.#tick / SLOTS ** level) % SLOTS]!
    for (let timer = slot.first; timer; timer = slot.first) {
      timer.stop()
      this.#insert(timer)
    }
  }

  #fire(): void {
    const slot = this.#levels[0]![this.#tick % SLOTS]!
    for (let timer = slot.first; timer; timer = slot.first) {
      timer.stop()
      try {
        timer.act()
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  #turn(): void {
    this.#alarmTick = Infinity
    const nowTick = Math.floor((this.#clock.monotonic() - this.#startMs) / TICK_MS)
    for (let next = this.#nextTick(); next <= nowTick; next = this.#nextTick()) {
      this.#tick = next
      for (let level = LEVELS - 1; level > 0; level--) {
        if (this.#tick % SLOTS ** level === 0) this.#cascade(level)
      }
      this.#fire()
    }
    if (nowTick > this.#tick) this.#tick = nowTick
    const next = this.#nextTick()
    if (next < this.#alarmTick) this.#setAlarm(next)
  }
}

/** Starts an empty wheel on a clock. What a timer's act throws goes to `onError`: the wheel turns on. */
export function createTimerWheel(clock: Clock, onError: (error: unknown) => void): TimerWheel {
  return new HierarchicalWheel(clock, onError)
}
