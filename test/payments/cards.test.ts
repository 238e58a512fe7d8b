import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoInstant } from '../../src/base/index.ts'
import {
  cardOf,
  goOn,
  runAutopay,
  takeEvent,
  tellExpiring,
  chargeOpenInvoices,
} from '../../src/company/billing/testing.ts'
import { demoKeys } from '../../src/world/gateway/serve-gateway.ts'
import { signatureOf } from '../../src/world/gateway/deliver-events.ts'
import { standing } from './standing.ts'
import { withPaymentHouse, type Customer, type PaymentHouse } from './payment-house.ts'

const DAY_MS = 86_400_000

async function statusOf({ sql }: PaymentHouse, customer: Customer) {
  const rows = await sql<{ status: string; declineKind: string | null }[]>`
    select status, decline_kind as "declineKind" from payment
    where tenant_id = ${customer.tenantId} order by created_at`
  return rows.map(({ status, declineKind }) => (declineKind === null ? status : `${status} ${declineKind}`))
}

const matrix = [
  ['4242424242424242', 'Visa', 'done'],
  ['4000056655665556', 'Visa Debit', 'done'],
  ['5555555555554444', 'Mastercard', 'done'],
  ['378282246310005', 'American Express', 'done'],
  ['6011111111111117', 'Discover', 'payments.brand_refused'],
  ['3566002020360505', 'JCB', 'payments.brand_refused'],
  ['4000000000009995', 'insufficient funds', 'payments.declined'],
  ['4000000000000069', 'expired', 'payments.declined'],
  ['4000000000009987', 'lost', 'payments.declined'],
  ['4000000000009979', 'stolen', 'payments.declined'],
  ['4000000000000119', 'processing error', 'payments.declined'],
  ['4000002760003184', '3-D Secure', 'action'],
] as const

test('R61 R62 R63 every card pays once or is refused, whatever the order and number of messages', async () => {
  await withPaymentHouse(async (house) => {
    for (const [number, name, wanted] of matrix) {
      const customer = await house.newCustomer()
      const invoiceId = await house.addInvoice(customer, 11_300)
      const used = await house.payOnce(customer, number, 11_300, invoiceId)
      assert.equal(used.ok ? used.value.status : used.failure.code, wanted, name)
      if (used.ok && used.value.status === 'action') {
        assert.ok(house.processor.authenticate(used.value.clientSecret, true))
      }
      await house.deliver((events) => [...events, ...events].toReversed())
      const pays = wanted === 'done' || wanted === 'action'
      const { posted, ledger, allocated, open, payments } = await standing(house, customer)
      assert.deepEqual([posted, ledger, allocated, open], pays ? [11_300, 11_300, 11_300, 0] : [0, 0, 0, 11_300], name)
      assert.equal(payments, wanted === 'payments.brand_refused' ? 0 : 1, 'a refused scheme is never charged')
    }
    const [mails] = await house.sql`select count(*)::int as n from mail_message where subject like 'Receipt%'`
    assert.equal(mails?.['n'], 5)
  })
})

test('R62 a card is stored with consent in words, charged for each invoice once, forgotten when replaced', async () => {
  await withPaymentHouse(async (house) => {
    const customer = await house.newCustomer()
    const stored = await house.storeCard(customer, '4000002500003155')
    assert.ok(stored.ok && stored.value.status === 'action')
    const card = await house.storeCard(customer, '4000056655665556')
    assert.ok(card.ok && card.value.status === 'done')
    const [mandate] = await house.sql`select consent_text, consented_at, source_address from mandate`
    assert.match(String(mandate?.['consent_text']), /I authorise Northwind Voice to charge this card every month/)
    assert.equal(mandate?.['source_address'], '127.0.0.1')
    await house.addInvoice(customer, 5650)
    await house.addInvoice(customer, 11_300)
    assert.deepEqual(await runAutopay(house.parts), { customers: 1, charged: 2 })
    assert.deepEqual(await runAutopay(house.parts), { customers: 0, charged: 0 })
    assert.deepEqual(await standing(house, customer), {
      posted: 16_950,
      ledger: 16_950,
      allocated: 16_950,
      open: 0,
      payments: 2,
    })
    const before = await house.parts.db.as({ tenantPath: 'nw/' }, (tx) => cardOf(tx, customer.tenantId))
    assert.ok((await house.storeCard(customer, '5555555555554444')).ok)
    assert.equal(house.processor.state().methods.get(before!.methodRef)?.customer, null)
    const all = JSON.stringify(await house.sql`select * from payment_method`)
    assert.ok(!all.includes('4000056655665556') && !all.includes('5555555555554444'))
  })
})

test('R69 F28 soft declines are tried again on days 1, 3, 5 and 7, hard ones never, a new card at once', async () => {
  await withPaymentHouse(async (house) => {
    const { clock } = house
    const [soft, hard, action] = [await house.newCustomer(), await house.newCustomer(), await house.newCustomer()]
    assert.ok((await house.storeCard(soft, '4000000000009995')).ok)
    assert.ok((await house.storeCard(hard, '4000000000009987')).ok)
    const stored = await house.storeCard(action, '4000002760003184')
    assert.ok(stored.ok && stored.value.status === 'action')
    for (const customer of [soft, hard, action]) await house.addInvoice(customer, 5650, 30)
    const days: number[] = []
    for (let day = 0; day <= 12; day++) {
      for (let hour = 0; hour < 24; hour += 12) {
        const { charged } = await runAutopay(house.parts)
        if (charged > 0) days.push(day)
        clock.advance(12 * 3_600_000)
      }
    }
    assert.deepEqual(days, [0, 1, 3, 5, 7])
    assert.deepEqual(
      await statusOf(house, soft),
      Array.from({ length: 5 }, () => 'failed soft'),
    )
    assert.deepEqual(await statusOf(house, hard), ['failed hard'])
    assert.ok((await house.storeCard(hard, '4242424242424242')).ok)
    assert.deepEqual(await statusOf(house, hard), ['failed hard', 'posted'])
    const subjects = await house.sql<{ text: string }[]>`
      select text_body as text from mail_message where subject like '%could not be charged%' order by created_at`
    assert.match(subjects.map(({ text }) => text).join('\n'), /We try again on 2026-11-03\. If you enter another card/)
  })
})

test('R69 notices come 30, 7 and 1 days before a card ends, each once', async () => {
  await withPaymentHouse(async (house) => {
    const customer = await house.newCustomer()
    assert.ok((await house.storeCard(customer, '4242424242424242')).ok)
    await house.sql`update payment_method set exp_year = 2026, exp_month = 12`
    const told: string[] = []
    // From 2 November to 1 January, without the days on which nothing is due before the next notice.
    for (const days of [28, 1, 1, 21, 1, 1, 4, 1, 1, 1]) {
      house.clock.advance(days * DAY_MS)
      const count = await tellExpiring(house.parts)
      if (count > 0) told.push(isoInstant(house.clock.now()).slice(0, 10))
    }
    assert.deepEqual(told, ['2026-12-01', '2026-12-24', '2026-12-30'])
  })
})

test('a dispute keeps the money in doubt, and losing it opens the invoice again; order does not matter', async () => {
  await withPaymentHouse(async (house) => {
    for (const [isWon, isReversed] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      const customer = await house.newCustomer()
      const invoiceId = await house.addInvoice(customer, 5650)
      assert.ok((await house.payOnce(customer, '4000000000000259', 5650, invoiceId)).ok)
      const [intent] = await house.sql`select intent_ref from payment where tenant_id = ${customer.tenantId}`
      assert.ok(house.processor.settleDispute(String(intent?.['intent_ref']), isWon))
      await house.deliver((events) => (isReversed ? [...events, ...events].toReversed() : [...events, ...events]))
      assert.deepEqual(await statusOf(house, customer), [isWon ? 'posted' : 'reversed'])
      const { ledger, open } = await standing(house, customer)
      assert.deepEqual([ledger, open], isWon ? [5650, 0] : [0, 5650])
    }
  })
})

test('forged and stale messages are refused with their reason and post nothing', async () => {
  await withPaymentHouse(async (house) => {
    const customer = await house.newCustomer()
    assert.ok((await house.storeCard(customer, '4242424242424242')).ok)
    const invoiceId = await house.addInvoice(customer, 5650)
    house.events.splice(0)
    assert.ok((await chargeOpenInvoices(house.parts, customer.tenantId)) === 1)
    const { body } = house.events.at(-1)!
    const before = await standing(house, customer)
    const send = async (text: string, signature: string) => {
      const taken = await takeEvent(house.parts, { sellerId: house.house.providerId, body: text, signature })
      return taken.ok ? taken.value : taken.failure.code
    }
    const now = house.clock.now()
    assert.equal(await send(body, signatureOf('whsec_forged', body, now)), 'gateways.bad_signature')
    assert.equal(await send(body, signatureOf(demoKeys.webhook, body, now - 400_000)), 'gateways.stale_signature')
    assert.equal(await send(`${body} `, signatureOf(demoKeys.webhook, body, now)), 'gateways.bad_signature')
    assert.equal(await send(body, signatureOf(demoKeys.webhook, body, now)), 'taken')
    assert.equal(await send(body, signatureOf(demoKeys.webhook, body, now)), 'known')
    await goOn(house.parts)
    assert.deepEqual(await standing(house, customer), before)
    assert.ok(invoiceId)
  })
})
