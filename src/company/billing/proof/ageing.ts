/** What is owed since when, and the entries of a month for the accountant. */

import { formatMicros, type Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'

export type Aged = {
  readonly customerId: string
  readonly customerName: string
  readonly accountCode: string
  readonly currency: string
  readonly notDueMicros: Micros
  readonly upTo30Micros: Micros
  readonly upTo60Micros: Micros
  readonly upTo90Micros: Micros
  readonly olderMicros: Micros
  readonly balanceMicros: Micros
}

/** Invoices that are open at an instant, by the days since they were due. */
export function readAgeing(tx: Tx, at: number): Promise<readonly Aged[]> {
  return tx<Aged[]>`
    with open as (
      select tenant_id, account_id, currency, total_micros as owed,
             extract(epoch from ${at}::timestamptz - due_at) / 86400 as days
      from invoice where status in ('issued', 'part_paid', 'overdue'))
    select open.tenant_id as "customerId", tenant.name as "customerName",
           coalesce(customer.account_code, upper(tenant.slug)) as "accountCode", open.currency,
           coalesce(sum(owed) filter (where days <= 0), 0)::bigint as "notDueMicros",
           coalesce(sum(owed) filter (where days > 0 and days <= 30), 0)::bigint as "upTo30Micros",
           coalesce(sum(owed) filter (where days > 30 and days <= 60), 0)::bigint as "upTo60Micros",
           coalesce(sum(owed) filter (where days > 60 and days <= 90), 0)::bigint as "upTo90Micros",
           coalesce(sum(owed) filter (where days > 90), 0)::bigint as "olderMicros",
           coalesce(max(balance.balance_micros), 0)::bigint as "balanceMicros"
    from open
    join tenant on tenant.id = open.tenant_id
    left join customer on customer.tenant_id = open.tenant_id
    left join account_balance as balance on balance.account_id = open.account_id
    group by open.tenant_id, tenant.name, tenant.slug, customer.account_code, open.currency
    order by sum(owed) desc, tenant.name collate "C" limit 1000`
}

type JournalRow = {
  readonly day: string
  readonly kind: string
  readonly book: string
  readonly currency: string
  readonly debit: Micros
  readonly credit: Micros
}

/** Sums of a range of days (UTC) by day, kind of posting and book. */
export async function* journalLines(
  transaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>,
  { from, to }: { readonly from: string; readonly to: string },
): AsyncGenerator<readonly string[]> {
  yield ['day', 'kind', 'book', 'currency', 'debit', 'credit']
  const rows = await transaction(
    (tx) => tx<JournalRow[]>`
    select (posting.posted_at at time zone 'UTC')::date as day, posting.kind, account.kind as book, entry.currency,
           coalesce(sum(entry.amount_micros) filter (where entry.amount_micros > 0), 0)::bigint as debit,
           coalesce(-sum(entry.amount_micros) filter (where entry.amount_micros < 0), 0)::bigint as credit
    from posting
    join ledger_entry as entry on entry.posting_id = posting.id
    join account on account.id = entry.account_id
    where posting.posted_at >= ${from}::text::timestamp at time zone 'UTC'
      and posting.posted_at < ${to}::text::timestamp at time zone 'UTC'
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
  )
  for (const { day, kind, book, currency, debit, credit } of rows) {
    yield [day, kind, book, currency, formatMicros(debit), formatMicros(credit)]
  }
}
