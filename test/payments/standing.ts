/** What the ledger, the payments and the invoices of one customer say, in cents. */

import type { Customer, PaymentHouse } from './payment-house.ts'

export type Standing = {
  readonly posted: number
  readonly ledger: number
  readonly allocated: number
  readonly open: number
  readonly payments: number
}

/** Reads all of it at once. */
export async function standing({ sql }: PaymentHouse, { tenantId, accountId }: Customer): Promise<Standing> {
  const [row] = await sql<Standing[]>`
    select (select coalesce(sum(amount_micros - refunded_micros), 0)::bigint / 10000 from payment
            where tenant_id = ${tenantId} and status in ('posted', 'disputed', 'refunded'))::int as posted,
           (select coalesce(-sum(entry.amount_micros), 0)::bigint / 10000 from ledger_entry as entry
            join posting on posting.id = entry.posting_id
            where entry.account_id = ${accountId} and posting.kind = 'payment')::int as ledger,
           (select coalesce(sum(amount_micros), 0)::bigint / 10000 from allocation
            where tenant_id = ${tenantId})::int as allocated,
           (select coalesce(sum(total_micros), 0)::bigint / 10000 from invoice
            where tenant_id = ${tenantId} and status <> 'paid')::int as open,
           (select count(*) from payment where tenant_id = ${tenantId})::int as payments`
  return row!
}
