/** The connections of a process: opened when needed, lent to one transaction at a time, closed when idle. */

import { FailureError, systemClock, type Timer } from '../../base/index.ts'
import { busy, failing, isBroken, unavailable } from './errors.ts'
import { untilDefined } from './pause.ts'
import type { Session } from './session.ts'

export type SessionPoolOptions = {
  /** Opens a connection that calls `onLost` when it ends; throws when it cannot. */
  readonly open: (onLost: () => void) => Promise<Session>
  readonly max: number
  /** How long a transaction may wait for a connection, and for a server that is away. */
  readonly patienceMs?: number
}

export type SessionPool = {
  /** Lends a connection to `act`. Throws `db.unavailable` or `db.busy` when there is none to be had. */
  lend<T>(act: (session: Session) => Promise<T>): Promise<T>
  /** Waits for what is running, a few seconds at most, then closes every connection. */
  close(): Promise<void>
}

const IDLE_MS = 60_000
const DRAIN_MS = 5_000

type Waiter = { readonly take: (session: Session) => void; readonly refuse: (thrown: unknown) => void }

// Connections age in real time, even where the program's clock is simulated.
const realClock = systemClock()

class Pool implements SessionPool {
  readonly #open: SessionPoolOptions['open']
  readonly #max: number
  readonly #patienceMs: number
  readonly #idle = new Map<Session, Timer>()
  readonly #waiting: Waiter[] = []
  readonly #lent = new Set<Promise<unknown>>()
  #size = 0
  #isClosed = false

  constructor({ open, max, patienceMs = 10_000 }: SessionPoolOptions) {
    this.#open = open
    this.#max = max
    this.#patienceMs = patienceMs
  }

  lend<T>(act: (session: Session) => Promise<T>): Promise<T> {
    const work = this.#lend(act)
    this.#lent.add(work)
    const settle = (): void => void this.#lent.delete(work)
    work.then(settle, settle)
    return work
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiter of this.#waiting.splice(0)) waiter.refuse(failing(unavailable('the process is stopping')))
    const { promise: drained, resolve } = Promise.withResolvers<void>()
    const limit = realClock.after(DRAIN_MS, resolve)
    await Promise.race([Promise.allSettled(this.#lent), drained])
    limit.stop()
    const rest = [...this.#idle.keys()]
    for (const session of rest) this.#forget(session)
    await Promise.all(rest.map((session) => session.close()))
  }

  async #lend<T>(act: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#acquire()
    try {
      return await act(session)
    } finally {
      this.#giveBack(session)
    }
  }

  async #acquire(): Promise<Session> {
    if (this.#isClosed) throw failing(unavailable('this process has closed the database'))
    const ready = [...this.#idle.keys()].at(-1)
    if (!ready) return this.#size < this.#max ? this.#connect() : this.#wait()
    this.#idle.get(ready)?.stop()
    this.#idle.delete(ready)
    return ready
  }

  /** Opens a connection, waiting for a server that is away. */
  async #connect(): Promise<Session> {
    this.#size++
    let last: unknown
    const session = await untilDefined(this.#patienceMs, () =>
      this.#open(() => this.#forgetLost()).catch((thrown: unknown) => {
        last = thrown
        return isBroken(thrown) && !this.#isClosed ? undefined : null
      }),
    )
    if (session) return session
    this.#leave()
    throw last instanceof FailureError ? last : failing(unavailable(last), last)
  }

  #wait(): Promise<Session> {
    const { promise, resolve, reject } = Promise.withResolvers<Session>()
    const waiter: Waiter = { take: resolve, refuse: reject }
    this.#waiting.push(waiter)
    const timer = realClock.after(this.#patienceMs, () => {
      const at = this.#waiting.indexOf(waiter)
      if (at >= 0) this.#waiting.splice(at, 1)
      reject(failing(busy(this.#patienceMs)))
    })
    return promise.finally(() => timer.stop())
  }

  #giveBack(session: Session): void {
    if (session.isLost()) return this.#leave()
    const next = this.#waiting.shift()
    if (next) return next.take(session)
    const retire = (): void => {
      this.#forget(session)
      void session.close()
    }
    this.#idle.set(session, realClock.after(IDLE_MS, retire))
    if (this.#isClosed) retire()
  }

  #forget(session: Session): void {
    this.#idle.get(session)?.stop()
    if (this.#idle.delete(session)) this.#leave()
  }

  /** Those that broke while nobody used them leave at once; a lent one leaves when it is given back. */
  #forgetLost(): void {
    for (const session of this.#idle.keys()) if (session.isLost()) this.#forget(session)
  }

  /** Counts a connection as gone; whoever waits for one opens another. */
  #leave(): void {
    this.#size--
    const next = this.#waiting.shift()
    if (next) this.#connect().then(next.take, next.refuse)
  }
}

/** A pool that opens its first connection when the first transaction asks. */
export function createSessionPool(options: SessionPoolOptions): SessionPool {
  return new Pool(options)
}
