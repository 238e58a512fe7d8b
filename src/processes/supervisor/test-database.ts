/** A stand-in for PostgreSQL in the supervisor's tests: a process that sleeps and outlives whoever started it. */

import { spawn } from 'node:child_process'
import { ok, type Clock, type Log, type Result } from '../../base/index.ts'
import type { DatabaseServer } from './database-keeper.ts'
import { readRunFile, startMarkOf, writeRunFile } from './run-file.ts'
import { endProcess } from './survivors.ts'

/** Starts the sleeper, or adopts the one that is noted in `folder`. */
export async function startSleeper(folder: string, clock: Clock, log: Log): Promise<Result<DatabaseServer>> {
  const survivor = readRunFile(folder, 'sleeper')
  const run = survivor ?? startNew(folder, clock)
  return ok({ url: 'postgres://nowhere', pid: run.pid, stop: () => endProcess(run, clock, log, 1000) })
}

function startNew(folder: string, clock: Clock) {
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  child.unref()
  const pid = child.pid!
  const run = { name: 'sleeper', pid, startMark: startMarkOf(pid) ?? '', build: '', startedAt: clock.now() }
  writeRunFile(folder, run)
  return run
}
