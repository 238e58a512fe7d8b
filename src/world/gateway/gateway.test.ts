import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, silentLog, systemClock, virtualClock, type Clock } from '../../base/index.ts'
import { openStripe } from '../../doors/gateways/index.ts'
import { signatureOf, startDelivery } from './deliver-events.ts'
import { createCardProcessor, type CardProcessor, type GatewayEvent } from './gateway.ts'
import { readForm } from './form.ts'
import { demoKeys, serveGateway } from './serve-gateway.ts'

const startMs = 1_764_000_000_000

type House = {
  readonly clock: Clock
  readonly processor: CardProcessor
  readonly events: GatewayEvent[]
  readonly gateway: ReturnType<typeof openStripe>
  /** A token of a number, as the card fields make it. */
  token(number: string): string
}

/** The processor and our door to it, without a socket between them. */
function openHouse(): House {
  const clock = virtualClock(startMs)
  const events: GatewayEvent[] = []
  const processor = createCardProcessor({
    clock,
    random: seededRandom(7),
    publishableKey: demoKeys.publishable,
    secretKey: demoKeys.secret,
    deliver: (event) => void events.push(event),
  })
  const gateway = openStripe({
    secretKey: demoKeys.secret,
    publishableKey: demoKeys.publishable,
    webhookSecret: demoKeys.webhook,
    apiUrl: 'http://127.0.0.1:1',
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const headers = new Headers(init?.headers)
      const done = processor.handle({
        method: init?.method ?? 'GET',
        path: `${url.pathname}${url.search}`,
        body: typeof init?.body === 'string' ? init.body : '',
        idempotencyKey: headers.get('idempotency-key') ?? undefined,
        key: headers.get('authorization')?.replace(/^Bearer /, ''),
      })
      return Promise.resolve(Response.json(done.body, { status: done.status }))
    },
  })
  return {
    clock,
    processor,
    events,
    gateway,
    token(number) {
      const body = new URLSearchParams({
        type: 'card',
        'card[number]': number,
        'card[exp_month]': '12',
        'card[exp_year]': '34',
        'card[cvc]': '123',
      }).toString()
      const request = { method: 'POST', path: '/v1/payment_methods', body, idempotencyKey: undefined }
      const made = processor.handle({ ...request, key: demoKeys.publishable })
      assert.equal(made.status, 200, JSON.stringify(made.body))
      return String(made.body['id'])
    },
  }
}

async function customerOf({ gateway }: House): Promise<string> {
  const made = await gateway.createCustomer({ key: 'customer', name: 'Acme', tenantId: 't-1' })
  assert.ok(made.ok)
  return made.value
}

const cases = [
  ['4242424242424242', 'visa', 'succeeded', undefined],
  ['4000056655665556', 'visa_debit', 'succeeded', undefined],
  ['5555555555554444', 'mastercard', 'succeeded', undefined],
  ['378282246310005', 'amex', 'succeeded', undefined],
  ['4000000000009995', 'visa', 'failed', 'soft'],
  ['4000000000000002', 'visa', 'failed', 'soft'],
  ['4000000000000119', 'visa', 'failed', 'soft'],
  ['4000000000000069', 'visa', 'failed', 'hard'],
  ['4000000000009987', 'visa', 'failed', 'hard'],
  ['4000000000009979', 'visa', 'failed', 'hard'],
  ['4000002760003184', 'visa', 'failed', 'action'],
] as const

test('R61 every card of the table is stored, shown as its brand and charged or refused as it is due', async () => {
  for (const [number, brand, status, kind] of cases) {
    const house = openHouse()
    const { gateway } = house
    const [customerRef, methodRef] = [await customerOf(house), house.token(number)]
    const card = await gateway.readCard(methodRef)
    assert.deepEqual(card.ok && [card.value.brand, card.value.last4, card.value.expYear], [
      brand,
      number.slice(-4),
      2034,
    ])
    const paymentId = `p-${number}`
    const asked = { key: paymentId, customerRef, methodRef, amountMicros: 12_340_000n, currency: 'CAD', paymentId }
    const charged = await gateway.charge({ ...asked, isOffSession: true })
    assert.ok(charged.ok, number)
    assert.deepEqual([charged.value.status, charged.value.decline?.kind], [status, kind], number)
    const again = await gateway.charge({ ...asked, isOffSession: true })
    assert.deepEqual(again, charged, 'asked twice under one key, it is done once')
    const found = await gateway.findPayment(customerRef, paymentId)
    assert.equal(found.ok && found.value?.ref, charged.value.ref)
    assert.ok(!JSON.stringify([...house.processor.state().methods]).includes(number), 'the number is forgotten')
  }
})

test('a card that must be confirmed is stored once its holder did, and charged without him afterwards', async () => {
  const house = openHouse()
  const { gateway, processor } = house
  const [customerRef, methodRef] = [await customerOf(house), house.token('4000002500003155')]
  const stored = await gateway.storeCard({ key: 'setup', customerRef, methodRef })
  assert.ok(stored.ok && stored.value.status === 'action')
  assert.ok(processor.authenticate(stored.value.clientSecret, true))
  const read = await gateway.readSetup(stored.value.ref)
  assert.ok(read.ok && read.value.status === 'succeeded' && read.value.card?.last4 === '3155')
  const charge = { key: 'c', customerRef, methodRef, amountMicros: 5_000_000n, currency: 'CAD', paymentId: 'p' }
  const charged = await gateway.charge({ ...charge, isOffSession: true })
  assert.ok(charged.ok && charged.value.status === 'succeeded')
  const back = await gateway.refund({
    key: 'r',
    intentRef: charged.value.ref,
    amountMicros: 5_000_000n,
    currency: 'CAD',
  })
  assert.ok(back.ok)
  const more = await gateway.refund({ key: 'r2', intentRef: charged.value.ref, amountMicros: 10_000n, currency: 'CAD' })
  assert.equal(!more.ok && more.failure.code, 'gateways.refused')
})

test('an event counts with a fresh signature over its bytes only', async () => {
  const house = openHouse()
  const { gateway, clock, events } = house
  const [customerRef, methodRef] = [await customerOf(house), house.token('4242424242424242')]
  const charge = { key: 'c', customerRef, methodRef, amountMicros: 5_000_000n, currency: 'CAD', paymentId: 'p' }
  await gateway.charge({ ...charge, isOffSession: true })
  const { body } = events.at(-1)!
  const at = clock.now()
  const codeOf = (text: string, signature: string): string => {
    const read = gateway.readEvent(text, signature, at)
    return read.ok ? read.value.about.kind : read.failure.code
  }
  const sign = (ms: number, text = body): string => signatureOf(demoKeys.webhook, text, ms)
  assert.equal(codeOf(body, sign(at)), 'payment')
  assert.equal(codeOf(body.replace('payment_intent', 'payment_Intent'), sign(at)), 'gateways.bad_signature')
  assert.equal(codeOf(body, signatureOf('whsec_other', body, at)), 'gateways.bad_signature')
  assert.equal(codeOf(body, ''), 'gateways.bad_signature')
  assert.equal(codeOf(body, sign(at - 301_000)), 'gateways.stale_signature')
  assert.equal(codeOf(body, sign(at + 302_000)), 'gateways.stale_signature')
  assert.equal(codeOf(body, `t=${Math.floor(at / 1000)},${sign(at - 999_000)}`), 'gateways.stale_signature')
  assert.equal(codeOf('{}', sign(at, '{}')), 'gateways.bad_event')
  assert.equal(codeOf('no json', sign(at, 'no json')), 'gateways.bad_event')
})

test('events are sent again until they are taken, twice and late when that is the habit', async () => {
  const clock = systemClock({ keepAlive: true })
  const heard: string[] = []
  const { createServer } = await import('node:http')
  let refusals = 2
  const receiver = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      if (refusals-- <= 0) heard.push(Buffer.concat(chunks as Buffer[]).toString())
      response.writeHead(refusals >= 0 ? 503 : 200).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as { port: number }
  const delivery = startDelivery({ clock, log: silentLog, random: seededRandom(3), secret: demoKeys.webhook })
  delivery.send({ id: 'e0', type: 't', body: '"before"' })
  delivery.setTargets([`http://127.0.0.1:${port}/`])
  await delivery.settled()
  assert.deepEqual(heard, ['"before"'])
  delivery.setHabits({ duplicated: 100, delayed: 0, lost: 0 })
  delivery.send({ id: 'e1', type: 't', body: '"twice"' })
  await delivery.settled()
  assert.deepEqual(heard, ['"before"', '"twice"', '"twice"'])
  delivery.close()
  await new Promise((resolve) => receiver.close(resolve))
})

test('the processor answers on a port, and its browser key does nothing but make tokens', async () => {
  const clock = systemClock({ keepAlive: true })
  const served = await serveGateway({ clock, log: silentLog, random: seededRandom(1), port: 0 })
  assert.ok(served.ok)
  const { url } = served.value
  try {
    const script = await fetch(`${url}/v3/`)
    assert.match(await script.text(), /window\.Stripe/)
    const headers = { authorization: `Bearer ${demoKeys.publishable}` }
    assert.equal((await fetch(`${url}/v1/customers`, { method: 'POST', headers })).status, 403)
    assert.equal((await fetch(`${url}/v1/payment_methods`, { method: 'POST', headers })).status, 402)
    const gateway = openStripe({
      secretKey: demoKeys.secret,
      publishableKey: demoKeys.publishable,
      webhookSecret: demoKeys.webhook,
      apiUrl: url,
    })
    assert.ok((await gateway.createCustomer({ key: 'k', name: 'Acme', tenantId: 't' })).ok)
  } finally {
    await served.value.close()
  }
})

test('forms are read as the API writes them', () => {
  const form = readForm('a=1&b[c]=2&b[d][e]=3&expand[]=x')
  assert.deepEqual(JSON.parse(JSON.stringify(form)), { a: '1', b: { c: '2', d: { e: '3' } }, expand: { '': 'x' } })
})
