/** Cheques that went to the bank together: one deposit, one line on the statement. */

import { newId, ok, type Clock, type Failure, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { noBatch } from '../errors.ts'

/** Batches cheques of a seller's customers; its id. */
export async function depositCheques(
  tx: Tx,
  clock: Clock,
  wanted: {
    readonly sellerId: string
    readonly paymentIds: readonly string[]
    readonly bank: string
    readonly depositedOn: string
    readonly createdBy: string
  },
): Promise<Result<string, Failure<'payments.no_batch'>>> {
  const { sellerId, paymentIds, bank, depositedOn, createdBy } = wanted
  const cheques = await tx<{ id: string; amount: bigint; currency: string }[]>`
    select payment.id, payment.amount_micros as amount, payment.currency
    from cheque join payment on payment.id = cheque.payment_id
    where payment.id = any(${[...paymentIds]}::uuid[]) and payment.seller_id = ${sellerId} and cheque.batch_id is null
      and payment.status in ('received', 'posted') for update of cheque`
  const currency = cheques[0]?.currency
  const isWhole = cheques.length === new Set(paymentIds).size && cheques.every((one) => one.currency === currency)
  if (currency === undefined || !isWhole) return noBatch
  const id = newId(clock)
  const total = cheques.reduce((sum, { amount }) => sum + amount, 0n)
  await tx`
    insert into deposit_batch (id, tenant_id, bank, total_micros, currency, deposited_on, created_by, created_at)
    values (${id}, ${sellerId}, ${bank}, ${total}, ${currency}, ${depositedOn}::text::date, ${createdBy},
            ${clock.now()})`
  await tx`update cheque set batch_id = ${id} where payment_id = any(${[...paymentIds]}::uuid[])`
  return ok(id)
}
