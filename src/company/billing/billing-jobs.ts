/**
 * Billing without being asked: every quarter of an hour it is looked who is due and which run has to go on, and what is
 * not in the ledger yet is posted. "All invoices are made by a set hour on the 1st in brand time."
 */

import { epochMsToLocal } from '../../base/index.ts'
import { handling, jobKind, schedule, type JobHandling, type Schedule } from '../../platform/jobs/index.ts'
import { postCharges } from './invoices/charge-once.ts'
import { postCreditNotes } from './invoices/credit-note.ts'
import { advanceRun, type RunParts } from './invoices/run-billing.ts'
import { readSellers, type Seller } from './policy.ts'
import type { InvoiceKind } from './tables.ts'

type RunJob = { readonly sellerId: string; readonly day: string; readonly kind: InvoiceKind }

const LOOK_SECONDS = 900
const patience = { attempts: 10, timeLimitMs: 6 * 3_600_000 }

/** A run that somebody asked for or approved. */
export const billingJob = jobKind<RunJob>('billing.run', patience)
/** Something is to be posted. */
export const postingJob = jobKind<Record<string, never>>('billing.post', { attempts: 40 })
const lookJob = jobKind<Record<string, never>>('billing.look', patience)

export type BillingJobParts = RunParts & {
  /** Renders and sends what was issued without a document. */
  readonly deliver: (seller: Seller, signal: AbortSignal) => Promise<void>
}

/** Looks every quarter of an hour. */
export function billingSchedule(tenantId: string): Schedule {
  return schedule('billing', { everySeconds: LOOK_SECONDS }, lookJob, { tenantId, payload: {} })
}

/** What office does for billing. */
export function billingHandlings(parts: BillingJobParts, providerPath: () => string | undefined): JobHandling[] {
  const sellersOf = async (sellerId?: string): Promise<readonly Seller[]> => {
    const tenantPath = providerPath()
    return tenantPath === undefined ? [] : parts.db.as({ tenantPath }, (tx) => readSellers(tx, sellerId))
  }
  return [
    handling(lookJob, async (_, { signal }) => {
      for (const seller of await sellersOf()) if (!signal.aborted) await billSeller(parts, seller, signal)
    }),
    handling(billingJob, async ({ sellerId, day, kind }, { signal }) => {
      for (const seller of await sellersOf(sellerId)) {
        await advanceRun(parts, { seller, day, kind, signal })
        await parts.deliver(seller, signal)
      }
    }),
    handling(postingJob, async () => {
      const tenantPath = providerPath()
      if (tenantPath === undefined) return
      await postCharges(parts, tenantPath)
      await postCreditNotes(parts, tenantPath)
    }),
  ]
}

/** Everything that a seller has to bill at this moment: the day's runs, and those of days before that have to go on. */
async function billSeller(parts: BillingJobParts, seller: Seller, signal: AbortSignal): Promise<void> {
  await postCharges(parts, seller.path)
  await postCreditNotes(parts, seller.path)
  const { runAt, zone } = seller.policy
  const local = epochMsToLocal(parts.clock.now(), zone)
  const day = local.slice(0, 10)
  const kinds: readonly InvoiceKind[] = seller.kind === 'provider' ? ['customer', 'wholesale'] : ['customer']
  const open = await openRuns(parts, seller)
  const today = local.slice(11, 16) >= runAt ? kinds.map((kind) => ({ day, kind })) : []
  for (const run of [...open, ...today]) {
    if (signal.aborted) return
    if (await isNeeded(parts, seller, run)) await advanceRun(parts, { seller, ...run, signal })
  }
  await parts.deliver(seller, signal)
}

type Due = { readonly day: string; readonly kind: InvoiceKind }

function openRuns({ db }: RunParts, seller: Seller): Promise<readonly Due[]> {
  return db.as(
    { tenantPath: seller.path },
    (tx) => tx<Due[]>`
    select period_to as day, kind from billing_run where tenant_id = ${seller.id} and state in ('drafting', 'issuing')
    order by period_to limit 100`,
  )
}

/** Most days nobody is due: no run is begun then. */
async function isNeeded({ db }: RunParts, seller: Seller, { day, kind }: Due): Promise<boolean> {
  const date = Number(day.slice(8))
  const isLast = Temporal.PlainDate.from(day).daysInMonth === date
  const [row] = await db.as(
    { tenantPath: seller.path },
    (tx) => tx<{ due: boolean }[]>`
    select exists (
      select from account
      join tenant on tenant.id = account.tenant_id
      left join billing_profile as profile on profile.tenant_id = account.tenant_id
      where tenant.parent_id = ${seller.id} and account.kind = ${kind}
        and (coalesce(profile.bill_day, 1) = ${date} or (${isLast} and coalesce(profile.bill_day, 1) > ${date}))
        and not exists (
          select from invoice where invoice.account_id = account.id and invoice.period_to >= ${day}::text::date)
    ) or exists (
      select from billing_run where tenant_id = ${seller.id} and period_to = ${day}::text::date and kind = ${kind}
        and state in ('drafting', 'issuing')
    ) as due`,
  )
  return row!.due
}
