/** The worker: claims due jobs, does some of them at once, and sleeps until the next one or a notification. */

import type { Timer } from '../../base/index.ts'
import { assert } from '../../base/index.ts'
import { JOB_CHANNEL } from './enqueue.ts'
import { doJob, type JobHandling, type JobSurroundings } from './handling.ts'
import { claimJobs, extendLocks, nextDue, type ClaimedJob } from './job-rows.ts'
import { enqueueDue, installSchedules, nextScheduled, type Schedule } from './schedules.ts'

export type WorkerOptions = JobSurroundings & {
  /** Written into the rows that it holds: the process's name. */
  readonly name: string
  readonly handlings: readonly JobHandling[]
  readonly schedules?: readonly Schedule[]
  /** Jobs done at the same time. */
  readonly concurrency?: number
}

export type Worker = {
  /** Installs the schedules and begins. */
  start(): Promise<void>
  /** Does whatever is due now, and what that adds, until nothing is; for tests and for `play`. */
  runDue(): Promise<void>
  /** Takes nothing new and waits for what runs; jobs that do not end in time are taken over when their lock expires. */
  stop(): Promise<void>
}

/** A job whose worker died is taken over after this long; living workers renew it three times as often. */
const LOCK_MS = 60_000
/** Even without a notification somebody looks this often. */
const LONGEST_SLEEP_MS = 10_000
/** A due job that another worker is just claiming is not looked for in a hurry. */
const SHORTEST_SLEEP_MS = 20
const DRAIN_MS = 10_000

class JobWorker implements Worker {
  readonly #options: WorkerOptions
  readonly #handlings: ReadonlyMap<string, JobHandling>
  readonly #running = new Map<string, Promise<void>>()
  #isInstalled = false
  #state: 'idle' | 'started' | 'stopped' = 'idle'
  #looking: Promise<void> | undefined
  #lookAgain = false
  #sleep: Timer | undefined
  #heartbeat: Timer | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#handlings = new Map(options.handlings.map((one) => [one.kind.name, one]))
    assert(this.#handlings.size === options.handlings.length, 'a kind of job has two handlers')
  }

  async start(): Promise<void> {
    const { db, clock } = this.#options
    await this.#install()
    await db.listen(JOB_CHANNEL, () => this.#wake())
    this.#state = 'started'
    this.#heartbeat = clock.every(LOCK_MS / 3, () => void this.#renewLocks())
    this.#wake()
  }

  async runDue(): Promise<void> {
    if (!this.#isInstalled) await this.#install()
    do {
      await this.#claim()
      // A started worker looks by itself too: what it began in the meantime is waited for as well.
      while (this.#running.size > 0 || this.#looking) await Promise.all([this.#looking, ...this.#running.values()])
    } while ((await this.#dueAt()) <= this.#options.clock.now())
  }

  async stop(): Promise<void> {
    this.#state = 'stopped'
    this.#sleep?.stop()
    await this.#looking
    const { promise: drained, resolve } = Promise.withResolvers<void>()
    const limit = this.#options.clock.after(DRAIN_MS, resolve)
    await Promise.race([drained, Promise.all(this.#running.values())])
    limit.stop()
    this.#heartbeat?.stop()
  }

  async #install(): Promise<void> {
    const { db, clock, schedules = [] } = this.#options
    await db.asService((tx) => installSchedules(tx, clock, schedules))
    this.#isInstalled = true
  }

  /** Looks for work, once at a time; a wake-up during a look makes it look again. */
  #wake(): void {
    if (this.#state !== 'started') return
    this.#lookAgain = true
    this.#looking ??= this.#look()
  }

  async #look(): Promise<void> {
    const { clock, log } = this.#options
    let sleepMs = LONGEST_SLEEP_MS
    while (this.#lookAgain && this.#state === 'started') {
      this.#lookAgain = false
      try {
        await this.#claim()
        sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_SLEEP_MS, (await this.#dueAt()) - clock.now()))
      } catch (error) {
        log.error('looking for jobs failed', { error })
        sleepMs = 1000
      }
    }
    // In one breath with the last test of the loop: a wake-up after it must start a new look.
    this.#looking = undefined
    this.#sleep?.stop()
    // With all hands busy it is the end of a job that wakes us, not the next one that waits.
    if (this.#state === 'started' && this.#free() > 0) this.#sleep = clock.after(sleepMs, () => this.#wake())
  }

  #free(): number {
    return (this.#options.concurrency ?? 8) - this.#running.size
  }

  async #claim(): Promise<void> {
    const { db, clock, name, schedules = [] } = this.#options
    const limit = this.#free()
    if (limit <= 0) return
    const jobs = await db.asService(async (tx) => {
      await enqueueDue(tx, clock, schedules)
      return claimJobs(tx, { now: clock.now(), kinds: this.#kinds(), limit, worker: name, lockMs: LOCK_MS })
    })
    for (const job of jobs) this.#begin(job)
  }

  #begin(job: ClaimedJob): void {
    const done = doJob(this.#options, this.#handlings.get(job.kind)!, job)
      .catch((error: unknown) => {
        // It stays locked and comes back when the lock expires.
        this.#options.log.error('the end of a job could not be noted', { job: job.id, kind: job.kind, error })
      })
      .finally(() => {
        this.#running.delete(job.id)
        this.#wake()
      })
    this.#running.set(job.id, done)
  }

  async #renewLocks(): Promise<void> {
    const { db, clock, name, log } = this.#options
    const ids = [...this.#running.keys()]
    if (ids.length === 0) return
    try {
      await db.asService((tx) => extendLocks(tx, ids, name, clock.now() + LOCK_MS))
    } catch (error) {
      log.error('the locks of running jobs could not be renewed', { error })
    }
  }

  async #dueAt(): Promise<number> {
    const due = await this.#options.db.asService(async (tx) => [
      await nextDue(tx, this.#kinds()),
      await nextScheduled(tx),
    ])
    return Math.min(...due.map((at) => at ?? Infinity))
  }

  #kinds(): string[] {
    return [...this.#handlings.keys()]
  }
}

/** A worker for the kinds of job in `handlings`; any number of them may share a database. */
export function createWorker(options: WorkerOptions): Worker {
  return new JobWorker(options)
}
