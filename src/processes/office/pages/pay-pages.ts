/**
 * The page on which a card is entered, to be stored or to pay once: the portal shows it inside a dialog, and a link
 * that was sent leads to it. The fields are the card processor's own, on its origin; what comes here is a token
 * (SAQ A). No script but the processor's and the one below, which the content security policy holds to.
 */

import { html, raw } from 'hono/html'
import { formatDecimal, isId } from '../../../base/index.ts'
import { notFound, sentence, type Door, type DoorContext } from '../../../platform/http/index.ts'
import {
  checkSession,
  consentTextOf,
  openedSession,
  takeEvent,
  useCard,
  type PaymentParts,
} from '../../../company/billing/index.ts'
import type { Brands } from '../brands.ts'
import { publicPage } from './public-page.ts'

export type PayPagesParts = { readonly payments: PaymentParts; readonly brands: Brands }

const EVENT_BYTES_MAX = 256 * 1024
const ANSWER_BYTES_MAX = 2000

/** Adds the payment page and the address of the processors' messages to a door. */
export function mountPayPages(door: Door, parts: PayPagesParts): void {
  door.get('/pay/:token', (c) => showPage(parts, c, c.req.param('token')))
  door.post('/pay/:token/card', (c) => takeCard(parts, c, c.req.param('token')))
  door.post('/pay/:token/check', (c) => check(parts, c, c.req.param('token')))
  door.post('/webhooks/cards/:seller', (c) => takeMessage(parts, c, c.req.param('seller')))
}

async function showPage({ payments, brands }: PayPagesParts, c: DoorContext, token: string): Promise<Response> {
  const brand = brands.byHost(c.get('host'))
  const isBare = c.req.query('embedded') !== undefined
  c.set('isFramed', isBare)
  const opened = await openedSession(payments, token)
  if (!opened.ok) {
    const card = html`<h1>Payment</h1>
      <p class="notice refusal" role="alert">${sentence(opened.failure.message)}</p>`
    return publicPage(c, { brand, title: 'Payment', status: 410, card, isBare })
  }
  const { session, gateway, brandName } = opened.value
  c.set('frames', gateway.browser.frameOrigins)
  const amount =
    session.amountMicros === null ? '' : `${session.currency} ${formatDecimal(session.amountMicros / 10_000n, 2, 2)}`
  const isStore = session.purpose === 'store'
  const title = isStore ? 'Payment Info' : `Pay ${amount}`
  const nonce = c.get('nonce')
  const consent = html`<label class="check"
    ><input type="checkbox" name="consent" checked /> <span>${consentTextOf(brandName)}</span></label
  >`
  const card = html`<h1>${title}</h1>
    <p class="muted">Visa, Mastercard, American Express, Visa Debit. We never see the number of your card.</p>
    <p class="notice refusal" role="alert" id="refusal" hidden></p>
    <form id="pay">
      <div id="card"></div>
      <div id="confirmation"></div>
      ${isStore ? consent : ''}
      <button id="save">${isStore ? 'Save' : `Pay ${amount}`}</button>
    </form>
    <p class="notice" role="status" id="done" hidden>
      ${isStore ? 'Your card is saved.' : 'Thank you: your payment was received.'}
    </p>
    <script nonce="${nonce}" src="${gateway.browser.scriptUrl}"></script>
    <script nonce="${nonce}">
      ${raw(pageScript(gateway.browser.publishableKey))};
    </script>`
  return publicPage(c, { brand, title, card, isBare })
}

/** Sends the token that the card fields made, and lets the cardholder confirm when his bank asks for it. */
function pageScript(publishableKey: string): string {
  return `(() => {
  const stripe = Stripe(${JSON.stringify(publishableKey)})
  const card = stripe.elements().create('card')
  card.mount('#card')
  const at = (id) => document.getElementById(id)
  const post = async (path, body) => {
    const answer = await fetch(location.pathname + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}),
    })
    return answer.json()
  }
  const refuse = (message) => {
    at('refusal').textContent = message
    at('refusal').hidden = false
    at('save').disabled = false
  }
  at('pay').addEventListener('submit', async (event) => {
    event.preventDefault()
    at('save').disabled = true
    at('refusal').hidden = true
    try {
      const made = await stripe.createPaymentMethod({ type: 'card', card })
      if (made.error) return refuse(made.error.message)
      const consent = at('pay').elements.consent?.checked ?? false
      let answer = await post('/card', { method: made.paymentMethod.id, consent })
      if (answer.status === 'action') {
        const confirmed = await stripe.handleNextAction({ clientSecret: answer.clientSecret })
        if (confirmed.error) return refuse(confirmed.error.message)
        answer = await post('/check')
      }
      if (answer.status !== 'done') return refuse(answer.message ?? 'Please try again.')
      at('pay').hidden = true
      at('done').hidden = false
      if (parent !== window) parent.postMessage({ payment: 'done' }, location.origin)
    } catch {
      refuse('The page could not be reached. Nothing was charged twice; please try again.')
    }
  })
})()`
}

type Body = { readonly method?: unknown; readonly consent?: unknown }

async function bodyOf(c: DoorContext): Promise<Body> {
  if (Number(c.req.header('content-length') ?? 0) > ANSWER_BYTES_MAX) return {}
  try {
    return (await c.req.json<Body | null>()) ?? {}
  } catch {
    return {}
  }
}

async function takeCard({ payments }: PayPagesParts, c: DoorContext, token: string): Promise<Response> {
  const { method, consent } = await bodyOf(c)
  if (typeof method !== 'string' || !/^pm_\w{1,90}$/.test(method)) {
    return Response.json({ message: 'There is no card in what was sent.' }, { status: 400 })
  }
  const given = { methodRef: method, hasConsented: consent === true, source: c.get('source') }
  return answerOf(await useCard(payments, token, given))
}

async function check({ payments }: PayPagesParts, c: DoorContext, token: string): Promise<Response> {
  return answerOf(await checkSession(payments, token, c.get('source')))
}

function answerOf(used: Awaited<ReturnType<typeof useCard>>): Response {
  if (used.ok) return Response.json(used.value)
  const { code, message } = used.failure
  return Response.json({ code, message: sentence(message).replace(/\.\.$/, '.') }, { status: 422 })
}

/** A processor's message: its bytes as they came, since the signature is over them. */
async function takeMessage({ payments }: PayPagesParts, c: DoorContext, sellerId: string): Promise<Response> {
  if (!isId(sellerId)) return notFound()
  if (Number(c.req.header('content-length') ?? 0) > EVENT_BYTES_MAX) return Response.json({}, { status: 413 })
  const body = await c.req.text()
  if (body.length > EVENT_BYTES_MAX) return Response.json({}, { status: 413 })
  const signature = c.req.header('stripe-signature') ?? ''
  const taken = await takeEvent(payments, { sellerId, body, signature })
  if (taken.ok) return Response.json({ received: taken.value })
  const { code, message } = taken.failure
  // What is not the processor's is refused for good; what we could not do is sent again.
  return Response.json({ code, message }, { status: code.startsWith('gateways.') ? 400 : 503 })
}
