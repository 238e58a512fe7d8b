/**
 * One supervised process: started in a session of its own (Ctrl-C in the terminal and the death of
 * the supervisor do not reach it), watched, restarted with back-off, adopted by the next supervisor.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Log, Timer } from '../../base/index.ts'
import type { SupervisedProcess } from '../topics.ts'
import { restartDelay } from './restart-delay.ts'
import { rotateLog } from './rotate-log.ts'
import { readRunFile, removeRunFile, startMarkOf, writeRunFile, type RunFile } from './run-file.ts'
import { endProcess, signalProcess } from './survivors.ts'

export type ChildOptions = {
  readonly name: string
  readonly command: readonly string[]
  /** Set on top of the supervisor's own; undefined removes a variable. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folders: { readonly run: string; readonly log: string }
  readonly build: string
  readonly clock: Clock
  readonly log: Log
  /** How long SIGTERM may take before SIGKILL follows. */
  readonly stopTimeoutMs: number
}

export type Child = {
  readonly logFile: string
  start(): void
  /** Ends it for good: SIGTERM, then SIGKILL when it does not leave in time. */
  stop(): Promise<void>
  /** SIGKILL, as a crash would; it is restarted. */
  crash(): boolean
  state(): SupervisedProcess
}

const WATCH_MS = 100
const LOG_LOOK_MS = 60_000

/** A child that is not running yet; `start` adopts a survivor of the same build or starts a new process. */
export function createChild(options: ChildOptions): Child {
  const { name, clock, log, folders } = options
  const logFile = join(folders.log, `${name}.log`)
  let run: RunFile | undefined
  let state: SupervisedProcess['state'] = 'stopped'
  let restarts = 0
  let crashes = 0
  let lastExit: string | undefined
  let isWanted = false
  let timer: Timer | undefined
  let logTimer: Timer | undefined

  const noticeExit = (how: string): void => {
    if (!run) return
    const ranMs = clock.now() - run.startedAt
    run = undefined
    lastExit = how
    removeRunFile(folders.run, name)
    if (isWanted) launchAgain(how, ranMs)
    else state = 'stopped'
  }

  const launchAgain = (how: string, ranMs: number): void => {
    const next = restartDelay(crashes, ranMs)
    crashes = next.crashes
    state = 'waiting'
    timer?.stop()
    log.error('a process ended and will be restarted', { name, how, ranMs, delayMs: next.delayMs })
    timer = clock.after(next.delayMs, () => {
      restarts++
      launch()
    })
  }

  const watch = (): void => {
    timer?.stop()
    timer = clock.after(WATCH_MS, () => {
      if (!run) return
      if (startMarkOf(run.pid) === run.startMark) watch()
      else noticeExit('gone')
    })
  }

  const launch = (): void => {
    if (!isWanted) return
    const child = spawnDetached(options, logFile)
    if (child.pid === undefined) {
      lastExit = 'could not be started'
      launchAgain(lastExit, 0)
      return
    }
    run = {
      name,
      pid: child.pid,
      startMark: startMarkOf(child.pid) ?? '',
      build: options.build,
      startedAt: clock.now(),
    }
    state = 'running'
    writeRunFile(folders.run, run)
    child.once('exit', (code, signal) => noticeExit(signal ?? `exit ${code}`))
    child.unref()
    watch()
  }

  return {
    logFile,
    start() {
      isWanted = true
      logTimer = clock.every(LOG_LOOK_MS, () => void rotateLog(logFile))
      const survivor = readRunFile(folders.run, name)
      if (survivor?.build !== options.build) {
        launch()
        return
      }
      run = survivor
      state = 'running'
      log.info('adopted a process of the former supervisor', { name, pid: survivor.pid })
      watch()
    },
    async stop() {
      isWanted = false
      timer?.stop()
      logTimer?.stop()
      if (run) await endProcess(run, clock, log, options.stopTimeoutMs)
      run = undefined
      state = 'stopped'
      removeRunFile(folders.run, name)
    },
    crash() {
      if (!run) return false
      signalProcess(run.pid, 'SIGKILL')
      return true
    },
    state: () => ({ name, pid: run?.pid, state, startedAt: run?.startedAt, restarts, lastExit }),
  }
}

function spawnDetached(options: ChildOptions, logFile: string): ChildProcess {
  mkdirSync(options.folders.log, { recursive: true })
  rotateLog(logFile)
  // A file, not a pipe: a pipe would break, and end the child's next write, when the supervisor dies.
  const output = openSync(logFile, 'a', 0o640)
  const [program, ...args] = options.command
  const child = spawn(program!, args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...options.environment },
  })
  child.on('error', (error) => options.log.error('a process could not be started', { name: options.name, error }))
  closeSync(output)
  return child
}
