/** What is open of an account's invoices: total less what was allocated and credited, the oldest first. */

import type { Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import type { InvoiceStatus } from '../../tables.ts'

export type OpenInvoice = {
  readonly id: string
  readonly number: string
  readonly status: InvoiceStatus
  readonly issuedAt: number
  readonly dueAt: number
  readonly totalMicros: Micros
  readonly openMicros: Micros
}

/** Issued invoices of an account with what is open of each; `withPaid` gives those of which nothing is, too. */
export function invoicesOf(tx: Tx, accountId: string, withPaid = false): Promise<readonly OpenInvoice[]> {
  return tx<OpenInvoice[]>`
    select * from (
      select invoice.id, invoice.number, invoice.status, invoice.issued_at as "issuedAt", invoice.due_at as "dueAt",
             invoice.total_micros as "totalMicros",
             (invoice.total_micros
               - coalesce((select sum(amount_micros) from allocation where invoice_id = invoice.id), 0)
               - coalesce((select sum(total_micros) from credit_note where invoice_id = invoice.id), 0)
             )::bigint as "openMicros"
      from invoice where invoice.account_id = ${accountId} and invoice.status not in ('draft', 'void')
    ) as every
    where ${withPaid} or "openMicros" > 0
    order by "dueAt", number`
}

/** What of an account's payments pays no invoice yet, the oldest first. */
export function unappliedOf(tx: Tx, accountId: string): Promise<readonly { id: string; leftMicros: Micros }[]> {
  return tx<{ id: string; leftMicros: Micros }[]>`
    select * from (
      select payment.id, payment.posted_at,
             (payment.amount_micros - payment.refunded_micros
               - coalesce((select sum(amount_micros) from allocation where payment_id = payment.id), 0)
             )::bigint as "leftMicros"
      from payment where payment.account_id = ${accountId} and payment.status in ('posted', 'disputed')
    ) as every
    where "leftMicros" > 0 order by posted_at, id`
}
