/**
 * A billing run: begins the drafts of everybody who is due, makes their lines, issues and posts them. Every step is a
 * short transaction that says what is done, so that a run that was killed goes on where it stopped.
 */

import { newId, type Clock, type Log } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Seller } from '../policy.ts'
import type { TaxProvider } from '../tax/provider.ts'
import type { InvoiceKind } from '../tables.ts'
import { beginDrafts } from './due-accounts.ts'
import { draftPortion } from './draft-portion.ts'
import { issuePortion, postIssued, type PostBilling } from './issue-portion.ts'

export type RunParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly taxes: readonly TaxProvider[]
  readonly post: PostBilling
}

export type RunState = 'drafting' | 'drafted' | 'issuing' | 'issued'

export type RunOutcome = {
  readonly runId: string
  readonly state: RunState
  /** Accounts whose last call or midnight has not come; drafts without taxes; invoices that the ledger did not take. */
  readonly waiting: number
  readonly stuck: number
  readonly unposted: number
}

const PORTION = 500
const NOBODY = '00000000-0000-0000-0000-000000000000'
const system = { id: undefined, role: 'system' }

/** Goes on with the run of a seller for the periods that end on a day, as far as it can. */
export async function advanceRun(
  parts: RunParts,
  { seller, day, kind, signal }: { seller: Seller; day: string; kind: InvoiceKind; signal?: AbortSignal },
): Promise<RunOutcome> {
  const { db, clock, log } = parts
  const scope = { tenantPath: seller.path }
  const run = await db.as(scope, (tx) => openRun(tx, clock, seller.id, day, kind))
  const { id: runId } = run
  const isOver = (): boolean => signal?.aborted ?? false
  const due = { seller, runId, kind, day, limit: PORTION }
  let waiting = 0
  let stuck = 0
  let after = run.state === 'issued' ? undefined : NOBODY
  while (after !== undefined && !isOver()) {
    const from: string = after
    const begun = await db.as(scope, (tx) => beginDrafts(tx, clock, { ...due, after: from }))
    after = begun.last
    waiting += begun.waiting
    stuck = await makeDrafts(parts, seller, runId, isOver)
    if (seller.policy.issuing === 'automatic') await issueAll(parts, seller, runId, isOver)
  }
  const isApproved = seller.policy.issuing === 'automatic' || run.approvedAt !== null
  if (isApproved) await issueAll(parts, seller, runId, isOver)
  const unposted = await postAll(parts, seller, isOver)
  const isDrafted = waiting === 0 && stuck === 0 && !isOver()
  const state: RunState = !isDrafted ? 'drafting' : !isApproved ? 'drafted' : 'issued'
  await db.as(scope, (tx) => noteState(tx, clock, runId, state))
  if (waiting + stuck + unposted > 0) log.info('a billing run has to go on later', { runId, waiting, stuck, unposted })
  return { runId, state, waiting, stuck, unposted }
}

type OpenRun = { readonly id: string; readonly state: RunState; readonly approvedAt: number | null }

async function openRun(tx: Tx, clock: Clock, sellerId: string, day: string, kind: InvoiceKind): Promise<OpenRun> {
  await tx`
    insert into billing_run (id, tenant_id, period_to, kind, state, started_at)
    values (${newId(clock)}, ${sellerId}, ${day}::text::date, ${kind}, 'drafting', ${clock.now()})
    on conflict (tenant_id, period_to, kind) do nothing`
  const [run] = await tx<OpenRun[]>`
    select id, state, approved_at as "approvedAt" from billing_run
    where tenant_id = ${sellerId} and period_to = ${day}::text::date and kind = ${kind}`
  return run!
}

async function makeDrafts(parts: RunParts, seller: Seller, runId: string, isOver: () => boolean): Promise<number> {
  let stuck = 0
  let after: string | undefined = NOBODY
  while (after !== undefined && !isOver()) {
    const done: Awaited<ReturnType<typeof draftPortion>> = await draftPortion(parts, {
      seller,
      runId,
      after,
      limit: PORTION,
    })
    stuck += done.stuck.length
    for (const { invoiceId, failure } of done.stuck) {
      parts.log.warn('a draft has no taxes yet', { invoiceId, code: failure.code, reason: failure.message })
    }
    after = done.last
  }
  return stuck
}

async function issueAll(parts: RunParts, seller: Seller, runId: string, isOver: () => boolean): Promise<void> {
  while (!isOver() && (await issuePortion(parts, { seller, runId, limit: PORTION, actor: system })) > 0) {
    await postIssued(parts, { seller, limit: PORTION })
  }
}

async function postAll(parts: RunParts, seller: Seller, isOver: () => boolean): Promise<number> {
  let left = 0
  let isMore = true
  while (isMore && !isOver()) {
    const done = await postIssued(parts, { seller, limit: PORTION })
    left = done.left
    isMore = done.posted > 0
  }
  return left
}

async function noteState(tx: Tx, clock: Clock, runId: string, state: RunState): Promise<void> {
  await tx`
    update billing_run
    set state = ${state},
        drafted_at = case when ${state} <> 'drafting' then coalesce(drafted_at, ${clock.now()}) else drafted_at end,
        issued_at = case when ${state} = 'issued' then coalesce(issued_at, ${clock.now()}) else issued_at end
    where id = ${runId}`
}
