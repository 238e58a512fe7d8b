/** Lines of bank statements as rows. */

import type { Tx } from '../../../../platform/db/index.ts'
import type { StatementLine } from './statement.ts'

export type LineRow = StatementLine & {
  readonly id: string
  readonly status: 'open' | 'posted' | 'ignored'
  readonly paymentId: string | null
  readonly fileName: string
}

/** Lines of a seller that came in, the oldest first. */
export function readLines(
  tx: Tx,
  filter: { readonly sellerId?: string; readonly status?: LineRow['status']; readonly id?: string },
): Promise<readonly LineRow[]> {
  const { sellerId, status, id } = filter
  return tx<LineRow[]>`
    select line.id, booked_on as "bookedOn", line.amount_micros as "amountMicros", line.currency, payer,
           payer_account as "payerAccount", remittance, line.reference, line.status, payment_id as "paymentId",
           bank_statement.file_name as "fileName"
    from statement_line as line join bank_statement on bank_statement.id = line.statement_id
    where line.amount_micros > 0
      ${sellerId === undefined ? tx`` : tx`and line.tenant_id = ${sellerId}`}
      ${status === undefined ? tx`` : tx`and line.status = ${status}`}
      ${id === undefined ? tx`` : tx`and line.id = ${id}`}
    order by booked_on, line.id limit 1000`
}
