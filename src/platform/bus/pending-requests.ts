/** Requests that wait for their reply, with one timer for all of them. */

import type { Clock, Result, Timer } from '../../base/index.ts'
import { timedOut, type BusFailure } from './errors.ts'

type Outcome = Result<unknown, BusFailure>
type Waiting = {
  readonly topic: string
  readonly timeoutMs: number
  readonly due: number
  readonly resolve: (outcome: Outcome) => void
}

export class PendingRequests {
  readonly #peer: string
  readonly #clock: Clock
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #timer: Timer | undefined
  #timerDue = Infinity

  constructor(peer: string, clock: Clock) {
    this.#peer = peer
    this.#clock = clock
  }

  get size(): number {
    return this.#waiting.size
  }

  /** Whether somebody still waits for this request. */
  has(id: number): boolean {
    return this.#waiting.has(id)
  }

  /** Notes a request; its outcome comes by `settle`, `failAll` or the timeout, whichever is first. */
  add(topic: string, timeoutMs: number): { id: number; outcome: Promise<Outcome> } {
    this.#lastId = (this.#lastId % 0xffff_fffe) + 1
    const id = this.#lastId
    const due = this.#clock.monotonic() + timeoutMs
    const outcome = new Promise<Outcome>((resolve) => {
      this.#waiting.set(id, { topic, timeoutMs, due, resolve })
    })
    if (due < this.#timerDue) this.#setTimer(due)
    return { id, outcome }
  }

  /** Hands a request its outcome; one that timed out before is not waiting any more. */
  settle(id: number, outcome: Outcome): void {
    this.#waiting.get(id)?.resolve(outcome)
    this.#waiting.delete(id)
  }

  /** The connection is gone: nobody gets a reply. */
  failAll(outcome: Outcome): void {
    for (const id of this.#waiting.keys()) this.settle(id, outcome)
    this.#timer?.stop()
    this.#timerDue = Infinity
  }

  #setTimer(due: number): void {
    this.#timer?.stop()
    this.#timerDue = due
    this.#timer = this.#clock.after(Math.max(0, due - this.#clock.monotonic()), () => this.#expire())
  }

  #expire(): void {
    // A timer of the system may fire a fraction of a millisecond early.
    const now = this.#clock.monotonic() + 1
    let next = Infinity
    for (const [id, { topic, timeoutMs, due }] of this.#waiting) {
      if (due <= now) this.settle(id, timedOut(this.#peer, topic, timeoutMs))
      else next = Math.min(next, due)
    }
    this.#timerDue = Infinity
    if (next < Infinity) this.#setTimer(next)
  }
}
