/** The card processor's API through its own SDK. Every write carries our key, so that asking again is asking once. */

import { Stripe } from 'stripe'
import { fail, messageOf, ok, type Result } from '../../base/index.ts'
import type { CardGateway, GatewayFailure, IntentState, NewCharge } from '../../company/billing/index.ts'
import { cardOf } from './card-of.ts'
import { centsOf, microsOf } from './cents.ts'
import { declineOf } from './declines.ts'
import { readStripeEvent } from './read-event.ts'

export type StripeSettings = {
  readonly secretKey: string
  readonly publishableKey: string
  readonly webhookSecret: string
  /** Where the API answers; the processor's own address without it. */
  readonly apiUrl?: string | undefined
  /** Carries requests instead of the network. */
  readonly fetch?: typeof fetch
}

const TIMEOUT_MS = 20_000

/** A merchant's account at the processor. */
export function openStripe(settings: StripeSettings): CardGateway {
  const { secretKey, publishableKey, webhookSecret, apiUrl } = settings
  const place = apiUrl ? new URL(apiUrl) : undefined
  const stripe = new Stripe(secretKey, {
    timeout: TIMEOUT_MS,
    // We ask again ourselves, under the same key, when it is due.
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(settings.fetch),
    ...(place
      ? { host: place.hostname, port: place.port, protocol: place.protocol === 'https:' ? 'https' : 'http' }
      : {}),
  })
  return {
    browser: place
      ? { scriptUrl: `${place.origin}/v3/`, publishableKey, frameOrigins: [place.origin] }
      : {
          scriptUrl: 'https://js.stripe.com/v3/',
          publishableKey,
          frameOrigins: ['https://js.stripe.com', 'https://hooks.stripe.com'],
        },
    createCustomer: ({ key, name, tenantId }) =>
      asked(async () => {
        const made = await stripe.customers.create({ name, metadata: { tenant: tenantId } }, { idempotencyKey: key })
        return made.id
      }),
    readCard: (methodRef) => asked(async () => cardOf(await stripe.paymentMethods.retrieve(methodRef))),
    storeCard: ({ key, customerRef, methodRef }) =>
      intent(() =>
        stripe.setupIntents.create(
          {
            customer: customerRef,
            payment_method: methodRef,
            automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
            usage: 'off_session',
            confirm: true,
            expand: ['payment_method'],
          },
          { idempotencyKey: key },
        ),
      ),
    readSetup: (ref) => intent(() => stripe.setupIntents.retrieve(ref, { expand: ['payment_method'] })),
    charge: (wanted) => intent(() => stripe.paymentIntents.create(chargeOf(wanted), { idempotencyKey: wanted.key })),
    readPayment: (ref) => intent(() => stripe.paymentIntents.retrieve(ref, { expand: ['payment_method'] })),
    findPayment: (customerRef, paymentId) =>
      asked(async () => {
        const newest = await stripe.paymentIntents.list({
          customer: customerRef,
          limit: 100,
          expand: ['data.payment_method'],
        })
        const found = newest.data.find((one) => one.metadata['payment'] === paymentId)
        return found && stateOf(found)
      }),
    refund: ({ key, intentRef, amountMicros }) =>
      asked(async () => {
        const wanted = { payment_intent: intentRef, amount: centsOf(amountMicros) }
        return (await stripe.refunds.create(wanted, { idempotencyKey: key })).id
      }),
    forgetCard: (methodRef) =>
      asked(async () => {
        await stripe.paymentMethods.detach(methodRef)
        return true as const
      }),
    readEvent: (body, signature, at) => readStripeEvent(stripe, { body, signature, at, secret: webhookSecret }),
  }
}

function chargeOf(wanted: NewCharge): Stripe.PaymentIntentCreateParams {
  const { customerRef, methodRef, amountMicros, currency, paymentId, isOffSession } = wanted
  return {
    customer: customerRef,
    payment_method: methodRef,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    amount: centsOf(amountMicros),
    currency: currency.toLowerCase(),
    metadata: { payment: paymentId },
    confirm: true,
    off_session: isOffSession,
    expand: ['payment_method'],
  }
}

/** A refusal of the bank is an answer like any other: it comes as an error with the intent in it. */
async function intent(
  act: () => Promise<Stripe.PaymentIntent | Stripe.SetupIntent>,
): Promise<Result<IntentState, GatewayFailure>> {
  try {
    return ok(stateOf(await act()))
  } catch (thrown) {
    if (thrown instanceof Stripe.errors.StripeCardError) {
      const refused = thrown.payment_intent ?? thrown.setup_intent
      if (refused) return ok({ ...stateOf(refused), status: 'failed', decline: declineFrom(thrown) })
    }
    return failed(thrown)
  }
}

async function asked<T>(act: () => Promise<T>): Promise<Result<T, GatewayFailure>> {
  try {
    return ok(await act())
  } catch (thrown) {
    return failed(thrown)
  }
}

/** Whatever the processor did not clearly refuse may have been done. */
function failed(thrown: unknown): { readonly ok: false; readonly failure: GatewayFailure } {
  const isRefused =
    thrown instanceof Stripe.errors.StripeInvalidRequestError ||
    thrown instanceof Stripe.errors.StripeCardError ||
    thrown instanceof Stripe.errors.StripeAuthenticationError ||
    thrown instanceof Stripe.errors.StripePermissionError ||
    thrown instanceof Stripe.errors.StripeIdempotencyError
  if (isRefused) return fail('gateways.refused', `the card processor refused: ${messageOf(thrown)}`)
  return fail('gateways.away', 'the card processor does not answer; nothing is lost, it is asked again')
}

function declineFrom(error: InstanceType<typeof Stripe.errors.StripeCardError>): IntentState['decline'] {
  return declineOf(error.code ?? 'card_declined', error.decline_code, error.message)
}

function stateOf(one: Stripe.PaymentIntent | Stripe.SetupIntent): IntentState {
  const error = one.object === 'payment_intent' ? one.last_payment_error : one.last_setup_error
  const method = one.payment_method
  return {
    ref: one.id,
    status: statusOf(one.status, error !== null && error !== undefined),
    clientSecret: one.client_secret ?? '',
    amountMicros: one.object === 'payment_intent' ? microsOf(one.amount) : 0n,
    decline: error ? declineOf(error.code ?? 'card_declined', error.decline_code, error.message ?? '') : undefined,
    card: method !== null && typeof method === 'object' ? cardOf(method) : undefined,
  }
}

function statusOf(status: Stripe.PaymentIntent.Status, hasFailed: boolean): IntentState['status'] {
  switch (status) {
    case 'succeeded':
      return 'succeeded'
    case 'requires_action':
      return 'action'
    case 'canceled':
      return 'canceled'
    case 'processing':
    case 'requires_capture':
      return 'processing'
    default:
      return hasFailed ? 'failed' : 'open'
  }
}
