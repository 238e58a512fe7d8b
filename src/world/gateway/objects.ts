/** What the simulated card processor keeps, in the shapes that its API answers with. */

import type { Clock } from '../../base/index.ts'
import type { CardOutcome, TestCard } from './cards.ts'

/** A card as it is kept: a token and what may be shown of it. The number was forgotten when the token was made. */
export type StoredMethod = {
  readonly id: string
  readonly card: TestCard
  readonly last4: string
  expMonth: number
  expYear: number
  customer: string | null
  /** The cardholder confirmed it once. */
  isAuthenticated: boolean
  /** What its charges end in from now on; the bank may have second thoughts. */
  outcome: CardOutcome
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'succeeded'
  | 'canceled'

export type StoredIntent = {
  readonly id: string
  readonly object: 'payment_intent' | 'setup_intent'
  readonly clientSecret: string
  readonly customer: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly amount: number
  readonly currency: string
  readonly created: number
  status: IntentStatus
  method: string | null
  offSession: boolean
  error: { readonly code: string; readonly declineCode: string | undefined; readonly message: string } | undefined
  chargeId: string | null
  refunded: number
}

export type StoredRefund = {
  readonly id: string
  readonly intent: string
  readonly amount: number
  readonly currency: string
  readonly metadata: Readonly<Record<string, string>>
}

export type StoredDispute = {
  readonly id: string
  readonly intent: string
  readonly charge: string
  readonly amount: number
  readonly currency: string
  status: 'needs_response' | 'won' | 'lost'
}

export type Json = Readonly<Record<string, unknown>>

export type GatewayState = {
  readonly clock: Clock
  readonly nextId: (prefix: string) => string
  readonly customers: Map<string, Json>
  readonly methods: Map<string, StoredMethod>
  readonly intents: Map<string, StoredIntent>
  readonly refunds: Map<string, StoredRefund>
  readonly disputes: Map<string, StoredDispute>
  readonly emit: (type: string, object: Json) => void
}

/** A card as the API shows it. */
export function methodJson(method: StoredMethod): Json {
  return {
    id: method.id,
    object: 'payment_method',
    type: 'card',
    customer: method.customer,
    card: {
      brand: method.card.scheme,
      funding: method.card.funding,
      last4: method.last4,
      exp_month: method.expMonth,
      exp_year: method.expYear,
      country: 'CA',
    },
  }
}

/** An intent as the API shows it, its card expanded when it is given. */
export function intentJson(intent: StoredIntent, method: StoredMethod | undefined): Json {
  const { error } = intent
  const shown = error && {
    type: 'card_error',
    code: error.code,
    ...(error.declineCode ? { decline_code: error.declineCode } : {}),
    message: error.message,
  }
  const shared = {
    id: intent.id,
    object: intent.object,
    client_secret: intent.clientSecret,
    customer: intent.customer,
    metadata: intent.metadata,
    created: intent.created,
    status: intent.status,
    payment_method: method ? methodJson(method) : intent.method,
    livemode: false,
    next_action: intent.status === 'requires_action' ? { type: 'use_stripe_sdk', use_stripe_sdk: {} } : null,
  }
  if (intent.object === 'setup_intent') return { ...shared, usage: 'off_session', last_setup_error: shown ?? null }
  return {
    ...shared,
    amount: intent.amount,
    amount_received: intent.status === 'succeeded' ? intent.amount : 0,
    currency: intent.currency,
    latest_charge: intent.chargeId,
    last_payment_error: shown ?? null,
  }
}

/** A refund as the API shows it. */
export function refundJson(refund: StoredRefund): Json {
  const { id, intent, amount, currency, metadata } = refund
  return { id, object: 'refund', payment_intent: intent, amount, currency, metadata, status: 'succeeded' }
}

/** A dispute as the API shows it. */
export function disputeJson(dispute: StoredDispute): Json {
  const { id, intent, charge, amount, currency, status } = dispute
  return { id, object: 'dispute', payment_intent: intent, charge, amount, currency, status, reason: 'fraudulent' }
}
