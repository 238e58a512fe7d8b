/** Puts work aside in the caller's transaction: it will be done if and only if that transaction commits. */

import { newId, type Clock } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import type { JobKind } from './job-kind.ts'

export type NewJob<Payload> = {
  readonly tenantId: string
  readonly payload: Payload
  /** Not before this instant, epoch milliseconds; at once without it. */
  readonly runAt?: number
  /** While a job of this kind with this key waits or runs for the tenant, another is not added. */
  readonly uniqueKey?: string
}

/** The channel on which workers are woken. */
export const JOB_CHANNEL = 'dialhouse_job'

/** Adds a job; its id, or undefined when one with its unique key is already there. */
export async function enqueue<Payload>(
  tx: Tx,
  clock: Clock,
  kind: JobKind<Payload>,
  job: NewJob<Payload>,
): Promise<string | undefined> {
  const [id] = await enqueueMany(tx, clock, kind, [job])
  return id
}

/** Adds any number of jobs in one statement; returns the ids of those that were added. */
export async function enqueueMany<Payload>(
  tx: Tx,
  clock: Clock,
  kind: JobKind<Payload>,
  jobs: readonly NewJob<Payload>[],
): Promise<readonly string[]> {
  if (jobs.length === 0) return []
  const now = clock.now()
  const rows = await tx<{ id: string }[]>`
    insert into job (id, tenant_id, kind, payload, state, run_at, attempts, attempts_max, unique_key, created_at)
    select id, tenant_id, ${kind.name}, payload::jsonb, 'waiting', to_timestamp(run_at / 1000.0), 0, ${kind.attempts},
           unique_key, ${now}
    from unnest(
      ${jobs.map(() => newId(clock))}::uuid[],
      ${jobs.map((job) => job.tenantId)}::uuid[],
      ${jobs.map((job) => JSON.stringify(job.payload))}::text[],
      ${jobs.map((job) => job.runAt ?? now)}::float8[],
      ${jobs.map((job) => job.uniqueKey ?? null)}::text[]
    ) as new (id, tenant_id, payload, run_at, unique_key)
    on conflict do nothing
    returning id`
  if (rows.length > 0) await tx`select pg_notify(${JOB_CHANNEL}, '')`
  return rows.map((row) => row.id)
}
