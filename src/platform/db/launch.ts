/** One start of the server process, until it answers; and its end. */

import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fail, ok, type Result } from '../../base/index.ts'
import type { Account } from './account.ts'
import type { Address } from './address.ts'
import type { Binaries } from './binaries.ts'
import { lastLine, serverEnvironment } from './cluster.ts'
import type { StartFailure } from './errors.ts'
import { untilDefined } from './pause.ts'
import { clearAfterDeath, isServerRunning, signalServer } from './postmaster.ts'
import { openSession } from './session.ts'
import { settingArguments } from './server-settings.ts'

export type LaunchOptions = {
  readonly binaries: Binaries
  readonly account: Account | undefined
  readonly clusterFolder: string
  readonly socketFolder: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  readonly logFile: string
}

/** After a crash the server first replays what it had written. */
const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 20_000
const BACKENDS_END_WITHIN_MS = 10_000
const LARGEST_LOG = 10_000_000

/** Starts the server and waits until it answers; gives its process id. */
export async function launch(options: LaunchOptions, address: Address): Promise<Result<number, StartFailure>> {
  const { binaries, account, clusterFolder, socketFolder, port, settings, logFile } = options
  const isClear = await untilDefined(BACKENDS_END_WITHIN_MS, () => clearAfterDeath(clusterFolder) || undefined)
  if (!isClear) {
    return fail(
      'db.start_failed',
      `processes of a dead PostgreSQL still use ${clusterFolder}; end them, then start again`,
    )
  }
  const output = openLog(logFile)
  const child = spawn(
    join(binaries.folder, 'postgres'),
    ['-D', clusterFolder, '-k', socketFolder, '-p', String(port), ...settingArguments(binaries.major, settings)],
    // In a session of its own, so that Ctrl-C reaches only us, who end it after the last write.
    { cwd: '/', env: serverEnvironment, stdio: ['ignore', 'ignore', output], detached: true, ...account },
  )
  child.unref()
  closeSync(output)
  let ended: string | undefined
  child.once('error', (error) => void (ended = error.message))
  child.once('exit', (code, signal) => void (ended = `ended with ${signal ?? code}: ${lastLogLine(logFile)}`))
  const isReady = await untilDefined(
    READY_WITHIN_MS,
    async () => (ended !== undefined ? false : (await answers(address, 0)) || undefined),
    100,
  )
  if (isReady && child.pid) return ok(child.pid)
  if (ended === undefined && child.pid) await stopPostmaster(child.pid, clusterFolder)
  return fail('db.start_failed', `PostgreSQL does not start (${ended ?? 'no answer in time'}); see ${logFile}`)
}

/** Whether the server of this address answers a query within the time given. */
export async function answers(address: Address, limitMs: number): Promise<boolean> {
  const isAnswered = await untilDefined(limitMs, async () => {
    try {
      const session = await openSession({
        address: { ...address, database: 'postgres' },
        applicationName: 'dialhouse_start',
      })
      await session.close()
      return true
    } catch {
      return undefined
    }
  })
  return isAnswered ?? false
}

/** Asks for a fast stop, then for an immediate one; returns when the server is gone. */
export async function stopPostmaster(pid: number, clusterFolder: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!isServerRunning(pid, clusterFolder)) return
    signalServer(pid, signal)
    const isGone = () => !isServerRunning(pid, clusterFolder) || undefined
    if (await untilDefined(STOP_WITHIN_MS, isGone, 50)) return
  }
}

/** The server's own words, kept from growing without end: the file before this one is kept beside it. */
function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}

function lastLogLine(path: string): string {
  try {
    return lastLine(readFileSync(path, 'utf8').slice(-2000))
  } catch {
    return 'its log cannot be read'
  }
}
