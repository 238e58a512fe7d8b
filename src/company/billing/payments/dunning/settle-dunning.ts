/** What a payment, or its return, means for an account that is chased. Written with it, in its transaction. */

import type { Clock, Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { invoicesOf } from '../allocation/open-invoices.ts'
import { moveDunning, type DunningStage } from './dunning-status.ts'

export type Overdue = { readonly oldestDueAt: number | null; readonly overdueMicros: Micros }

/** What of an account is open behind its due date. */
export async function overdueOf(tx: Tx, accountId: string, at: number): Promise<Overdue> {
  const overdue = (await invoicesOf(tx, accountId)).filter(({ dueAt }) => dueAt < at)
  const overdueMicros = overdue.reduce((sum, { openMicros }) => sum + openMicros, 0n)
  return { oldestDueAt: overdue[0]?.dueAt ?? null, overdueMicros }
}

/** "Payment posted: back to current at once, service restored." Whatever is still overdue keeps its stage. */
export async function settleDunning(tx: Tx, clock: Clock, accountId: string): Promise<void> {
  const [row] = await tx<{ id: string; tenantId: string; stage: DunningStage }[]>`
    select id, tenant_id as "tenantId", stage from dunning where account_id = ${accountId} for update`
  if (!row) return
  const { oldestDueAt, overdueMicros } = await overdueOf(tx, accountId, clock.now())
  await tx`
    update dunning set oldest_due_at = ${oldestDueAt}, overdue_micros = ${overdueMicros}, looked_at = ${clock.now()}
    where id = ${row.id}`
  if (overdueMicros > 0n || row.stage === 'current' || row.stage === 'terminated') return
  await tx`update dunning set hold_until = null, held_at = null where id = ${row.id}`
  await moveDunning(tx, clock, { ...row, to: 'current', reason: 'what was overdue is paid' })
}
