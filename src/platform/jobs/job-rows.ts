/** The life of a job's row: claimed under a lock that expires, then finished, put back, or buried. */

import type { Tx } from '../db/index.ts'

export type ClaimedJob = {
  readonly id: string
  readonly tenantId: string
  readonly kind: string
  readonly payload: unknown
  /** Which attempt this is, from 1; also proves that the lock is still ours. */
  readonly attempt: number
  readonly attemptsMax: number
}

/** `last_error` is read by operators; a stack trace belongs into the log. */
const ERROR_LENGTH_MAX = 500

export type Claim = {
  readonly now: number
  readonly kinds: readonly string[]
  readonly limit: number
  readonly worker: string
  readonly lockMs: number
}

/**
 * Takes due jobs, oldest first, and those whose worker died with them. Others who claim at the same
 * time skip what is locked here.
 */
export function claimJobs(tx: Tx, { now, kinds, limit, worker, lockMs }: Claim): Promise<ClaimedJob[]> {
  return tx<ClaimedJob[]>`
    with due as (
      select id from job
      where kind = any(${kinds}::text[])
        and ((state = 'waiting' and run_at <= ${now}) or (state = 'running' and locked_until <= ${now}))
      order by run_at, id
      limit ${limit}
      for update skip locked
    )
    update job
    set state = 'running', attempts = attempts + 1, locked_by = ${worker}, locked_until = ${now + lockMs}
    from due
    where job.id = due.id
    returning job.id, tenant_id as "tenantId", kind, payload, attempts as attempt, attempts_max as "attemptsMax"`
}

/** When the next job of these kinds falls due, or loses its lock; undefined when there is none. */
export async function nextDue(tx: Tx, kinds: readonly string[]): Promise<number | undefined> {
  const [row] = await tx<{ due: number | null }[]>`
    select min(case state when 'waiting' then run_at else locked_until end) as due
    from job where state in ('waiting', 'running') and kind = any(${kinds}::text[])`
  return row?.due ?? undefined
}

/** Keeps the locks of jobs that take their time. */
export async function extendLocks(tx: Tx, ids: readonly string[], worker: string, until: number): Promise<void> {
  await tx`
    update job set locked_until = ${until}
    where id = any(${ids}::uuid[]) and state = 'running' and locked_by = ${worker}`
}

type Held = { readonly id: string; readonly attempt: number }

/** Marks a job as done; false when its lock had expired and another worker has it. */
export async function finishJob(tx: Tx, { id, attempt }: Held, now: number): Promise<boolean> {
  const { count } = await tx`
    update job set state = 'done', finished_at = ${now}, locked_by = null, locked_until = null
    where id = ${id} and attempts = ${attempt} and state = 'running'`
  return count > 0
}

/** Puts a failed job back until `runAt`. */
export async function putBackJob(tx: Tx, { id, attempt }: Held, runAt: number, error: string): Promise<void> {
  await tx`
    update job set state = 'waiting', run_at = ${runAt}, last_error = ${error.slice(0, ERROR_LENGTH_MAX)},
                   locked_by = null, locked_until = null
    where id = ${id} and attempts = ${attempt} and state = 'running'`
}

/** Buries a job that will not be tried again by itself. */
export async function buryJob(tx: Tx, { id, attempt }: Held, now: number, error: string): Promise<void> {
  await tx`
    update job set state = 'dead', finished_at = ${now}, last_error = ${error.slice(0, ERROR_LENGTH_MAX)},
                   locked_by = null, locked_until = null
    where id = ${id} and attempts = ${attempt} and state = 'running'`
}
