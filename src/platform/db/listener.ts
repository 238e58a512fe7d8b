/** Notifications (LISTEN) on a connection of their own, kept up for as long as the process wants them. */

import { systemClock, type Log } from '../../base/index.ts'
import type { Session } from './session.ts'

export type NotificationHandler = (payload: string) => void

export type Listener = {
  listen(channel: string, handler: NotificationHandler): Promise<void>
  close(): Promise<void>
}

export type ListenerOptions = {
  readonly open: (onLost: () => void, onNotify: (channel: string, payload: string) => void) => Promise<Session>
  readonly log: Log
}

const RETRY_MS = 500

const realClock = systemClock()

/**
 * Listens from the first `listen` on. After a broken connection every handler is called once with an empty
 * payload, for something may have been missed: a notification is a hint to look, never the news itself.
 */
export function createListener({ open, log }: ListenerOptions): Listener {
  const handlers = new Map<string, NotificationHandler[]>()
  let session: Promise<Session | undefined> | undefined
  let isClosed = false

  const notify = (channel: string, payload: string): void => {
    for (const handler of handlers.get(channel) ?? []) handler(payload)
  }

  const subscribe = async ({ sql }: Session, channel: string): Promise<void> => {
    await sql`listen ${sql(channel)}`
  }

  const connect = async (): Promise<Session | undefined> => {
    try {
      const opened = await open(reconnectSoon, notify)
      for (const channel of handlers.keys()) await subscribe(opened, channel)
      return opened
    } catch (error) {
      log.warn('notifications of the database are not available; trying again', { error })
      if (session) reconnectSoon()
      return undefined
    }
  }

  const reconnectSoon = (): void => {
    realClock.after(RETRY_MS, () => {
      if (isClosed) return
      session = connect().then((opened) => {
        if (opened) for (const channel of handlers.keys()) notify(channel, '')
        return opened
      })
    })
  }

  return {
    async listen(channel, handler) {
      const known = handlers.get(channel)
      handlers.set(channel, [...(known ?? []), handler])
      if (!session) {
        session = connect()
        if (!(await session)) reconnectSoon()
        return
      }
      const opened = await session
      if (!known && opened && !opened.isLost()) await subscribe(opened, channel)
    },
    async close() {
      isClosed = true
      await (await session)?.close()
    },
  }
}
