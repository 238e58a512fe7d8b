/**
 * What payments ask of a card processor, whichever it is. Card numbers are typed into the processor's own fields and
 * never come here (SAQ A); a card is a token with what may be shown of it.
 */

import type { Currency, Failure, Micros, Result } from '../../../../base/index.ts'

/** How the card was issued; a debit card of Visa is "Visa Debit" to people. */
export type CardBrand =
  | 'visa'
  | 'visa_debit'
  | 'mastercard'
  | 'amex'
  | 'discover'
  | 'diners'
  | 'jcb'
  | 'unionpay'
  | 'other'

/** A card that the processor keeps. */
export type GatewayCard = {
  readonly methodRef: string
  readonly brand: CardBrand
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
}

/** `hard`: the bank will never pay from this card. `soft`: it may tomorrow. `action`: only the cardholder can go on. */
export type Decline = { readonly kind: 'hard' | 'soft' | 'action'; readonly code: string; readonly message: string }

/** How far an intent has come. */
export type IntentState = {
  readonly ref: string
  readonly status: 'open' | 'action' | 'processing' | 'succeeded' | 'failed' | 'canceled'
  /** For the browser, where the cardholder has to do something. */
  readonly clientSecret: string
  readonly amountMicros: Micros
  readonly decline: Decline | undefined
  readonly card: GatewayCard | undefined
}

/** A message of the processor. It says only where to look: state is read, so that order and repeats do not matter. */
export type GatewayEvent = {
  readonly id: string
  readonly type: string
  readonly about:
    | { readonly kind: 'payment'; readonly intentRef: string }
    | { readonly kind: 'dispute'; readonly intentRef: string; readonly state: 'open' | 'won' | 'lost' }
    | { readonly kind: 'card'; readonly card: GatewayCard }
    | { readonly kind: 'other' }
}

/** `away`: nobody knows whether it was done; ask again under the same key. `refused`: it was not done. */
export type GatewayFailure = Failure<'gateways.away' | 'gateways.refused'>
export type SignatureFailure = Failure<'gateways.bad_signature' | 'gateways.stale_signature' | 'gateways.bad_event'>

/** Asking twice under one key is asking once. */
type Keyed = { readonly key: string }

export type NewCharge = Keyed & {
  readonly customerRef: string
  readonly methodRef: string
  readonly amountMicros: Micros
  readonly currency: Currency
  /** Our id of the payment, by which it is found again when the answer was lost. */
  readonly paymentId: string
  /** The cardholder is not there: he agreed before. */
  readonly isOffSession: boolean
}

export type CardGateway = {
  /** What the browser loads: the processor's script, and the key that it is called with. */
  readonly browser: {
    readonly scriptUrl: string
    readonly publishableKey: string
    readonly frameOrigins: readonly string[]
  }
  createCustomer(
    asked: Keyed & { readonly name: string; readonly tenantId: string },
  ): Promise<Result<string, GatewayFailure>>
  readCard(methodRef: string): Promise<Result<GatewayCard, GatewayFailure>>
  /** Stores a card for later, with the cardholder there. */
  storeCard(
    asked: Keyed & { readonly customerRef: string; readonly methodRef: string },
  ): Promise<Result<IntentState, GatewayFailure>>
  readSetup(ref: string): Promise<Result<IntentState, GatewayFailure>>
  charge(asked: NewCharge): Promise<Result<IntentState, GatewayFailure>>
  readPayment(ref: string): Promise<Result<IntentState, GatewayFailure>>
  /** The newest intent of a payment whose answer was lost; undefined when there is none. */
  findPayment(customerRef: string, paymentId: string): Promise<Result<IntentState | undefined, GatewayFailure>>
  refund(
    asked: Keyed & { readonly intentRef: string; readonly amountMicros: Micros; readonly currency: Currency },
  ): Promise<Result<string, GatewayFailure>>
  forgetCard(methodRef: string): Promise<Result<true, GatewayFailure>>
  readEvent(body: string, signature: string, at: number): Result<GatewayEvent, SignatureFailure>
}
