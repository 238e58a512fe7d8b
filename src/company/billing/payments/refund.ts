/** Refunds: asked for by one person, above the seller's limit decided by another, then paid out and posted once. */

import { newId, ok, type Failure, type Micros, type Result } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Actor } from '../../../platform/transitions/index.ts'
import { unallocate } from './allocation/allocate.ts'
import { badAmount, gatewayAway, ledgerAway, noSuchPayment, noSuchRefund, secondPerson, tooMuch } from './errors.ts'
import { notPosted } from './errors.ts'
import { inHouse, type PaymentParts } from './parts.ts'
import { movePayment } from './payment-status.ts'
import { policyOf } from './policy.ts'
import { readPayment } from './read-payments.ts'
import { settleDunning } from './dunning/settle-dunning.ts'

export type RefundRow = {
  readonly id: string
  readonly tenantId: string
  readonly paymentId: string
  readonly amountMicros: Micros
  readonly reason: string
  readonly status: 'asked' | 'approved' | 'paid_out' | 'done' | 'refused'
  readonly askedBy: string
  readonly decidedBy: string | null
}

async function readRefund(tx: Tx, id: string): Promise<RefundRow | undefined> {
  const [row] = await tx<RefundRow[]>`
    select id, tenant_id as "tenantId", payment_id as "paymentId", amount_micros as "amountMicros", reason, status,
           asked_by as "askedBy", decided_by as "decidedBy"
    from refund where id = ${id}`
  return row
}

const lookAt = (parts: PaymentParts, id: string): Promise<RefundRow | undefined> =>
  inHouse(parts, (tx) => readRefund(tx, id))

/** Asks for a refund; a small one is done at once, a large one waits for a second person. */
export async function askRefund(
  parts: PaymentParts,
  asked: {
    readonly paymentId: string
    readonly amountMicros: Micros
    readonly reason: string
    readonly actor: Actor & { readonly id: string }
  },
): Promise<Result<RefundRow, Failure>> {
  const { clock } = parts
  const { paymentId, amountMicros, reason, actor } = asked
  if (amountMicros <= 0n || amountMicros % 10_000n !== 0n) return badAmount
  const made = await inHouse(parts, async (tx): Promise<Result<{ id: string; isLarge: boolean }, Failure>> => {
    const payment = await readPayment(tx, paymentId, true)
    if (!payment) return noSuchPayment
    if (payment.status !== 'posted') return notPosted
    const [waiting] = await tx<{ micros: Micros }[]>`
      select coalesce(sum(amount_micros), 0)::bigint as micros from refund
      where payment_id = ${paymentId} and status in ('asked', 'approved', 'paid_out')`
    if (payment.refundedMicros + waiting!.micros + amountMicros > payment.amountMicros) return tooMuch
    const { refundLimitMicros } = await policyOf(tx, payment.sellerId)
    const isLarge = amountMicros > refundLimitMicros
    const id = newId(clock)
    await tx`
      insert into refund (id, tenant_id, payment_id, amount_micros, reason, status, asked_by, created_at)
      values (${id}, ${payment.tenantId}, ${paymentId}, ${amountMicros}, ${reason}, ${isLarge ? 'asked' : 'approved'},
              ${actor.id}, ${clock.now()})`
    return ok({ id, isLarge })
  })
  if (!made.ok) return made
  return made.value.isLarge ? ok((await lookAt(parts, made.value.id))!) : payOut(parts, made.value.id, actor)
}

/** A second person says yes or no. */
export async function decideRefund(
  parts: PaymentParts,
  decided: { readonly refundId: string; readonly isApproved: boolean; readonly actor: Actor & { readonly id: string } },
): Promise<Result<RefundRow, Failure>> {
  const { refundId, isApproved, actor } = decided
  const known = await lookAt(parts, refundId)
  if (known?.status !== 'asked') return noSuchRefund
  if (known.askedBy === actor.id) return secondPerson
  await inHouse(
    parts,
    (tx) => tx`
      update refund set status = ${isApproved ? 'approved' : 'refused'}, decided_by = ${actor.id}
      where id = ${refundId} and status = 'asked'`,
  )
  return isApproved ? payOut(parts, refundId, actor) : ok((await lookAt(parts, refundId))!)
}

/** Pays out through the processor, posts, and closes; done again, it goes on where it stopped. */
export async function payOut(parts: PaymentParts, refundId: string, actor: Actor): Promise<Result<RefundRow, Failure>> {
  const { clock } = parts
  const refund = await lookAt(parts, refundId)
  if (!refund || refund.status === 'asked' || refund.status === 'refused') return noSuchRefund
  if (refund.status === 'done') return ok(refund)
  const payment = await inHouse(parts, (tx) => readPayment(tx, refund.paymentId))
  if (!payment) return noSuchPayment
  const { amountMicros } = refund
  if (refund.status === 'approved' && payment.intentRef !== null) {
    const gateway = await parts.gatewayOf(payment.sellerId)
    const { intentRef, currency } = payment
    const paid = await gateway?.refund({ key: `refund-${refund.id}`, intentRef, amountMicros, currency })
    if (!paid?.ok) return paid?.failure.code === 'gateways.refused' ? paid : gatewayAway
    await inHouse(
      parts,
      (tx) => tx`update refund set status = 'paid_out', refund_ref = ${paid.value} where id = ${refundId}`,
    )
  }
  const posted = await parts.ledger.giveBack({
    postingId: refund.id,
    accountId: payment.accountId,
    amountMicros,
    occurredAt: clock.now(),
    reason: `refund: ${refund.reason}`.slice(0, 500),
    createdBy: actor.id,
  })
  if (!posted.ok) return ledgerAway
  return inHouse(parts, async (tx) => {
    const { id, tenantId, accountId } = (await readPayment(tx, payment.id, true))!
    const closed = await tx`
      update refund set status = 'done', done_at = ${clock.now()}
      where id = ${refundId} and status <> 'done' returning id`
    if (closed.length > 0) {
      // Credit that pays nothing goes back first; only then invoices are open again.
      await tx`update payment set refunded_micros = refunded_micros + ${amountMicros} where id = ${id}`
      const [over] = await tx<{ micros: Micros }[]>`
        select greatest(coalesce((select sum(amount_micros) from allocation where payment_id = payment.id), 0)
                        + refunded_micros - amount_micros, 0)::bigint as micros
        from payment where id = ${id}`
      if (over!.micros > 0n) {
        await unallocate(tx, clock, { id, tenantId, accountId, amountMicros: over!.micros, reason: 'refunded' })
      }
      const after = (await readPayment(tx, id))!
      if (after.refundedMicros === after.amountMicros) {
        await movePayment(tx, clock, { id, to: 'refunded', actor, reason: refund.reason })
      }
      await settleDunning(tx, clock, accountId)
    }
    return ok((await readRefund(tx, refundId))!)
  })
}

/** Refunds that wait for a second person, the oldest first. */
export function listRefunds(tx: Tx): Promise<readonly RefundRow[]> {
  return tx<RefundRow[]>`
    select id, tenant_id as "tenantId", payment_id as "paymentId", amount_micros as "amountMicros", reason, status,
           asked_by as "askedBy", decided_by as "decidedBy"
    from refund where status = 'asked' order by created_at, id limit 200`
}
