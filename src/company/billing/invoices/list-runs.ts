/** Billing runs as those who bill see them. */

import type { Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { InvoiceKind } from '../tables.ts'
import type { RunState } from './run-billing.ts'

export type ListedRun = {
  readonly id: string
  readonly sellerId: string
  readonly sellerName: string
  readonly periodTo: string
  readonly kind: InvoiceKind
  readonly state: RunState
  readonly startedAt: number
  readonly approvedAt: number | null
  readonly issuedAt: number | null
  readonly drafts: number
  readonly issued: number
  readonly unposted: number
  readonly totals: readonly {
    readonly currency: string
    readonly netMicros: Micros
    readonly taxMicros: Micros
    readonly totalMicros: Micros
  }[]
}

type SumRow = {
  readonly runId: string
  readonly currency: string
  readonly drafts: number
  readonly issued: number
  readonly unposted: number
  readonly netMicros: Micros
  readonly taxMicros: Micros
  readonly totalMicros: Micros
}

/** The newest runs in scope with what they came to. */
export async function listRuns(tx: Tx): Promise<readonly ListedRun[]> {
  const runs = await tx<Omit<ListedRun, 'totals' | 'drafts' | 'issued' | 'unposted'>[]>`
    select run.id, run.tenant_id as "sellerId", tenant.name as "sellerName", period_to as "periodTo", run.kind, state,
           started_at as "startedAt", approved_at as "approvedAt", issued_at as "issuedAt"
    from billing_run as run join tenant on tenant.id = run.tenant_id
    order by period_to desc, run.started_at desc, run.id limit 60`
  const sums = await tx<SumRow[]>`
    select run_id as "runId", currency, count(*) filter (where status = 'draft')::int as drafts,
           count(*) filter (where status <> 'draft')::int as issued,
           count(*) filter (where status <> 'draft' and posted_at is null)::int as unposted,
           sum(net_micros)::bigint as "netMicros", sum(tax_micros)::bigint as "taxMicros",
           sum(total_micros)::bigint as "totalMicros"
    from invoice where run_id = any(${runs.map((run) => run.id)}::uuid[]) and status <> 'void'
    group by run_id, currency order by currency`
  return runs.map((run) => {
    const mine = sums.filter((sum) => sum.runId === run.id)
    const count = (of: (row: SumRow) => number): number => mine.reduce((total, row) => total + of(row), 0)
    const totals = mine.map(({ currency, netMicros, taxMicros, totalMicros }) => {
      return { currency, netMicros, taxMicros, totalMicros }
    })
    const counts = { drafts: count((row) => row.drafts), issued: count((row) => row.issued) }
    return { ...run, ...counts, unposted: count((row) => row.unposted), totals }
  })
}

/** Notes who let a run be issued; false when it is not there. */
export async function approveRun(tx: Tx, id: string, at: number, by: string | undefined): Promise<boolean> {
  const done = await tx`
    update billing_run
    set approved_at = coalesce(approved_at, ${at}), approved_by = coalesce(approved_by, ${by ?? null})
    where id = ${id} returning id`
  return done.length > 0
}
