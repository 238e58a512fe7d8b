/**
 * The simulated card processor: customers, cards, setup and payment intents, refunds, disputes and events, kept from
 * one request to the next. It answers the API of the processor that `doors/gateways` speaks; no socket in here.
 */

import { assert, type Clock, type RandomBytes } from '../../base/index.ts'
import { testCards } from './cards.ts'
import { confirmIntent, refuseIntent } from './confirm.ts'
import { readForm, textOf, textsOf, type Form } from './form.ts'
import { disputeJson, intentJson, methodJson, refundJson, type GatewayState, type Json } from './objects.ts'
import type { StoredIntent, StoredMethod, StoredRefund } from './objects.ts'

export type GatewayEvent = { readonly id: string; readonly type: string; readonly body: string }

export type GatewayRequest = {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string
  readonly idempotencyKey: string | undefined
  /** Secret keys may do everything, publishable ones only what a browser does. */
  readonly key: string | undefined
}

export type GatewayAnswer = { readonly status: number; readonly body: Json }

export type CardProcessor = {
  readonly publishableKey: string
  readonly secretKey: string
  handle(request: GatewayRequest): GatewayAnswer
  /** The cardholder says yes or no at his bank. */
  authenticate(clientSecret: string, isConfirmed: boolean): boolean
  /** The bank sends another card in place of a stored one, or lets its charges end in another way. */
  renew(methodId: string, expMonth: number, expYear: number): boolean
  /** Ends a dispute. */
  settleDispute(intentId: string, isWon: boolean): boolean
  state(): Pick<GatewayState, 'methods' | 'intents' | 'refunds' | 'disputes'>
}

const KEYS_MAX = 10_000

/** Opens a processor with nothing in it; `deliver` gets every event. */
export function createCardProcessor(options: {
  readonly clock: Clock
  readonly random: RandomBytes
  readonly publishableKey: string
  readonly secretKey: string
  readonly deliver: (event: GatewayEvent) => void
}): CardProcessor {
  const { clock, random, publishableKey, secretKey, deliver } = options
  const nextId = (prefix: string): string => `${prefix}_${Buffer.from(random(12)).toString('hex')}`
  const emit = (type: string, object: Json): void => {
    const id = nextId('evt')
    const created = Math.floor(clock.now() / 1000)
    deliver({ id, type, body: JSON.stringify({ id, object: 'event', type, created, data: { object } }) })
  }
  const empty = { customers: new Map(), methods: new Map(), intents: new Map() }
  const state: GatewayState = { clock, nextId, emit, ...empty, refunds: new Map(), disputes: new Map() }
  const answered = new Map<string, { readonly asked: string; readonly answer: GatewayAnswer }>()
  return {
    publishableKey,
    secretKey,
    handle(request) {
      const isSecret = request.key === secretKey
      if (!isSecret && request.key !== publishableKey) return refused(401, 'invalid_request_error', 'no such key')
      if (!isSecret && !isForBrowsers(request)) return refused(403, 'invalid_request_error', 'a secret key is needed')
      const { idempotencyKey: repeat, path, body } = request
      const asked = `${path}\n${body}`
      const known = repeat === undefined ? undefined : answered.get(repeat)
      if (known?.asked === asked) return known.answer
      if (known) return refused(400, 'idempotency_error', 'the key belongs to another request')
      const answer = route(state, request)
      if (repeat !== undefined && answered.size < KEYS_MAX) answered.set(repeat, { asked, answer })
      return answer
    },
    authenticate: (clientSecret, isConfirmed) => authenticate(state, clientSecret, isConfirmed),
    renew(methodId, expMonth, expYear) {
      const method = state.methods.get(methodId)
      if (!method) return false
      Object.assign(method, { expMonth, expYear })
      emit('payment_method.automatically_updated', methodJson(method))
      return true
    },
    settleDispute(intentId, isWon) {
      const dispute = [...state.disputes.values()].find((one) => one.intent === intentId)
      if (dispute?.status !== 'needs_response') return false
      dispute.status = isWon ? 'won' : 'lost'
      emit('charge.dispute.closed', disputeJson(dispute))
      return true
    },
    state: () => state,
  }
}

function authenticate(state: GatewayState, clientSecret: string, isConfirmed: boolean): boolean {
  const intent = [...state.intents.values()].find((one) => one.clientSecret === clientSecret)
  if (intent?.status !== 'requires_action' || intent.method === null) return false
  const method = state.methods.get(intent.method)!
  if (isConfirmed) {
    method.isAuthenticated = true
    confirmIntent(state, intent, method, true)
  } else {
    const code = `${intent.object}_authentication_failure`
    refuseIntent(state, intent, method, { code, declineCode: undefined, message: 'The cardholder did not confirm.' })
  }
  return true
}

function isForBrowsers({ method, path }: GatewayRequest): boolean {
  return method === 'POST' && path === '/v1/payment_methods'
}

/** An error in the API's shape. */
function refused(status: number, type: string, message: string, more: Json = {}): GatewayAnswer {
  return { status, body: { error: { type, message, ...more } } }
}

const missing = (what: string): GatewayAnswer =>
  refused(404, 'invalid_request_error', `no such ${what}`, { code: 'resource_missing' })

function route(state: GatewayState, request: GatewayRequest): GatewayAnswer {
  const url = new URL(request.path, 'http://gateway.invalid')
  const form = readForm(request.method === 'POST' ? request.body : url.search.slice(1))
  const [, , kind = '', id = '', act = ''] = url.pathname.split('/')
  const name = `${request.method} ${kind}${id ? '/:id' : ''}${act ? `/${act}` : ''}`
  switch (name) {
    case 'POST customers':
      return makeCustomer(state, form)
    case 'POST payment_methods':
      return makeMethod(state, form)
    case 'GET payment_methods/:id':
      return shown(state.methods.get(id), methodJson, 'payment_method')
    case 'POST payment_methods/:id/detach':
      return detach(state, id)
    case 'POST setup_intents':
    case 'POST payment_intents':
      return makeIntent(state, kind === 'setup_intents' ? 'setup_intent' : 'payment_intent', form)
    case 'GET payment_intents':
      return listIntents(state, form)
    case 'GET setup_intents/:id':
    case 'GET payment_intents/:id':
      return shown(state.intents.get(id), (it) => intentJson(it, methodOf(state, it)), 'intent')
    case 'POST setup_intents/:id/confirm':
    case 'POST payment_intents/:id/confirm':
      return confirm(state, id, form)
    case 'POST payment_intents/:id/cancel':
      return cancel(state, id)
    case 'POST refunds':
      return makeRefund(state, form)
    default:
      return refused(404, 'invalid_request_error', `the simulated processor has no ${name}`)
  }
}

const methodOf = (state: GatewayState, intent: StoredIntent): StoredMethod | undefined =>
  intent.method === null ? undefined : state.methods.get(intent.method)

function shown<T>(found: T | undefined, json: (found: T) => Json, what: string): GatewayAnswer {
  return found === undefined ? missing(what) : { status: 200, body: json(found) }
}

function makeCustomer(state: GatewayState, form: Form): GatewayAnswer {
  const id = state.nextId('cus')
  const body = { id, object: 'customer', name: textOf(form, 'name'), metadata: textsOf(form, 'metadata') }
  state.customers.set(id, body)
  return { status: 200, body }
}

/** Takes a number, keeps a token and its last four digits. */
function makeMethod(state: GatewayState, form: Form): GatewayAnswer {
  const given = textsOf(form, 'card')
  const digits = (given['number'] ?? '').replaceAll(/\D/g, '')
  const card = testCards.get(digits)
  const wrong = (code: string, message: string): GatewayAnswer => refused(402, 'card_error', message, { code })
  if (!card) return wrong('incorrect_number', 'This card number is not one of the test numbers.')
  const expMonth = Number(given['exp_month'])
  const year = Number(given['exp_year'])
  const expYear = year < 100 ? 2000 + year : year
  if (!(expMonth >= 1 && expMonth <= 12)) return wrong('invalid_expiry_month', 'The month of expiry is wrong.')
  const today = Temporal.Instant.fromEpochMilliseconds(state.clock.now()).toZonedDateTimeISO('UTC')
  if (!(expYear * 12 + expMonth >= today.year * 12 + today.month && expYear < today.year + 50))
    return wrong('invalid_expiry_year', 'The card has expired.')
  if (!/^\d{3,4}$/.test(given['cvc'] ?? '')) return wrong('invalid_cvc', 'The security code is wrong.')
  const method: StoredMethod = {
    id: state.nextId('pm'),
    card,
    last4: digits.slice(-4),
    expMonth,
    expYear,
    customer: null,
    isAuthenticated: false,
    outcome: card.outcome,
  }
  state.methods.set(method.id, method)
  return { status: 200, body: methodJson(method) }
}

function detach(state: GatewayState, id: string): GatewayAnswer {
  const method = state.methods.get(id)
  if (!method) return missing('payment_method')
  method.customer = null
  return { status: 200, body: methodJson(method) }
}

function makeIntent(state: GatewayState, object: StoredIntent['object'], form: Form): GatewayAnswer {
  const amount = object === 'setup_intent' ? 0 : Number(textOf(form, 'amount'))
  if (!Number.isInteger(amount) || amount < 0 || (object === 'payment_intent' && amount < 50))
    return refused(400, 'invalid_request_error', 'the amount is wrong', { code: 'amount_too_small' })
  const id = state.nextId(object === 'setup_intent' ? 'seti' : 'pi')
  const intent: StoredIntent = {
    id,
    object,
    clientSecret: state.nextId(`${id}_secret`),
    customer: textOf(form, 'customer') || null,
    metadata: textsOf(form, 'metadata'),
    amount,
    currency: textOf(form, 'currency'),
    created: Math.floor(state.clock.now() / 1000),
    status: 'requires_payment_method',
    method: null,
    offSession: textOf(form, 'off_session') === 'true',
    error: undefined,
    chargeId: null,
    refunded: 0,
  }
  state.intents.set(id, intent)
  return textOf(form, 'confirm') === 'true'
    ? confirm(state, id, form)
    : { status: 200, body: intentJson(intent, undefined) }
}

function confirm(state: GatewayState, id: string, form: Form): GatewayAnswer {
  const intent = state.intents.get(id)
  if (!intent) return missing('intent')
  const method = state.methods.get(textOf(form, 'payment_method') || (intent.method ?? ''))
  if (!method) return missing('payment_method')
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    return refused(400, 'invalid_request_error', `the intent is ${intent.status}`, {
      code: 'payment_intent_unexpected_state',
    })
  intent.method = method.id
  confirmIntent(state, intent, method, false)
  const body = intentJson(intent, method)
  if (!intent.error) return { status: 200, body }
  const { code, declineCode, message } = intent.error
  const more = { code, ...(declineCode ? { decline_code: declineCode } : {}), [intent.object]: body }
  return refused(402, 'card_error', message, more)
}

function cancel(state: GatewayState, id: string): GatewayAnswer {
  const intent = state.intents.get(id)
  if (!intent) return missing('intent')
  if (intent.status === 'succeeded')
    return refused(400, 'invalid_request_error', 'it succeeded', { code: 'payment_intent_unexpected_state' })
  intent.status = 'canceled'
  return { status: 200, body: intentJson(intent, methodOf(state, intent)) }
}

/** The newest intents of a customer, as whoever lost an answer looks for them. */
function listIntents(state: GatewayState, form: Form): GatewayAnswer {
  const customer = textOf(form, 'customer')
  const found = [...state.intents.values()].filter((it) => it.object === 'payment_intent' && it.customer === customer)
  const data = found
    .toReversed()
    .slice(0, 100)
    .map((it) => intentJson(it, methodOf(state, it)))
  return { status: 200, body: { object: 'list', url: '/v1/payment_intents', has_more: false, data } }
}

function makeRefund(state: GatewayState, form: Form): GatewayAnswer {
  const intent = state.intents.get(textOf(form, 'payment_intent'))
  if (!intent) return missing('payment_intent')
  const amount = Number(textOf(form, 'amount') || intent.amount)
  if (intent.status !== 'succeeded' || !(amount > 0) || amount > intent.amount - intent.refunded)
    return refused(400, 'invalid_request_error', 'more than was paid', { code: 'charge_already_refunded' })
  intent.refunded += amount
  assert(intent.refunded <= intent.amount, 'no more than what was paid goes back')
  const { id, currency } = intent
  const refund: StoredRefund = {
    id: state.nextId('re'),
    intent: id,
    amount,
    currency,
    metadata: textsOf(form, 'metadata'),
  }
  state.refunds.set(refund.id, refund)
  state.emit('refund.created', refundJson(refund))
  return { status: 200, body: refundJson(refund) }
}
