/** A stand-in for PostgreSQL in the supervisor's tests: sleeps, outlives its starter, is started again when it dies. */

import { spawn } from 'node:child_process'
import type { Clock, Log } from '../../base/index.ts'
import type { DatabaseServer } from './database-state.ts'
import { readRunFile, startMarkOf, writeRunFile } from './run-file.ts'
import { endProcess } from './survivors.ts'

/** Starts the sleeper, or adopts the one that is noted in `folder`. */
export function startSleeper(folder: string, clock: Clock, log: Log): DatabaseServer {
  let run = readRunFile(folder, 'sleeper') ?? startNew(folder, clock)
  const timer = clock.every(50, () => {
    if (startMarkOf(run.pid) !== run.startMark) run = startNew(folder, clock)
  })
  return {
    url: 'postgres://nowhere',
    get pid() {
      return run.pid
    },
    stop() {
      timer.stop()
      return endProcess(run, clock, log, 1000)
    },
  }
}

function startNew(folder: string, clock: Clock) {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  child.unref()
  const pid = child.pid!
  const run = { name: 'sleeper', pid, startMark: startMarkOf(pid) ?? '', build: '', startedAt: clock.now() }
  writeRunFile(folder, run)
  return run
}
