/** Bank money that a person enters: it stands in the posting queue ("received, being posted") until one posts it. */

import { newId, ok, type Clock, type Failure, type Micros, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { badAmount, noAccount } from '../errors.ts'
import { payerOf } from '../payer.ts'

export type BankMethod = 'etransfer' | 'eft' | 'cheque' | 'debit' | 'other'

export type EnteredPayment = {
  readonly tenantId: string
  readonly method: BankMethod
  readonly amountMicros: Micros
  readonly invoiceId: string | null
  readonly reference: string
  /** `YYYY-MM-DD`: when the bank had it. */
  readonly valueDate: string
  readonly cheque?: Cheque | undefined
  readonly createdBy: string | null
}

export type Cheque = {
  readonly number: string
  readonly datedOn: string
  readonly scan: { readonly type: 'image/png' | 'image/jpeg' | 'application/pdf'; readonly bytes: Buffer } | undefined
}

/** Puts it into the queue; its id. */
export async function enterPayment(tx: Tx, clock: Clock, entered: EnteredPayment): Promise<Result<string, Failure>> {
  const { tenantId, method, amountMicros, invoiceId, reference, valueDate, cheque, createdBy } = entered
  if (amountMicros <= 0n || amountMicros % 10_000n !== 0n) return badAmount
  const payer = await payerOf(tx, tenantId)
  if (!payer) return noAccount
  const id = newId(clock)
  const now = clock.now()
  await tx`
    insert into payment
      (id, tenant_id, seller_id, account_id, method, origin, status, amount_micros, currency, invoice_id, reference,
       value_date, cheque_on, created_by, created_at, received_at)
    values
      (${id}, ${tenantId}, ${payer.sellerId}, ${payer.accountId}, ${method}, 'manual', 'received', ${amountMicros},
       ${payer.currency}, ${invoiceId}, ${reference}, ${valueDate}::text::date, ${cheque?.datedOn ?? null}::text::date,
       ${createdBy}, ${now}, ${now})`
  if (cheque) {
    await tx`
      insert into cheque (payment_id, tenant_id, number, dated_on, scan_type, scan)
      values (${id}, ${tenantId}, ${cheque.number}, ${cheque.datedOn}::text::date, ${cheque.scan?.type ?? null},
              ${cheque.scan?.bytes ?? null})`
  }
  return ok(id)
}
