/** Money that goes back: a cheque that bounced, a debit that was returned, a dispute that was lost, a refund. */

import { newId, ok, type Failure, type Result } from '../../../base/index.ts'
import type { Actor } from '../../../platform/transitions/index.ts'
import { unallocate } from './allocation/allocate.ts'
import { ledgerAway, noSuchPayment, notPosted } from './errors.ts'
import { mailReversal } from './notices.ts'
import { inHouse, type PaymentParts } from './parts.ts'
import { movePayment } from './payment-status.ts'
import { readPayment, type PaymentRow } from './read-payments.ts'
import { settleDunning } from './dunning/settle-dunning.ts'

/** Reverses a posted payment whole: its invoices are open again, what it paid is owed again. */
export async function reversePayment(
  parts: PaymentParts,
  paymentId: string,
  { actor, why }: { readonly actor: Actor; readonly why: string },
): Promise<Result<PaymentRow, Failure>> {
  const { clock } = parts
  const known = await inHouse(parts, async (tx) => {
    const payment = await readPayment(tx, paymentId, true)
    if (payment?.status !== 'posted' && payment?.status !== 'disputed') return payment
    // The id of the posting is fixed before it is made: done again, it is the same one.
    await tx`
      update payment set reversal_id = coalesce(reversal_id, ${newId(clock)}), reversed_why = ${why.slice(0, 300)}
      where id = ${paymentId}`
    const [row] = await tx<{ reversalId: string }[]>`
      select reversal_id as "reversalId" from payment where id = ${paymentId}`
    return { ...payment, reversalId: row!.reversalId }
  })
  if (!known) return noSuchPayment
  if (known.status === 'reversed') return ok(known)
  if (!('reversalId' in known)) return notPosted
  const { accountId, tenantId, amountMicros, refundedMicros } = known
  const left = amountMicros - refundedMicros
  if (left > 0n) {
    const posted = await parts.ledger.giveBack({
      postingId: known.reversalId,
      accountId,
      amountMicros: left,
      occurredAt: clock.now(),
      reason: `${known.method} returned: ${why}`.slice(0, 500),
      createdBy: actor.id,
    })
    if (!posted.ok) return posted.failure.code === 'ledger.unavailable' ? ledgerAway : posted
  }
  return inHouse(parts, async (tx) => {
    const payment = await readPayment(tx, paymentId, true)
    if (payment?.status === 'reversed') return ok(payment)
    const moved = await movePayment(tx, clock, { id: paymentId, to: 'reversed', actor, reason: why })
    if (!moved.ok) return moved
    await unallocate(tx, clock, {
      id: paymentId,
      tenantId,
      accountId,
      amountMicros: left,
      actor,
      reason: why.slice(0, 300),
    })
    await settleDunning(tx, clock, accountId)
    await mailReversal(parts, tx, known, why)
    return ok((await readPayment(tx, paymentId))!)
  })
}
