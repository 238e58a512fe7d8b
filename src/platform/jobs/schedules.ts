/** Jobs that come back by themselves: each schedule is a row that says when, and who gets a job then. */

import type { Clock } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { enqueueMany } from './enqueue.ts'
import type { JobKind } from './job-kind.ts'
import { nextRun, type Plan } from './plan.ts'

export type Schedule = {
  readonly name: string
  /** Whose work it is: the provider's, for most. */
  readonly tenantId: string
  readonly kind: JobKind<unknown>
  readonly payload: unknown
  readonly plan: Plan
}

/** Names a schedule; the payload must be what its kind takes. */
export function schedule<Payload>(
  name: string,
  plan: Plan,
  kind: JobKind<Payload>,
  job: { tenantId: string; payload: Payload },
): Schedule {
  return { name, plan, kind, tenantId: job.tenantId, payload: job.payload }
}

/** Makes the stored schedules what the program says: new ones begin, changed ones are planned again, others go. */
export async function installSchedules(tx: Tx, clock: Clock, schedules: readonly Schedule[]): Promise<void> {
  const now = clock.now()
  await tx`
    delete from job_schedule where (tenant_id, name) not in (
      select * from unnest(${schedules.map((one) => one.tenantId)}::uuid[], ${schedules.map((one) => one.name)}::text[])
    )`
  for (const { name, tenantId, plan } of schedules) {
    const text = JSON.stringify(plan)
    await tx`
      insert into job_schedule as old (tenant_id, name, plan, next_run_at)
      values (${tenantId}, ${name}, ${text}::text::jsonb, ${nextRun(plan, now)})
      on conflict (tenant_id, name) do update
      set plan = excluded.plan, next_run_at = excluded.next_run_at where old.plan <> excluded.plan`
  }
}

/**
 * Adds a job for every schedule that is due and plans its next run. What was missed while nobody was
 * there is made up once, not as often as it was missed.
 */
export async function enqueueDue(tx: Tx, clock: Clock, schedules: readonly Schedule[]): Promise<void> {
  const now = clock.now()
  const due = await tx<{ name: string; tenantId: string }[]>`
    select name, tenant_id as "tenantId" from job_schedule where next_run_at <= ${now} for update skip locked`
  for (const { name, tenantId } of due) {
    const found = schedules.find((one) => one.name === name && one.tenantId === tenantId)
    if (!found) continue
    const { kind, payload, plan } = found
    await enqueueMany(tx, clock, kind, [{ tenantId, payload, uniqueKey: `schedule:${name}` }])
    await tx`
      update job_schedule set next_run_at = ${nextRun(plan, now)}, last_run_at = ${now}
      where tenant_id = ${tenantId} and name = ${name}`
  }
}

/** When the next schedule falls due; undefined when there is none. */
export async function nextScheduled(tx: Tx): Promise<number | undefined> {
  const [row] = await tx<{ due: number | null }[]>`select min(next_run_at) as due from job_schedule`
  return row?.due ?? undefined
}
