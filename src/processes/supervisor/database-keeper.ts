/** PostgreSQL under supervision: started or adopted, watched, started again after a crash. */

import type { Clock, Log, Result, Timer } from '../../base/index.ts'
import type { SupervisedProcess } from '../topics.ts'
import { restartDelay } from './restart-delay.ts'
import { startMarkOf } from './run-file.ts'
import { signalProcess } from './survivors.ts'

/** A running server; see `startServer` of platform/db. */
export type DatabaseServer = { readonly url: string; readonly pid: number; stop(): Promise<void> }

export type KeeperOptions = {
  /** Starts the server, or adopts the one that a killed supervisor left. */
  readonly start: () => Promise<Result<DatabaseServer>>
  readonly clock: Clock
  readonly log: Log
}

export type DatabaseKeeper = {
  start(): Promise<Result<DatabaseServer>>
  /** Ends it in order; returns when it is gone. */
  stop(): Promise<void>
  /** SIGKILL, as a crash would; it is restarted. */
  crash(): boolean
  state(): SupervisedProcess
}

const WATCH_MS = 100

/** A server that does not run yet. */
export function createDatabaseKeeper({ start, clock, log }: KeeperOptions): DatabaseKeeper {
  let server: DatabaseServer | undefined
  let startMark: string | undefined
  let startedAt: number | undefined
  let restarts = 0
  let crashes = 0
  let lastExit: string | undefined
  let isWanted = false
  let timer: Timer | undefined
  let restarting: Promise<void> = Promise.resolve()

  const launch = async (): Promise<Result<DatabaseServer>> => {
    const started = await start()
    if (!started.ok) return started
    server = started.value
    startMark = startMarkOf(server.pid)
    startedAt = clock.now()
    if (isWanted) watch()
    return started
  }

  const watch = (): void => {
    timer = clock.after(WATCH_MS, () => {
      if (server && startMark !== undefined && startMarkOf(server.pid) === startMark) watch()
      else restartSoon('gone')
    })
  }

  const restartSoon = (how: string): void => {
    const next = restartDelay(crashes, clock.now() - (startedAt ?? clock.now()))
    crashes = next.crashes
    lastExit = how
    server = undefined
    log.error('PostgreSQL ended and will be started again', { how, delayMs: next.delayMs })
    timer = clock.after(next.delayMs, () => {
      restarting = restart()
    })
  }

  const restart = async (): Promise<void> => {
    restarts++
    const started = await launch()
    if (!started.ok && isWanted) restartSoon(started.failure.message)
  }

  return {
    async start() {
      isWanted = true
      const started = await launch()
      if (!started.ok) isWanted = false
      return started
    },
    async stop() {
      isWanted = false
      timer?.stop()
      await restarting
      await server?.stop()
      server = undefined
    },
    crash() {
      if (!server) return false
      signalProcess(server.pid, 'SIGKILL')
      return true
    },
    state: () => ({
      name: 'postgres',
      pid: server?.pid,
      state: server ? 'running' : isWanted ? 'waiting' : 'stopped',
      startedAt: server && startedAt,
      restarts,
      lastExit,
    }),
  }
}
