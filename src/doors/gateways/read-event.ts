/** An event of the card processor, taken only with a fresh signature of its own. */

import { Stripe } from 'stripe'
import { fail, ok, type Result } from '../../base/index.ts'
import type { GatewayEvent, SignatureFailure } from '../../company/billing/index.ts'
import { cardOf } from './card-of.ts'

/** Older than this is a replay. */
const TOLERANCE_SECONDS = 300

/** Checks the signature over exactly these bytes, then reads what the event is about. */
export function readStripeEvent(
  stripe: Stripe,
  given: { readonly body: string; readonly signature: string; readonly at: number; readonly secret: string },
): Result<GatewayEvent, SignatureFailure> {
  const { body, signature, at, secret } = given
  let event: Stripe.Event
  try {
    // The library's own clock never decides: without a tolerance it only compares, and the age is judged here.
    event = stripe.webhooks.constructEvent(body, signature, secret, 0)
  } catch (thrown) {
    if (thrown instanceof Stripe.errors.StripeSignatureVerificationError)
      return fail('gateways.bad_signature', 'the signature of this event is not the card processor’s')
    return fail('gateways.bad_event', 'the event is no event of the card processor')
  }
  // Exactly one instant: of two, the library and we might each believe another.
  const instants = signature.split(',').flatMap((part) => /^\s*t\s*=\s*(.*)$/.exec(part)?.[1] ?? [])
  const signedAt = instants.length === 1 && /^\d{1,12}$/.test(instants[0]!) ? Number(instants[0]) : Number.NaN
  if (!(Math.abs(at / 1000 - signedAt) <= TOLERANCE_SECONDS))
    return fail('gateways.stale_signature', 'the signature of this event is too old, or of the future')
  if (typeof event.id !== 'string' || typeof event.type !== 'string' || !event.data?.object)
    return fail('gateways.bad_event', 'the event is no event of the card processor')
  return ok({ id: event.id, type: event.type, about: aboutOf(event) })
}

function refOf(intent: string | { readonly id: string } | null | undefined): string | undefined {
  return typeof intent === 'string' ? intent : intent?.id
}

function aboutOf(event: Stripe.Event): GatewayEvent['about'] {
  switch (event.type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.requires_action':
    case 'payment_intent.canceled':
    case 'payment_intent.processing':
      return { kind: 'payment', intentRef: event.data.object.id }
    case 'charge.dispute.created':
    case 'charge.dispute.closed': {
      const intentRef = refOf(event.data.object.payment_intent)
      if (intentRef === undefined) return { kind: 'other' }
      const { status } = event.data.object
      return { kind: 'dispute', intentRef, state: status === 'won' ? 'won' : status === 'lost' ? 'lost' : 'open' }
    }
    case 'payment_method.automatically_updated':
    case 'payment_method.updated':
      return { kind: 'card', card: cardOf(event.data.object) }
    default:
      return { kind: 'other' }
  }
}
