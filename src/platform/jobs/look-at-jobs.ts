/** What an operator sees of the jobs, and what he can do about dead ones. */

import type { Clock } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { JOB_CHANNEL } from './enqueue.ts'

export type JobState = 'waiting' | 'running' | 'done' | 'dead'

export type JobCount = {
  readonly kind: string
  readonly state: JobState
  readonly count: number
  /** When the first of them is or was due, epoch milliseconds. */
  readonly firstRunAt: number
}

/** How many jobs of each kind are in each state. */
export function countJobs(tx: Tx): Promise<JobCount[]> {
  return tx<JobCount[]>`
    select kind, state, count(*)::int as count, min(run_at) as "firstRunAt"
    from job group by kind, state order by kind collate "C", state collate "C"`
}

export type DeadJob = {
  readonly id: string
  readonly tenantId: string
  readonly kind: string
  readonly attempts: number
  readonly lastError: string
  readonly finishedAt: number
}

/** Dead letters, the latest first. */
export function deadJobs(tx: Tx, limit: number): Promise<DeadJob[]> {
  return tx<DeadJob[]>`
    select id, tenant_id as "tenantId", kind, attempts, last_error as "lastError", finished_at as "finishedAt"
    from job where state = 'dead' order by finished_at desc, id desc limit ${limit}`
}

/** Gives dead jobs all their attempts again, from now on; returns how many there were. */
export async function reviveJobs(tx: Tx, clock: Clock, ids: readonly string[]): Promise<number> {
  const { count } = await tx`
    update job set state = 'waiting', attempts = 0, run_at = ${clock.now()}, finished_at = null
    where id = any(${ids}::uuid[]) and state = 'dead'`
  await tx`select pg_notify(${JOB_CHANNEL}, '')`
  return count
}

/** Forgets what was done before an instant (epoch milliseconds); dead jobs stay until somebody decides. */
export async function forgetDoneJobs(tx: Tx, before: number): Promise<number> {
  const { count } = await tx`delete from job where state = 'done' and finished_at < ${before}`
  return count
}
