/** A payment by card begins as a row, before anybody is asked for money: whatever dies afterwards finds it there. */

import { newId, type Clock, type Micros } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { enqueue, jobKind } from '../../../../platform/jobs/index.ts'
import type { PayerAccount } from '../payer.ts'

/** Goes on with a payment whose end nobody knows yet; tried for three days. */
export const advanceJob = jobKind<{ paymentId: string }>('payments.advance', { attempts: 80, firstRetryMs: 15_000 })

/** Nobody is asked before this: whoever created it usually goes on at once. */
const LOOK_AGAIN_MS = 20_000

export type NewPayment = {
  readonly payer: PayerAccount
  readonly amountMicros: Micros
  readonly invoiceId: string | null
  /** The stored card, when it is one. */
  readonly methodId: string | null
  readonly origin: 'manual' | 'automatic'
  readonly attempt: number
  readonly createdBy: string | null
}

/** Writes the row with its job; undefined when this very attempt is there already. */
export async function createPayment(tx: Tx, clock: Clock, wanted: NewPayment): Promise<string | undefined> {
  const { payer, amountMicros, invoiceId, methodId, origin, attempt, createdBy } = wanted
  const id = newId(clock)
  const made = await tx`
    insert into payment
      (id, tenant_id, seller_id, account_id, method, origin, status, amount_micros, currency, invoice_id, method_id,
       attempt, created_by, created_at)
    values
      (${id}, ${payer.tenantId}, ${payer.sellerId}, ${payer.accountId}, 'card', ${origin}, 'created', ${amountMicros},
       ${payer.currency}, ${invoiceId}, ${methodId}, ${attempt}, ${createdBy}, ${clock.now()})
    on conflict (invoice_id, method_id, attempt) where origin = 'automatic' do nothing returning id`
  if (made.length === 0) return undefined
  const job = {
    tenantId: payer.tenantId,
    payload: { paymentId: id },
    runAt: clock.now() + LOOK_AGAIN_MS,
    uniqueKey: id,
  }
  await enqueue(tx, clock, advanceJob, job)
  return id
}
