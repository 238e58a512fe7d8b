/** How one job is done: its handler, within its time, and what follows from the outcome. */

import type { Clock, Failure, Log, RandomBytes } from '../../base/index.ts'
import { FailureError, messageOf, secureRandom } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import type { JobKind } from './job-kind.ts'
import { buryJob, finishJob, putBackJob, type ClaimedJob } from './job-rows.ts'
import { retryDelayMs } from './retry.ts'

/** Nothing or a success when done; a failure to be tried again, or, when `final`, to be buried at once. */
export type JobOutcome =
  | void
  | { readonly ok: true }
  | { readonly ok: false; readonly failure: Failure; readonly final?: boolean }

export type RunningJob = {
  readonly id: string
  readonly tenantId: string
  /** From 1. */
  readonly attempt: number
  /** Aborted when the time of the job is up. */
  readonly signal: AbortSignal
  /**
   * Marks the job as done inside the handler's own transaction, so that its effects and its end are one;
   * throws when another worker has taken it over. Without it the worker marks it after the handler.
   */
  readonly complete: (tx: Tx) => Promise<void>
}

export type JobHandling = {
  readonly kind: JobKind<unknown>
  readonly handle: (payload: unknown, job: RunningJob) => Promise<JobOutcome>
}

/** Pairs a kind with what does it. A handler may run twice for one job: after a crash, or when it is too slow. */
export function handling<Payload>(
  kind: JobKind<Payload>,
  handle: (payload: Payload, job: RunningJob) => Promise<JobOutcome>,
): JobHandling {
  return { kind, handle: (payload, job) => handle(payload as Payload, job) }
}

export type JobSurroundings = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly random?: RandomBytes
}

/** Does one claimed job and notes what came of it. Rejects only when the database is away. */
export async function doJob(surroundings: JobSurroundings, handled: JobHandling, job: ClaimedJob): Promise<void> {
  const { db, clock, log, random = secureRandom } = surroundings
  const { name, firstRetryMs } = handled.kind
  const outcome = await attempt(surroundings, handled, job)
  if (outcome.ok) {
    await db.asService((tx) => finishJob(tx, job, clock.now()))
    return
  }
  const { failure } = outcome
  const error = `${failure.code}: ${failure.message}`
  const facts = { kind: name, job: job.id, attempt: job.attempt, code: failure.code }
  if (outcome.final || job.attempt >= job.attemptsMax) {
    log.error('a job was given up and needs somebody to look at it', facts)
    await db.asService((tx) => buryJob(tx, job, clock.now(), error))
    return
  }
  log.warn('a job failed and will be tried again', facts)
  const runAt = clock.now() + retryDelayMs(job.attempt, firstRetryMs, random)
  await db.asService((tx) => putBackJob(tx, job, runAt, error))
}

type Attempt = { readonly ok: true } | { readonly ok: false; readonly failure: Failure; readonly final?: boolean }

async function attempt({ clock, log }: JobSurroundings, handled: JobHandling, job: ClaimedJob): Promise<Attempt> {
  const { kind, handle } = handled
  if (job.attempt > job.attemptsMax) {
    return { ok: false, final: true, failure: { code: 'jobs.crashed', message: 'its worker died on the last attempt' } }
  }
  const { promise: tooLate, resolve } = Promise.withResolvers<Attempt>()
  const abort = new AbortController()
  const timer = clock.after(kind.timeLimitMs, () => {
    abort.abort()
    resolve({ ok: false, failure: { code: 'jobs.too_slow', message: `it took more than ${kind.timeLimitMs} ms` } })
  })
  const running: RunningJob = {
    id: job.id,
    tenantId: job.tenantId,
    attempt: job.attempt,
    signal: abort.signal,
    async complete(tx) {
      if (await finishJob(tx, job, clock.now())) return
      throw new FailureError({ code: 'jobs.taken_over', message: 'another worker has this job' })
    },
  }
  try {
    const done = handle(job.payload, running).then((outcome): Attempt => outcome ?? { ok: true })
    return await Promise.race([done, tooLate])
  } catch (thrown) {
    if (thrown instanceof FailureError) return { ok: false, failure: thrown.failure }
    log.error('a job threw', { kind: kind.name, job: job.id, error: thrown })
    return { ok: false, failure: { code: 'jobs.threw', message: messageOf(thrown) } }
  } finally {
    timer.stop()
  }
}
