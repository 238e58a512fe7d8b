/** Payments through the API, as each role sees them; the ledger behind it is real, the card processor is not asked. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, newId, silentLog } from '../../base/index.ts'
import { createDeck, importDeck } from '../../company/catalog/index.ts'
import { openAccount, openBooks, openLedger, postPayment, returnPayment } from '../../company/ledger/index.ts'
import { testDeck } from '../../company/ledger/testing.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { withOffice, type TestOffice } from './testing.ts'

type Bench = TestOffice & {
  readonly accountId: string
  as(who: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: Json }>
}
type Json = Readonly<Record<string, unknown>>

async function withPayments(act: (bench: Bench) => Promise<void>): Promise<void> {
  await withTestDatabase(async (database) => {
    const db = await database.openDb('office')
    await withOffice({ url: database.url, db }, async (bench) => {
      const { clock, tree, charge, people } = bench
      const accountId = await db.as({ tenantPath: tree.provider.path }, async (tx) => {
        const tenantId = tree.provider.tenantId
        await openBooks(tx, clock, { tenantId, currency: 'CAD' })
        const rateDeckId = await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' })
        await importDeck(tx, clock, { tenantId, deckId: rateDeckId, csv: testDeck, activate: true })
        const owner = { tenantId: tree.acme.tenantId, currency: 'CAD', creditLimitMicros: 600_000_000n, rateDeckId }
        return openAccount(tx, clock, owner)
      })
      const chargeDb = await database.openDb('charge')
      const parts = { db: chargeDb, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} }
      const ledger = openLedger(parts)
      charge.serve(postPayment, (request) => ledger.post('payment', request))
      charge.serve(returnPayment, (request) => ledger.post('return', request))
      const as: Bench['as'] = async (who, method, path, body) => {
        const answer = await bench.ask(people.get(who), method, `/api/v1${path}`, body)
        const text = await answer.text()
        return { status: answer.status, json: (text === '' ? {} : JSON.parse(text)) as Json }
      }
      try {
        while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(10, resolve))
        await act({ ...bench, accountId, as })
      } finally {
        await ledger.close()
      }
    })
  })
}

async function addInvoice({ db, clock, tree, accountId }: Bench, cents: number): Promise<string> {
  const id = newId(clock)
  const micros = BigInt(cents) * 10_000n
  const now = clock.now()
  await db.as({ tenantPath: tree.provider.path }, async (tx) => {
    const [count] = await tx<{ n: number }[]>`select count(*)::int as n from invoice where account_id = ${accountId}`
    const to = Temporal.PlainDate.from('2026-11-01').subtract({ months: count!.n })
    await tx`
      insert into invoice
        (id, tenant_id, seller_id, customer_id, kind, account_id, number, number_in_series, status, currency,
         period_from, period_to, window_from, window_to, zone, net_micros, total_micros, billed, created_at,
         drafted_at, issued_at, due_at, posted_at)
      values
        (${id}, ${tree.acme.tenantId}, ${tree.maple.tenantId}, ${tree.acme.tenantId}, 'customer', ${accountId},
         ${`MT-${count!.n + 1}`}, ${count!.n + 1}, 'issued', 'CAD',
         ${to.subtract({ months: 1 }).toString()}::text::date,
         ${to.toString()}::text::date, ${now}, ${now}, 'America/Toronto', ${micros}, ${micros}, '{}', ${now}, ${now},
         ${now}, ${now + 1e9 - count!.n * 1e6}, ${now})`
  })
  return id
}

const customer = 'customer_billing@acme'
const clerk = 'partner_billing@maple'

test('R45 R46 R66 R67 R70 F29 a cheque waits to be posted, pays the oldest, and the balance is explained', async () => {
  await withPayments(async (bench) => {
    const { as, tree } = bench
    await addInvoice(bench, 11_300)
    await addInvoice(bench, 5650)
    const before = await as(customer, 'GET', '/payment-info')
    assert.equal(before.status, 200)
    assert.equal(before.json['amountToPayMicros'], '169500000', 'the total of the invoices, whatever the balance is')
    const cheque = { number: '112', datedOn: '2026-11-02', scan: { type: 'image/png', base64: 'iVBORw0KGgo=' } }
    const body = { customerId: tree.acme.tenantId, method: 'cheque', amountMicros: '60000000', reference: 'cheque 112' }
    const entered = await as(clerk, 'POST', '/payments', { ...body, valueDate: '2026-11-03', cheque })
    assert.equal(entered.status, 200, JSON.stringify(entered.json))
    assert.equal(entered.json['status'], 'received')
    const seen = await as(customer, 'GET', '/payments')
    assert.equal((seen.json['items'] as Json[])[0]?.['status'], 'received', 'the customer sees that it is being posted')
    assert.equal((await as(customer, 'POST', `/payments/${String(entered.json['id'])}/post`)).status, 403)
    const posted = await as(clerk, 'POST', `/payments/${String(entered.json['id'])}/post`)
    assert.equal(posted.json['status'], 'posted')
    assert.equal(posted.json['postedRule'], null)
    assert.ok(posted.json['postedBy'], 'a person posted it')
    const read = await as(customer, 'GET', `/payments/${String(entered.json['id'])}`)
    const paid = read.json['allocations'] as { number: string; amountMicros: string }[]
    assert.deepEqual(
      paid.map(({ number, amountMicros }) => [number, amountMicros]),
      [
        ['MT-2', '56500000'],
        ['MT-1', '3500000'],
      ],
      'the oldest first',
    )
    const info = await as(customer, 'GET', '/payment-info')
    assert.equal(info.json['amountToPayMicros'], '109500000')
    const parts = info.json['balance'] as Record<string, string>
    const sum =
      BigInt(parts['unpaidMicros']!) +
      BigInt(parts['callsMicros']!) +
      BigInt(parts['otherMicros']!) -
      BigInt(parts['creditMicros']!)
    assert.equal(String(sum), parts['balanceMicros'], 'the parts sum to the balance')
    const deposit = { paymentIds: [entered.json['id']], bank: 'First Example Bank', depositedOn: '2026-11-04' }
    assert.equal((await as(clerk, 'POST', '/deposit-batches', deposit)).status, 200)
    assert.equal((await as(clerk, 'POST', '/deposit-batches', deposit)).status, 409, 'a cheque is deposited once')
  })
})

test('R65 R68 bank details are shown on request, a notice waits, a card is taken by a mailed link', async () => {
  await withPayments(async (bench) => {
    const { as, db, tree } = bench
    const rows = [{ label: 'Account', value: '003-01234-1029384' }]
    const brands = await as('partner_admin@maple', 'GET', '/brands')
    assert.equal(brands.status, 200)
    const set = await as('partner_admin@maple', 'PUT', `/brands/${tree.maple.tenantId}/bank-details`, { rows })
    assert.ok(set.status < 300, JSON.stringify(set.json))
    const info = await as(customer, 'GET', '/payment-info')
    assert.ok(!JSON.stringify(info.json).includes('1029384'), 'not before somebody asks')
    const shown = await as(customer, 'POST', '/brand/bank-details')
    assert.deepEqual(shown.json['rows'], rows)
    const told = await as(customer, 'POST', '/payment-info/notices', { method: 'eft', amountMicros: '5000000' })
    assert.equal(told.status, 200, JSON.stringify(told.json))
    const expected = await as(clerk, 'GET', '/expected-payments')
    assert.equal((expected.json['items'] as Json[])[0]?.['customerId'], tree.acme.tenantId)
    const other = await as('partner_billing@lake', 'GET', '/expected-payments')
    assert.deepEqual(other.json['items'], [])
    const link = { purpose: 'store' }
    assert.equal((await as(clerk, 'POST', `/customers/${tree.acme.tenantId}/pay-link`, link)).status, 409)
    const keys = { apiUrl: 'http://127.0.0.1:1', publishableKey: 'pk_of_nobody', secretKey: 'sk_of_nobody' }
    await as('partner_admin@maple', 'PUT', '/card-gateway', { ...keys, webhookSecret: 'whsec_of_nobody' })
    const sent = await as(clerk, 'POST', `/customers/${tree.acme.tenantId}/pay-link`, link)
    assert.equal(sent.status, 200, JSON.stringify(sent.json))
    const audit = await db.asService(
      (tx) =>
        tx<{ action: string }[]>`select action from audit_entry where action in ('revealBankDetails', 'sendPayLink')`,
    )
    assert.ok(audit.length >= 1, 'who looked, and who sent a link, is kept')
    const [stored] = await db.as(
      { tenantPath: tree.provider.path },
      (tx) => tx<{ sealed: string }[]>`
      select sealed_keys as sealed from card_gateway`,
    )
    assert.ok(!stored!.sealed.includes('sk_of_nobody'))
  })
})

test('nobody posts, refunds or is paid what he owes himself', async () => {
  await withPayments(async (bench) => {
    const { as, tree } = bench
    const body = { customerId: tree.maple.tenantId, method: 'eft', amountMicros: '10000', reference: 'x' }
    const own = await as(clerk, 'POST', '/payments', { ...body, valueDate: '2026-11-03' })
    assert.equal(own.status, 404, 'a partner does not enter what it pays to the provider')
    const theirs = { ...body, customerId: tree.cedar.tenantId, valueDate: '2026-11-03' }
    assert.equal((await as(clerk, 'POST', '/payments', theirs)).status, 404)
  })
})
