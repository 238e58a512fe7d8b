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

/** A pool that opens its first connection when the first transaction asks. */
export function createSessionPool({ open, max, patienceMs = 10_000 }: SessionPoolOptions): SessionPool {
  const idle = new Map<Session, Timer>()
  const waiting: Waiter[] = []
  const lent = new Set<Promise<unknown>>()
  let size = 0
  let isClosed = false

  /** Opens a connection, waiting for a server that is away. */
  const connect = async (): Promise<Session> => {
    size++
    let last: unknown
    const session = await untilDefined(patienceMs, () =>
      open(forgetLost).catch((thrown: unknown) => {
        last = thrown
        return isBroken(thrown) && !isClosed ? undefined : null
      }),
    )
    if (session) return session
    leave()
    throw last instanceof FailureError ? last : failing(unavailable(last), last)
  }

  /** Counts a connection as gone; whoever waits for one opens another. */
  const leave = (): void => {
    size--
    const next = waiting.shift()
    if (next) connect().then(next.take, next.refuse)
  }

  const forget = (session: Session): void => {
    idle.get(session)?.stop()
    if (idle.delete(session)) leave()
  }

  /** Those that broke while nobody used them leave at once; a lent one leaves when it is given back. */
  const forgetLost = (): void => {
    for (const session of idle.keys()) if (session.isLost()) forget(session)
  }

  const wait = (): Promise<Session> => {
    const { promise, resolve, reject } = Promise.withResolvers<Session>()
    const waiter: Waiter = { take: resolve, refuse: reject }
    waiting.push(waiter)
    const timer = realClock.after(patienceMs, () => {
      const at = waiting.indexOf(waiter)
      if (at >= 0) waiting.splice(at, 1)
      reject(failing(busy(patienceMs)))
    })
    return promise.finally(() => timer.stop())
  }

  const acquire = async (): Promise<Session> => {
    if (isClosed) throw failing(unavailable('this process has closed the database'))
    const ready = [...idle.keys()].at(-1)
    if (!ready) return size < max ? connect() : wait()
    idle.get(ready)?.stop()
    idle.delete(ready)
    return ready
  }

  const giveBack = (session: Session): void => {
    if (session.isLost()) return leave()
    const next = waiting.shift()
    if (next) return next.take(session)
    const retire = (): void => {
      forget(session)
      void session.close()
    }
    idle.set(session, realClock.after(IDLE_MS, retire))
    if (isClosed) retire()
  }

  const lend = async <T>(act: (session: Session) => Promise<T>): Promise<T> => {
    const session = await acquire()
    try {
      return await act(session)
    } finally {
      giveBack(session)
    }
  }

  return {
    lend(act) {
      const work = lend(act)
      lent.add(work)
      const settle = (): void => void lent.delete(work)
      work.then(settle, settle)
      return work
    },
    async close() {
      isClosed = true
      for (const waiter of waiting.splice(0)) waiter.refuse(failing(unavailable('the process is stopping')))
      const drained = new Promise<void>((resolve) => void realClock.after(DRAIN_MS, resolve))
      await Promise.race([Promise.allSettled(lent), drained])
      const rest = [...idle.keys()]
      for (const session of rest) forget(session)
      await Promise.all(rest.map((session) => session.close()))
    },
  }
}
