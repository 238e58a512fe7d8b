/**
 * One supervised process: started in a session of its own (Ctrl-C in the terminal and the death of
 * the supervisor do not reach it), watched, restarted with back-off, adopted by the next supervisor.
 */

import { join } from 'node:path'
import type { Timer } from '../../base/index.ts'
import type { SupervisedProcess } from '../topics.ts'
import { restartDelay } from './restart-delay.ts'
import { rotateLog } from './rotate-log.ts'
import { readRunFile, removeRunFile, startMarkOf, writeRunFile, type RunFile } from './run-file.ts'
import { spawnDetached, type ChildOptions } from './spawn-detached.ts'
import { endProcess, signalProcess } from './survivors.ts'

const WATCH_MS = 100
const LOG_LOOK_MS = 60_000

/** A process of this installation; `start` adopts a survivor of the same build or starts a new one. */
export class Child {
  readonly name: string
  readonly logFile: string
  readonly #options: ChildOptions
  #run: RunFile | undefined
  #state: SupervisedProcess['state'] = 'stopped'
  #restarts = 0
  #crashes = 0
  #lastExit: string | undefined
  #isWanted = false
  #isOrdered = false
  #timer: Timer | undefined
  #logTimer: Timer | undefined

  constructor(options: ChildOptions) {
    this.name = options.name
    this.logFile = join(options.folders.log, `${options.name}.log`)
    this.#options = options
  }

  start(): void {
    const { clock, log, folders, build } = this.#options
    this.#isWanted = true
    this.#logTimer = clock.every(LOG_LOOK_MS, () => void rotateLog(this.logFile))
    const survivor = readRunFile(folders.run, this.name)
    if (survivor?.build !== build) return this.#launch()
    this.#run = survivor
    this.#state = 'running'
    log.info('adopted a process of the former supervisor', { name: this.name, pid: survivor.pid })
    return this.#watch()
  }

  /** Ends it for good: SIGTERM, then SIGKILL when it does not leave in time. */
  async stop(): Promise<void> {
    const { clock, log, stopTimeoutMs, folders } = this.#options
    this.#isWanted = false
    this.#timer?.stop()
    this.#logTimer?.stop()
    if (this.#run) await endProcess(this.#run, clock, log, stopTimeoutMs)
    this.#run = undefined
    this.#state = 'stopped'
    removeRunFile(folders.run, this.name)
  }

  /** SIGKILL, as a crash would; it is restarted. */
  crash(): boolean {
    if (!this.#run) return false
    signalProcess(this.#run.pid, 'SIGKILL')
    return true
  }

  /** An ordered end, after which it is started again at once: what can outlive a process is handed over. */
  restart(): boolean {
    if (!this.#run || !this.#isWanted) return false
    this.#isOrdered = true
    signalProcess(this.#run.pid, 'SIGUSR2')
    return true
  }

  state(): SupervisedProcess {
    return {
      name: this.name,
      pid: this.#run?.pid,
      state: this.#state,
      startedAt: this.#run?.startedAt,
      restarts: this.#restarts,
      lastExit: this.#lastExit,
    }
  }

  #launch(): void {
    if (!this.#isWanted) return
    const { build, clock, folders } = this.#options
    const child = spawnDetached(this.#options, this.logFile)
    if (child.pid === undefined) {
      this.#launchAgain('could not be started', 0)
      return
    }
    const startMark = startMarkOf(child.pid) ?? ''
    this.#run = { name: this.name, pid: child.pid, startMark, build, startedAt: clock.now() }
    this.#state = 'running'
    writeRunFile(folders.run, this.#run)
    child.once('exit', (code, signal) => this.#noticeExit(child.pid!, signal ?? `exit ${code}`))
    child.unref()
    this.#watch()
  }

  /** For an adopted process, which is nobody's child, there is no exit event: its pid is looked at. */
  #watch(): void {
    this.#timer?.stop()
    this.#timer = this.#options.clock.after(WATCH_MS, () => {
      const run = this.#run
      if (!run) return
      if (startMarkOf(run.pid) === run.startMark) this.#watch()
      else this.#noticeExit(run.pid, 'gone')
    })
  }

  #noticeExit(pid: number, how: string): void {
    const run = this.#run
    if (run?.pid !== pid) return
    this.#run = undefined
    removeRunFile(this.#options.folders.run, this.name)
    if (this.#isWanted && this.#isOrdered) {
      this.#isOrdered = false
      this.#restarts++
      return this.#launch()
    }
    if (this.#isWanted) this.#launchAgain(how, this.#options.clock.now() - run.startedAt)
    else this.#state = 'stopped'
  }

  #launchAgain(how: string, ranMs: number): void {
    const { clock, log } = this.#options
    const next = restartDelay(this.#crashes, ranMs)
    this.#crashes = next.crashes
    this.#lastExit = how
    this.#state = 'waiting'
    this.#timer?.stop()
    log.error('a process ended and will be restarted', { name: this.name, how, ranMs, delayMs: next.delayMs })
    this.#timer = clock.after(next.delayMs, () => {
      this.#restarts++
      this.#launch()
    })
  }
}
