/**
 * Brings a card payment as far as the processor says: asks it to charge when it was never asked, else reads how far it
 * came. "Unknown: poll, never charge twice." Webhooks, jobs and people all come through here, in any order and number.
 */

import { ok, type Failure, type Result } from '../../../../base/index.ts'
import type { Tx } from '../../../../platform/db/index.ts'
import { gatewayAway, noAccount, noGateway, noSuchPayment } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { payerOf } from '../payer.ts'
import { movePayment, type PaymentStatus } from '../payment-status.ts'
import { postReceived } from '../post-payment.ts'
import { readPayment, type PaymentRow } from '../read-payments.ts'
import { customerRefOf } from './customer-ref.ts'
import type { CardGateway, IntentState } from './gateway.ts'
import { tellDeclined } from './tell-declined.ts'

/** What the browser needs when the cardholder has to do something. */
export type Advanced = { readonly payment: PaymentRow; readonly clientSecret: string | undefined }

/** The processor forgets keys after a day: from then on an intent is looked for before another one is made. */
const KEY_LIVES_MS = 20 * 3_600_000

/** Goes on with a payment; `methodRef` is the card to charge when it is not the stored one. */
export async function advancePayment(
  parts: PaymentParts,
  paymentId: string,
  methodRef?: string,
): Promise<Result<Advanced, Failure>> {
  const payment = await inHouse(parts, (tx) => readPayment(tx, paymentId))
  if (!payment) return noSuchPayment
  if (payment.status === 'received') return posted(parts, paymentId)
  if (!['created', 'action', 'processing'].includes(payment.status)) return ok({ payment, clientSecret: undefined })
  const gateway = await parts.gatewayOf(payment.sellerId)
  if (!gateway) return noGateway
  const asked = await askProcessor(parts, gateway, payment, methodRef)
  if (!asked.ok) {
    if (asked.failure.code !== 'gateways.refused') return asked
    // Clearly not done: nothing was charged, and asking again would not help.
    const decline = { kind: 'hard' as const, code: 'refused', message: 'the card processor refused the payment' }
    const none = { ref: '', clientSecret: '', amountMicros: payment.amountMicros, card: undefined }
    return record(parts, paymentId, { ...none, status: 'failed', decline })
  }
  if (!asked.value) return ok({ payment, clientSecret: undefined })
  return record(parts, paymentId, asked.value)
}

async function askProcessor(
  parts: PaymentParts,
  gateway: CardGateway,
  payment: PaymentRow,
  given: string | undefined,
): Promise<Result<IntentState | undefined, Failure>> {
  if (payment.intentRef !== null) return asFailure(await gateway.readPayment(payment.intentRef))
  const known = await inHouse(parts, async (tx) => {
    const payer = await payerOf(tx, payment.tenantId)
    const [card] = await tx<{ methodRef: string }[]>`
      select method_ref as "methodRef" from payment_method where id = ${payment.methodId}`
    return payer && { payer, methodRef: given ?? card?.methodRef }
  })
  if (!known) return noAccount
  const customer = await customerRefOf(parts, gateway, known.payer)
  if (!customer.ok) return asFailure(customer)
  const { amountMicros, currency, id: paymentId, origin } = payment
  const isOld = parts.clock.now() - payment.createdAt > KEY_LIVES_MS
  const { methodRef } = known
  if (isOld || methodRef === undefined) {
    const found = await gateway.findPayment(customer.value, paymentId)
    if (!found.ok) return asFailure(found)
    if (found.value) return ok(found.value)
    // Nobody has charged anything; whoever began to pay went away before his card was known.
    if (methodRef === undefined) return isOld ? giveUp(parts, paymentId) : ok(undefined)
  }
  const isOffSession = origin === 'automatic'
  const charge = {
    key: `payment-${paymentId}`,
    customerRef: customer.value,
    methodRef,
    amountMicros,
    currency,
    paymentId,
  }
  return asFailure(await gateway.charge({ ...charge, isOffSession }))
}

function asFailure<T>(result: Result<T, Failure>): Result<T, Failure> {
  if (result.ok || result.failure.code === 'gateways.refused') return result
  return gatewayAway
}

async function giveUp(parts: PaymentParts, id: string): Promise<Result<undefined, Failure>> {
  await inHouse(parts, (tx) => movePayment(tx, parts.clock, { id, to: 'canceled', reason: 'no card was entered' }))
  return ok(undefined)
}

async function posted(parts: PaymentParts, paymentId: string): Promise<Result<Advanced, Failure>> {
  const done = await postReceived(parts, paymentId)
  return done.ok ? ok({ payment: done.value, clientSecret: undefined }) : done
}

const statusOf: Readonly<Record<IntentState['status'], PaymentStatus>> = {
  open: 'created',
  action: 'action',
  processing: 'processing',
  succeeded: 'received',
  failed: 'failed',
  canceled: 'failed',
}

/** Writes how far the intent came; what is further already is left alone. */
async function record(parts: PaymentParts, paymentId: string, intent: IntentState): Promise<Result<Advanced, Failure>> {
  const { clock } = parts
  const to = statusOf[intent.status]
  const payment = await inHouse(parts, async (tx) => {
    const before = (await readPayment(tx, paymentId, true))!
    if (!['created', 'action', 'processing'].includes(before.status)) return before
    await note(tx, before, intent, clock.now())
    if (to === before.status || to === 'created') return before
    if (before.status === 'processing' && to === 'action') return before
    const reason = intent.decline
      ? `${intent.decline.kind}: ${intent.decline.code}`
      : `the processor says ${intent.status}`
    const moved = await movePayment(tx, clock, { id: paymentId, to, reason })
    if (!moved.ok) return before
    const after = (await readPayment(tx, paymentId))!
    if (to === 'failed' && after.origin === 'automatic') await tellDeclined(parts, tx, after)
    return after
  })
  if (payment.status === 'received') return posted(parts, paymentId)
  return ok({ payment, clientSecret: payment.status === 'action' ? intent.clientSecret : undefined })
}

async function note(tx: Tx, { id }: PaymentRow, intent: IntentState, now: number): Promise<void> {
  const { decline, status } = intent
  await tx`
    update payment set
      intent_ref = coalesce(intent_ref, ${intent.ref === '' ? null : intent.ref}),
      decline_kind = ${decline?.kind ?? null}, decline_code = ${decline?.code.slice(0, 60) ?? null},
      decline_text = ${decline?.message.slice(0, 300) ?? null},
      reference = ${intent.ref === '' ? '' : intent.ref.slice(0, 140)},
      received_at = ${status === 'succeeded' ? now : null}
    where id = ${id}`
}
