/** Money and messages of the small tree: a payment, its refund, a bank's statement, a debt, a message in a mailbox. */

import { newId, type Clock } from '../../base/index.ts'
import type { Sql } from '../../../test/database.ts'

export type PaymentOf = {
  readonly customerId: string
  readonly sellerId: string
  readonly extensionId: string
  /** Stands in rows of this customer only. */
  readonly mark: string
  readonly sellerMark: string
}

/** Rows of one customer, and the statement of his seller that tells of him. */
export async function addPayments(
  { ownerSql, clock }: { readonly ownerSql: Sql; readonly clock: Clock },
  { customerId, sellerId, extensionId, mark, sellerMark }: PaymentOf,
): Promise<void> {
  const at = clock.now()
  const paymentId = newId(clock)
  const statementId = newId(clock)
  // Any 64 hexadecimal digits, other ones for each customer.
  const key = customerId.replaceAll('-', '').repeat(2)
  await ownerSql`
    insert into payment (id, tenant_id, seller_id, account_id, method, origin, status, amount_micros, currency,
                         reference, created_at, received_at, posted_at)
    select ${paymentId}, tenant_id, ${sellerId}, id, 'eft', 'manual', 'posted', 10000, 'CAD', ${mark}, ${at}, ${at},
           ${at}
    from account where tenant_id = ${customerId} and kind = 'customer'`
  await ownerSql`
    insert into refund (id, tenant_id, payment_id, amount_micros, reason, status, asked_by, created_at)
    values (${newId(clock)}, ${customerId}, ${paymentId}, 10000, ${mark}, 'asked', ${newId(clock)}, ${at})`
  await ownerSql`
    insert into expected_payment (id, tenant_id, customer_id, method, payer, reference, note, source, status,
                                  created_at)
    values (${newId(clock)}, ${sellerId}, ${customerId}, 'eft', ${sellerMark}, '', '', 'portal', 'open', ${at})`
  await ownerSql`
    insert into bank_statement (id, tenant_id, sha256, format, file_name, account, currency, line_count, new_count,
                                imported_at)
    values (${statementId}, ${sellerId}, ${key}, 'ofx', ${sellerMark}, '1', 'CAD', 1, 1, ${at})`
  await ownerSql`
    insert into statement_line (id, tenant_id, statement_id, line_key, booked_on, amount_micros, currency, payer,
                                payer_account, remittance, reference, status)
    values (${newId(clock)}, ${sellerId}, ${statementId}, ${key}, '2025-11-20', 10000, 'CAD', ${sellerMark}, '', '', '',
            'open')`
  const mapping = JSON.stringify({
    account: 'a',
    currency: 'CAD',
    date: 'd',
    dateOrder: 'ymd',
    amount: 'm',
    remittance: [],
  })
  await ownerSql`
    insert into statement_mapping (id, tenant_id, name, mapping, created_at)
    values (${newId(clock)}, ${sellerId}, ${sellerMark},
            ${mapping}::text::jsonb,
            ${at})
    on conflict (tenant_id, name) do nothing`
  await ownerSql`
    insert into dunning (id, tenant_id, account_id, stage, looked_at)
    select ${newId(clock)}, tenant_id, id, 'overdue', ${at} from account
    where tenant_id = ${customerId} and kind = 'customer'`
  await ownerSql`
    insert into voice_message (id, tenant_id, extension_id, call_id, from_number, from_name, left_at, duration_ms)
    values (${newId(clock)}, ${customerId}, ${extensionId}, ${mark}, '+14165550199', ${mark}, ${at}, 1000)`
}
