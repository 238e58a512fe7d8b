/**
 * Forgets details of old calls: "never shorter than the invoice that bills them". A charged call keeps its row, its
 * amounts and its entries and loses whoever called whom; a free one goes. Batches are short; what was done is audited.
 */

import type { Clock, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { recordAudit } from '../../platform/identity/index.ts'
import { handling, jobKind, schedule, type JobHandling, type Schedule } from '../../platform/jobs/index.ts'
import { defaultRetention, forgottenBefore } from './kept-until.ts'

const HOUR_MS = 3_600_000
/** Records that came late are found this far back. */
const LOOKED_BACK_MS = 100 * 24 * HOUR_MS
const BATCH = 2000

const forgettingCalls = jobKind<Record<string, never>>('ledger.forget-calls', { attempts: 3, timeLimitMs: HOUR_MS })

/** The provider's schedule: once a day, at night where its customers are. */
export function forgetCallsSchedule(tenantId: string): Schedule {
  return schedule('forget-calls', { daily: '07:20', zone: 'UTC' }, forgettingCalls, { tenantId, payload: {} })
}

type Parts = { readonly db: Db; readonly clock: Clock; readonly log: Log }
type Customer = { tenantId: string; zone: string; callDays: number | null; forgottenUntil: number | null }

/** The job: one customer after the other; what its time does not suffice for is done the next night. */
export function forgetCallsHandling(parts: Parts): JobHandling {
  return handling(forgettingCalls, async (_, { signal }) => {
    for (const customer of await parts.db.asService(customersToLookAt)) {
      if (signal.aborted) return
      await forgetCallsOf(parts, customer, signal)
    }
  })
}

/** Every customer without a hold, with the nearest policy above it. */
function customersToLookAt(tx: Tx): Promise<readonly Customer[]> {
  return tx<Customer[]>`
    select customer.tenant_id as "tenantId", customer.zone, progress.forgotten_until as "forgottenUntil",
           (select policy.call_days from tenant as seller
            join retention_policy as policy on policy.tenant_id = seller.id
            where starts_with(tenant.path, seller.path) order by length(seller.path) desc limit 1) as "callDays"
    from customer
    join tenant on tenant.id = customer.tenant_id
    left join retention_progress as progress on progress.tenant_id = customer.tenant_id
    where not exists (select from retention_hold where retention_hold.tenant_id = customer.tenant_id)
    order by customer.tenant_id`
}

async function forgetCallsOf({ db, clock, log }: Parts, customer: Customer, signal: AbortSignal): Promise<void> {
  const { tenantId, zone, forgottenUntil } = customer
  const callDays = customer.callDays ?? defaultRetention.callDays
  const before = forgottenBefore({ at: clock.now(), zone, callDays })
  const since = Math.max(0, (forgottenUntil ?? 0) - LOOKED_BACK_MS)
  if (before <= since) return
  let [removed, anonymised] = [0, 0]
  for (;;) {
    const batch = await db.asService((tx) => forgetBatch(tx, { tenantId, since, before }))
    removed += batch.removed
    anonymised += batch.anonymised
    if (batch.removed + batch.anonymised < BATCH) break
    if (signal.aborted) return
  }
  await db.asService(async (tx) => {
    await tx`
      insert into retention_progress (tenant_id, forgotten_until) values (${tenantId}, ${before})
      on conflict (tenant_id) do update set forgotten_until = excluded.forgotten_until`
    if (removed + anonymised === 0) return
    await recordAudit(tx, clock, {
      tenantId,
      actorId: undefined,
      actorRole: 'system',
      source: undefined,
      action: 'ledger.forget_calls',
      subjectKind: 'customer',
      subjectId: tenantId,
      after: { before, callDays, removed, anonymised },
    })
  })
  if (removed + anonymised > 0) log.info('details of old calls were forgotten', { tenantId, removed, anonymised })
}

type Batch = { readonly tenantId: string; readonly since: number; readonly before: number }

async function forgetBatch(
  tx: Tx,
  { tenantId, since, before }: Batch,
): Promise<{ removed: number; anonymised: number }> {
  const [row] = await tx<{ removed: bigint; anonymised: bigint }[]>`
    select removed, anonymised from dialhouse_forget_calls(${tenantId}, ${since}, ${before}, ${BATCH})`
  return { removed: Number(row?.removed ?? 0), anonymised: Number(row?.anonymised ?? 0) }
}
