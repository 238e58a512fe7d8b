/** What a killed supervisor left: the processes that still run, and the end of those that nobody wants. */

import { readdirSync } from 'node:fs'
import type { Clock, Log } from '../../base/index.ts'
import { readRunFile, removeRunFile, startMarkOf, type RunFile } from './run-file.ts'

const SUFFIX = '.run.json'
const LOOK_MS = 20

/** Every noted process of this folder that still runs, the supervisor excepted. */
export function survivorsOf(runFolder: string): readonly RunFile[] {
  return namesIn(runFolder).flatMap((name) => readRunFile(runFolder, name) ?? [])
}

function namesIn(runFolder: string): string[] {
  try {
    const files = readdirSync(runFolder).filter((file) => file.endsWith(SUFFIX))
    return files.map((file) => file.slice(0, -SUFFIX.length)).filter((name) => name !== 'supervisor')
  } catch {
    return []
  }
}

/** Ends a process: SIGTERM, then SIGKILL when it does not leave in time. Returns when it is gone. */
export async function endProcess(run: RunFile, clock: Clock, log: Log, patienceMs: number): Promise<void> {
  const isRunning = (): boolean => startMarkOf(run.pid) === run.startMark
  signalProcess(run.pid, 'SIGTERM')
  const deadline = clock.monotonic() + patienceMs
  let isKilled = false
  while (isRunning()) {
    if (!isKilled && clock.monotonic() > deadline) {
      isKilled = true
      log.warn('a process did not stop in time and was killed', { name: run.name })
      signalProcess(run.pid, 'SIGKILL')
    }
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve))
  }
}

/** Sends a signal; a process that left by itself has got what was asked for. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone between the look and the signal.
  }
}

/** Ends every survivor that is not of this build, or that no longer has a part to play. */
export async function endStrangers(
  runFolder: string,
  wanted: {
    readonly build: string
    readonly names: readonly string[]
    /** How long each may take to leave after SIGTERM. */
    readonly patienceMs: (name: string) => number
  },
  clock: Clock,
  log: Log,
): Promise<void> {
  const strangers = survivorsOf(runFolder).filter((it) => it.build !== wanted.build || !wanted.names.includes(it.name))
  await Promise.all(
    strangers.map(async (stranger) => {
      log.warn('ending a process of another build that survived its supervisor', { name: stranger.name })
      await endProcess(stranger, clock, log, wanted.patienceMs(stranger.name))
      removeRunFile(runFolder, stranger.name)
    }),
  )
}
