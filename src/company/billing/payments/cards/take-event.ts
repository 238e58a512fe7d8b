/** A message of the card processor: taken once, with a true signature, and then only as a reason to look. */

import { ok, type Failure, type Result } from '../../../../base/index.ts'
import { noGateway } from '../errors.ts'
import { inHouse, type PaymentParts } from '../parts.ts'
import { movePayment, systemActor } from '../payment-status.ts'
import { paymentOfIntent, readPayment } from '../read-payments.ts'
import { reversePayment } from '../take-back.ts'
import { advancePayment } from './advance-payment.ts'
import { chargeOpenInvoices } from './autopay.ts'
import type { GatewayEvent } from './gateway.ts'
import { renewCard } from './methods.ts'

/** Takes a message to a seller's address; a failure lets the processor send it again. */
export async function takeEvent(
  parts: PaymentParts,
  given: { readonly sellerId: string; readonly body: string; readonly signature: string },
): Promise<Result<'taken' | 'known', Failure>> {
  const { clock } = parts
  const gateway = await parts.gatewayOf(given.sellerId)
  if (!gateway) return noGateway
  const event = gateway.readEvent(given.body, given.signature, clock.now())
  if (!event.ok) return event
  const { id, type } = event.value
  const known = await inHouse(
    parts,
    (tx) => tx`select 1 from gateway_event where tenant_id = ${given.sellerId} and event_ref = ${id}`,
  )
  if (known.length > 0) return ok('known')
  const done = await act(parts, given.sellerId, event.value)
  if (!done.ok) return done
  // Noted last: a message that killed us half way is sent again, and everything it asks for may be done again.
  await inHouse(
    parts,
    (tx) => tx`
      insert into gateway_event (tenant_id, event_ref, type, received_at)
      values (${given.sellerId}, ${id.slice(0, 100)}, ${type.slice(0, 100)}, ${clock.now()}) on conflict do nothing`,
  )
  return ok('taken')
}

/** What a seller's processor says is about that seller's payments and cards alone. */
async function act(parts: PaymentParts, sellerId: string, { about }: GatewayEvent): Promise<Result<unknown, Failure>> {
  switch (about.kind) {
    case 'payment': {
      const paymentId = await inHouse(parts, (tx) => paymentOfIntent(tx, sellerId, about.intentRef))
      // Not ours yet: whoever created it is waiting for the answer that names it, and its job looks again.
      return paymentId === undefined ? ok(undefined) : advancePayment(parts, paymentId)
    }
    case 'dispute':
      return dispute(parts, sellerId, about)
    case 'card': {
      const tenants = await inHouse(parts, (tx) => renewCard(tx, sellerId, about.card))
      for (const tenantId of tenants) await chargeOpenInvoices(parts, tenantId)
      return ok(undefined)
    }
    default:
      return ok(undefined)
  }
}

async function dispute(
  parts: PaymentParts,
  sellerId: string,
  { intentRef, state }: { readonly intentRef: string; readonly state: 'open' | 'won' | 'lost' },
): Promise<Result<unknown, Failure>> {
  const paymentId = await inHouse(parts, (tx) => paymentOfIntent(tx, sellerId, intentRef))
  if (paymentId === undefined) return ok(undefined)
  // A dispute may be heard of before the payment itself was.
  const advanced = await advancePayment(parts, paymentId)
  if (!advanced.ok) return advanced
  const { status } = advanced.value.payment
  // The last word of the processor may arrive before the first one.
  const isNews = await inHouse(parts, async (tx) => {
    const noted = await tx`
      update payment set dispute_state = ${state}
      where id = ${paymentId} and (dispute_state is null or dispute_state = 'open') returning id`
    return noted.length > 0
  })
  if (!isNews) return ok(undefined)
  if (state === 'lost') {
    const why = 'the cardholder disputed it'
    return status === 'posted' || status === 'disputed'
      ? reversePayment(parts, paymentId, { actor: systemActor, why })
      : ok(undefined)
  }
  return inHouse(parts, async (tx) => {
    const payment = await readPayment(tx, paymentId, true)
    const [from, to] = state === 'open' ? (['posted', 'disputed'] as const) : (['disputed', 'posted'] as const)
    if (payment?.status !== from) return ok(undefined)
    return movePayment(tx, parts.clock, { id: paymentId, to, reason: `the dispute is ${state}` })
  })
}
