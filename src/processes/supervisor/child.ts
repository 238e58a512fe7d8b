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
import { readRunFile, removeRunFile, startMarkOf, writeRunFile, type RunFile } from './run-file.ts'

export type ChildOptions = {
  readonly name: string
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folders: { readonly run: string; readonly log: string }
  readonly build: string
  readonly clock: Clock
  readonly log: Log
  /** How long SIGTERM may take before SIGKILL follows. */
  readonly stopTimeoutMs: number
}

export type Child = {
  start(): void
  /** Ends it for good: SIGTERM, then SIGKILL when it does not leave in time. */
  stop(): Promise<void>
  /** SIGKILL, as a crash would; it is restarted. */
  crash(): boolean
  state(): SupervisedProcess
}

const WATCH_MS = 100

/** A child that is not running yet; `start` adopts a survivor of the same build or starts a new process. */
export function createChild(options: ChildOptions): Child {
  const { name, clock, log } = options
  let run: RunFile | undefined
  let state: SupervisedProcess['state'] = 'stopped'
  let restarts = 0
  let crashes = 0
  let lastExit: string | undefined
  let wanted = false
  let timer: Timer | undefined

  const noticeExit = (how: string): void => {
    if (!run) return
    const ranMs = clock.now() - run.startedAt
    run = undefined
    lastExit = how
    removeRunFile(options.folders.run, name)
    if (!wanted) {
      state = 'stopped'
      return
    }
    const next = restartDelay(crashes, ranMs)
    crashes = next.crashes
    state = 'waiting'
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
    if (!wanted) return
    const child = spawnDetached(options)
    if (child.pid === undefined) {
      lastExit = 'could not be started'
      state = 'waiting'
      timer = clock.after(1000, launch)
      return
    }
    run = { name, pid: child.pid, startMark: startMarkOf(child.pid) ?? '', build: options.build, startedAt: clock.now() }
    state = 'running'
    writeRunFile(options.folders.run, run)
    child.once('exit', (code, signal) => {
      timer?.stop()
      noticeExit(signal ?? `exit ${code}`)
    })
    child.unref()
    watch()
  }

  return {
    start() {
      wanted = true
      const survivor = readRunFile(options.folders.run, name)
      if (survivor?.build === options.build) {
        run = survivor
        state = 'running'
        log.info('adopted a process of the former supervisor', { name, pid: survivor.pid })
        watch()
        return
      }
      if (survivor) endForeign(survivor, log)
      launch()
    },
    async stop() {
      wanted = false
      timer?.stop()
      if (run) await endProcess(run, options)
      run = undefined
      state = 'stopped'
      removeRunFile(options.folders.run, name)
    },
    crash() {
      if (!run) return false
      process.kill(run.pid, 'SIGKILL')
      return true
    },
    state: () => ({ name, pid: run?.pid, state, startedAt: run?.startedAt, restarts, lastExit }),
  }
}

function spawnDetached(options: ChildOptions): ChildProcess {
  mkdirSync(options.folders.log, { recursive: true })
  // A file, not a pipe: a pipe would break, and end the child's next write, when the supervisor dies.
  const logFile = openSync(join(options.folders.log, `${options.name}.log`), 'a', 0o640)
  const [program, ...args] = options.command
  const child = spawn(program!, args, {
    detached: true,
    stdio: ['ignore', logFile, logFile],
    env: { ...process.env, ...options.environment },
  })
  child.on('error', (error) => options.log.error('a process could not be started', { name: options.name, error }))
  closeSync(logFile)
  return child
}

function endForeign(survivor: RunFile, log: Log): void {
  log.warn('ending a process of another build that survived its supervisor', { name: survivor.name })
  try {
    process.kill(survivor.pid, 'SIGKILL')
  } catch {
    // It left by itself between the look and the signal.
  }
}

async function endProcess(run: RunFile, options: ChildOptions): Promise<void> {
  const running = (): boolean => startMarkOf(run.pid) === run.startMark
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(run.pid, signal)
    } catch {
      // Already gone, which is what was asked for.
    }
  }
  send('SIGTERM')
  const deadline = options.clock.monotonic() + options.stopTimeoutMs
  while (running()) {
    if (options.clock.monotonic() > deadline) {
      options.log.warn('a process did not stop in time and was killed', { name: run.name })
      send('SIGKILL')
    }
    await new Promise<void>((resolve) => void options.clock.after(20, resolve))
  }
}
