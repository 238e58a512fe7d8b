/**
 * Money that was received is posted: by `charge`, under the payment's own id, then allocated. Every step may be done
 * again: whatever died in between goes on where it stopped, and nothing is posted or allocated twice.
 */

import { ok, type Failure, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Actor } from '../../../platform/transitions/index.ts'
import { allocatePayment } from './allocation/allocate.ts'
import { ledgerAway, noSuchPayment, notPosted } from './errors.ts'
import { invoicesOf, unappliedOf } from './allocation/open-invoices.ts'
import { mailReceipt } from './notices.ts'
import { inHouse, type PaymentParts } from './parts.ts'
import { movePayment, systemActor } from './payment-status.ts'
import { policyOf } from './policy.ts'
import { readPayment, type PaymentRow } from './read-payments.ts'
import { settleDunning } from './dunning/settle-dunning.ts'

const DAY_MS = 86_400_000

/** Posts a received payment; one that is posted already is left as it is. */
export async function postReceived(
  parts: PaymentParts,
  paymentId: string,
  by: { readonly actor: Actor; readonly rule: string | undefined } = { actor: systemActor, rule: 'card processor' },
): Promise<Result<PaymentRow, Failure>> {
  const before = await inHouse(parts, async (tx) => {
    const payment = await readPayment(tx, paymentId)
    return payment && { payment, reopens: payment.status === 'received' && (await reopens(parts, tx, payment)) }
  })
  if (!before) return noSuchPayment
  const { payment } = before
  if (payment.status === 'posted') return ok(payment)
  if (payment.status !== 'received') return notPosted
  const posted = await parts.ledger.pay({
    postingId: payment.id,
    accountId: payment.accountId,
    amountMicros: payment.amountMicros,
    occurredAt: payment.receivedAt ?? payment.createdAt,
    reason: describe(payment),
    createdBy: by.actor.id,
    reopensAccount: before.reopens,
  })
  if (!posted.ok) return posted.failure.code === 'ledger.unavailable' ? ledgerAway : posted
  return inHouse(parts, (tx) => finish(parts, tx, paymentId, by))
}

/** What the ledger says of it. */
function describe({ method, reference, cardBrand, cardLast4 }: PaymentRow): string {
  const what = method === 'card' ? `card ${cardBrand ?? ''} ${cardLast4 ?? ''}`.trim() : method
  return [what, reference].filter(Boolean).join(' ').slice(0, 500)
}

async function finish(
  parts: PaymentParts,
  tx: Tx,
  paymentId: string,
  { actor, rule }: { readonly actor: Actor; readonly rule: string | undefined },
): Promise<Result<PaymentRow, Failure>> {
  const { clock } = parts
  const payment = await readPayment(tx, paymentId, true)
  if (!payment) return noSuchPayment
  if (payment.status !== 'received') return ok(payment)
  await tx`
    update payment set posted_at = ${clock.now()}, posted_by = ${actor.id ?? null},
      posted_rule = ${actor.id === undefined ? (rule ?? 'automatic') : null}
    where id = ${paymentId}`
  const moved = await movePayment(tx, clock, { id: paymentId, to: 'posted', actor, reason: rule ?? 'posted' })
  if (!moved.ok) return moved
  const { tenantId, accountId, invoiceId: namedId } = payment
  const shares = await allocatePayment(tx, clock, { id: paymentId, tenantId, accountId, namedId, actor })
  await settleDunning(tx, clock, accountId)
  await mailReceipt(parts, tx, payment, shares)
  return ok((await readPayment(tx, paymentId))!)
}

/** Whether it pays all that is overdue; a cheque does not restore service before its days are over. */
async function reopens({ clock }: PaymentParts, tx: Tx, payment: PaymentRow): Promise<boolean> {
  const { accountId, sellerId, method, amountMicros } = payment
  const now = clock.now()
  const { chequeHoldDays } = await policyOf(tx, sellerId)
  const receivedAt = payment.receivedAt ?? payment.createdAt
  if (method === 'cheque' && now < receivedAt + chequeHoldDays * DAY_MS) return false
  const overdue = (await invoicesOf(tx, accountId)).filter(({ dueAt }) => dueAt < now)
  const overdueMicros = overdue.reduce((sum, { openMicros }) => sum + openMicros, 0n)
  const credit = (await unappliedOf(tx, accountId)).reduce((sum, { leftMicros }) => sum + leftMicros, 0n)
  // A payment that names an invoice pays it first: all of it must still reach what is overdue.
  const named = (await invoicesOf(tx, accountId)).find(({ id, dueAt }) => id === payment.invoiceId && dueAt >= now)
  const elsewhere = named ? (named.openMicros < amountMicros ? named.openMicros : amountMicros) : 0n
  return amountMicros - elsewhere + credit >= overdueMicros
}
