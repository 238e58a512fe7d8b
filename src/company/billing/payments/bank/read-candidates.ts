/** Everybody who may have paid a seller: name, account ID, open invoices, and the payers that are known to be him. */

import type { Tx } from '../../../../platform/db/index.ts'
import type { Candidate } from './match-line.ts'

type Row = Omit<Candidate, 'invoices' | 'knownPayers'> & {
  readonly invoices: readonly { id: string; number: string; open: string; issuedOn: string }[] | null
  readonly knownPayers: readonly string[] | null
}

/** The customers of a seller; two contradicting confirmations silence a payer. */
export async function readCandidates(tx: Tx, sellerId: string): Promise<readonly Candidate[]> {
  const rows = await tx<Row[]>`
    select tenant.id as "customerId", tenant.name, coalesce(customer.account_code, '') as "accountNumber",
           account.currency, coalesce(balance.balance_micros, 0) as "balanceMicros",
           (select jsonb_agg(jsonb_build_object('id', id, 'number', number, 'open', open::text, 'issuedOn', issued_on)
                             order by due_at, number)
            from (
              select invoice.id, invoice.number, invoice.due_at, to_char(invoice.issued_at, 'YYYY-MM-DD') as issued_on,
                     invoice.total_micros
                       - coalesce((select sum(amount_micros) from allocation where invoice_id = invoice.id), 0)
                       - coalesce((select sum(total_micros) from credit_note where invoice_id = invoice.id), 0) as open
              from invoice where invoice.account_id = account.id and invoice.status not in ('draft', 'void', 'paid')
            ) as one where open > 0) as invoices,
           (select array_agg(fingerprint) from payer_fingerprint
            where tenant_id = ${sellerId} and customer_id = tenant.id and contradicted < 2) as "knownPayers"
    from tenant
    join account on account.tenant_id = tenant.id and account.kind in ('customer', 'wholesale')
    left join customer on customer.tenant_id = tenant.id
    left join account_balance as balance on balance.account_id = account.id
    where tenant.parent_id = ${sellerId}`
  return rows.map(({ invoices, knownPayers, ...one }) => ({
    ...one,
    invoices: (invoices ?? []).map(({ open, ...invoice }) => ({ ...invoice, openMicros: BigInt(open) })),
    knownPayers: new Set(knownPayers),
  }))
}
