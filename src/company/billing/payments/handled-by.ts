/** Whether money is the caller's to handle: only who is paid says that he was, so that nobody posts what he owes. */

import type { Tx } from '../../../platform/db/index.ts'
import { payerOf, type PayerAccount } from './payer.ts'
import { readPayment, type PaymentRow } from './read-payments.ts'

async function isInSight(tx: Tx, sellerId: string): Promise<boolean> {
  return (await tx`select 1 from tenant where id = ${sellerId}`).length > 0
}

/** A payer whose seller is in the caller's sight. */
export async function handledPayer(tx: Tx, tenantId: string): Promise<PayerAccount | undefined> {
  const payer = await payerOf(tx, tenantId)
  return payer && (await isInSight(tx, payer.sellerId)) ? payer : undefined
}

/** A payment to a seller in the caller's sight. */
export async function handledPayment(tx: Tx, id: string): Promise<PaymentRow | undefined> {
  const payment = await readPayment(tx, id)
  return payment && (await isInSight(tx, payment.sellerId)) ? payment : undefined
}
