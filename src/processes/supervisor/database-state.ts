/** PostgreSQL as one of the supervised processes. Its own starter restarts it; here is seen and told that it did. */

import type { Clock } from '../../base/index.ts'
import type { SupervisedProcess } from '../topics.ts'
import { signalProcess } from './survivors.ts'

/** A running server: the embedded one (see `startServer` of platform/db), or an external one, which has no pid here. */
export type DatabaseServer = { readonly url: string; readonly pid: number | undefined; stop(): Promise<void> }

export type WatchedDatabase = {
  state(): SupervisedProcess
  /** SIGKILL, as a crash would; its starter starts it again. False for an external server. */
  crash(): boolean
  stop(): Promise<void>
}

const LOOK_MS = 100

/** Follows a server's pid; each new one is a restart. */
export function watchDatabase(server: DatabaseServer, clock: Clock): WatchedDatabase {
  let pid = server.pid
  let startedAt = clock.now()
  let restarts = 0
  const timer = clock.every(LOOK_MS, () => {
    if (server.pid === pid) return
    pid = server.pid
    startedAt = clock.now()
    restarts++
  })
  return {
    state: () => ({
      name: 'postgres',
      pid: server.pid,
      state: 'running',
      startedAt,
      restarts,
      lastExit: restarts > 0 ? 'gone' : undefined,
    }),
    crash() {
      if (server.pid === undefined) return false
      signalProcess(server.pid, 'SIGKILL')
      return true
    },
    async stop() {
      timer.stop()
      await server.stop()
    },
  }
}
