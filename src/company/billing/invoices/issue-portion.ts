/**
 * Issues drafts: number, day to pay by, state, all in one transaction, so that numbers have no gaps; then the entries
 * in the ledger, under the invoice's own id, so that asking again after a crash posts nothing twice.
 */

import { isoInstant, type Clock, type Micros } from '../../../base/index.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { BillingPosting } from '../../ledger/index.ts'
import type { Actor } from '../../../platform/transitions/index.ts'
import type { Seller } from '../policy.ts'
import { startOf } from './due-accounts.ts'
import { moveInvoices } from './invoice-status.ts'

/** The ids that are on disk; what is missing is asked for again. */
export type PostBilling = (postings: readonly BillingPosting[]) => Promise<readonly string[]>

export type IssueParts = { readonly db: Db; readonly clock: Clock; readonly post: PostBilling }

type Issue = {
  readonly seller: Seller
  readonly runId: string
  readonly limit: number
  readonly actor: Actor
}

/** Issues the next drafts of a run that have their lines; says how many. */
export async function issuePortion({ db, clock }: IssueParts, { seller, runId, limit, actor }: Issue): Promise<number> {
  return db.as({ tenantPath: seller.path }, async (tx) => {
    const rows = await tx<{ id: string; zone: string }[]>`
      select id, zone from invoice where run_id = ${runId} and status = 'draft' and drafted_at is not null
      order by billed ->> 'accountCode', id limit ${limit}`
    if (rows.length === 0) return 0
    const first = await takeNumbers(tx, seller.id, 'invoice', rows.length)
    const { invoicePrefix, dueDays } = seller.policy
    const numbers = rows.map((_, at) => first + BigInt(at))
    const now = clock.now()
    await tx`
      update invoice set number = made.number, number_in_series = made.place, issued_at = ${now}, due_at = made.due_at
      from unnest(${rows.map(({ id }) => id)}::uuid[],
                  ${numbers.map((number) => numberText(invoicePrefix, number))}::text[],
                  ${numbers.map(String)}::text[]::bigint[],
                  ${rows.map(({ zone }) => isoInstant(dueAt(now, zone, dueDays)))}::text[]::timestamptz[])
        as made (id, number, place, due_at)
      where invoice.id = made.id`
    const ids = rows.map(({ id }) => id)
    const moved = await moveInvoices(tx, clock, { ids, to: 'issued', actor, reason: 'the billing run issued it' })
    if (!moved.ok) throw new Error(moved.failure.message)
    return rows.length
  })
}

/** The end of the last day on which it is paid in time. */
function dueAt(now: number, zone: string, dueDays: number): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  return startOf(today.add({ days: dueDays + 1 }).toString(), zone)
}

/** `NV-000123`. */
export function numberText(prefix: string, number: bigint): string {
  return `${prefix}${String(number).padStart(6, '0')}`
}

/** Takes the next numbers of a series; who rolls back gives them back. The first of them. */
export async function takeNumbers(
  tx: Tx,
  sellerId: string,
  series: 'invoice' | 'credit_note',
  count: number,
): Promise<bigint> {
  const [row] = await tx<{ latest: bigint }[]>`
    insert into document_series (tenant_id, series, latest) values (${sellerId}, ${series}, ${count})
    on conflict (tenant_id, series) do update set latest = document_series.latest + excluded.latest
    returning latest`
  return row!.latest - BigInt(count) + 1n
}

type Unposted = {
  readonly id: string
  readonly accountId: string
  readonly number: string
  readonly issuedAt: number
  readonly feesMicros: Micros
  readonly taxMicros: Micros
  readonly roundingMicros: Micros
}

/** Posts what is issued and not in the ledger yet, a portion; says how many were left out. */
export async function postIssued(
  { db, clock, post }: IssueParts,
  { seller, limit }: { readonly seller: Seller; readonly limit: number },
): Promise<{ readonly posted: number; readonly left: number }> {
  const scope = { tenantPath: seller.path }
  const rows = await db.as(scope, (tx) => readUnposted(tx, seller.id, limit))
  if (rows.length === 0) return { posted: 0, left: 0 }
  const postings = rows.flatMap(postingOf)
  const done = new Set(postings.length === 0 ? [] : await post(postings))
  const empty = rows.filter((row) => partsOf(row).length === 0)
  const posted = [...rows.filter(({ id }) => done.has(id)), ...empty].map(({ id }) => id)
  if (posted.length > 0) {
    await db.as(
      scope,
      (tx) => tx`
      update invoice set posted_at = ${clock.now()} where id = any(${posted}::uuid[]) and posted_at is null`,
    )
  }
  return { posted: posted.length, left: rows.length - posted.length }
}

function readUnposted(tx: Tx, sellerId: string, limit: number) {
  return tx<Unposted[]>`
    select invoice.id, invoice.account_id as "accountId", number, issued_at as "issuedAt", tax_micros as "taxMicros",
           coalesce(own.fees, 0)::bigint as "feesMicros",
           (net_micros - coalesce(own.exact, 0))::bigint as "roundingMicros"
    from invoice
    left join lateral (
      select sum(amount_micros) as exact,
             sum(amount_micros) filter (where kind in ('activation', 'partial', 'monthly', 'credit')) as fees
      from invoice_line where invoice_id = invoice.id) as own on true
    where seller_id = ${sellerId} and posted_at is null and issued_at is not null and status <> 'draft'
    order by invoice.id limit ${limit}`
}

function partsOf({ feesMicros, taxMicros, roundingMicros }: Unposted): BillingPosting['parts'] {
  const all = [
    { book: 'revenue', owedMicros: feesMicros },
    { book: 'tax', owedMicros: taxMicros },
    { book: 'rounding', owedMicros: roundingMicros },
  ] as const
  return all.filter(({ owedMicros }) => owedMicros !== 0n)
}

function postingOf(row: Unposted): BillingPosting[] {
  const parts = partsOf(row)
  if (parts.length === 0) return []
  const { id: postingId, accountId, number, issuedAt: occurredAt } = row
  return [{ postingId, accountId, kind: 'invoice', parts, occurredAt, reason: number, createdBy: undefined }]
}
