/** The ledger's operations as callers of different scopes use them, on a real database. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '../../base/index.ts'
import type { CsvAnswer } from '../../platform/http/index.ts'
import type { operations } from './operations.ts'
import type { CdrRecord } from './protocol.ts'
import { readRange } from './range.ts'
import { ask, clock, withStage, type Asker, type Stage } from './test-stage.ts'
import { callRecord, type TestCustomer } from './testing.ts'

type Listed = { items: { id: string; chargeMicros: string }[]; next: string | null; totals: unknown; zone: string }

async function list(stage: Stage, asker: Asker, query: object, name: keyof typeof operations = 'listTransactions') {
  const answer = await ask(stage, name, asker, { query })
  assert(answer.ok, JSON.stringify(answer))
  return answer.value as Listed
}

const at = (text: string): number => Temporal.Instant.from(text).epochMilliseconds

function callAt(customer: TestCustomer, answered: string, seconds: number, over: Partial<CdrRecord> = {}): CdrRecord {
  return callRecord(customer, seconds, { endedAt: at(answered) + seconds * 1000, ...over })
}

test('R32 a range is half open in the zone of the login; page, totals and file hold the same rows', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    // 2026-10-01 begins at 04:00Z in Toronto.
    const before = callAt(acme, '2026-10-01T03:59:59.999Z', 60)
    const first = callAt(acme, '2026-10-01T04:00:00Z', 61)
    const last = callAt(acme, '2026-10-02T03:59:59.999Z', 600)
    const after = callAt(acme, '2026-10-02T04:00:00Z', 60)
    const foreign = callAt(birch, '2026-10-01T12:00:00Z', 60)
    const free = callAt(acme, '2026-10-01T12:00:00Z', 9, { class: 'onnet', direction: 'internal' })
    await stage.ledger.settle([before, first, last, after, foreign, free])
    const asker = { tenantPath: acme.path }
    const query = { from: '2026-10-01', to: '2026-10-02' }
    const whole = await list(stage, asker, query)
    assert.deepEqual(
      whole.items.map((one) => one.id),
      [last.id, free.id, first.id],
    )
    const totals = { count: 3, durationSeconds: 670, charges: [{ currency: 'CAD', chargeMicros: '4200000' }] }
    assert.deepEqual(whole.totals, totals)
    assert.equal(whole.zone, 'America/Toronto')
    const pages: string[] = []
    let cursor: string | undefined
    do {
      const page = await list(stage, asker, { ...query, limit: '2', ...(cursor ? { cursor } : {}) })
      assert.deepEqual(page.totals, totals, 'totals are of the range, not of the page')
      pages.push(...page.items.map((one) => one.id))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.deepEqual(pages, [last.id, free.id, first.id])
    const file = await ask(stage, 'downloadTransactions', asker, { query })
    const lines: (readonly string[])[] = []
    for await (const line of (file.value as CsvAnswer).rows) lines.push(line)
    assert.deepEqual(
      lines.slice(1, -1).map((line) => line.at(-1)),
      [first.id, free.id, last.id],
    )
    assert.deepEqual(lines.at(-1)?.slice(8, 13), ['3 calls', '670', '720', '4.20', 'CAD'])
    assert.equal(lines[1]?.[0], '2026-10-01 00:00:00')
    const exact = await list(stage, asker, { from: '2026-10-01T04:00:00Z', to: '2026-10-01T00:00:01' })
    assert.deepEqual(
      exact.items.map((one) => one.id),
      [first.id],
    )
  })
})

test('nobody sees a record outside his scope, a phone user only his own', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const personId = newId(clock)
    const mine = callAt(acme, '2026-10-01T12:00:00Z', 60, { personId, carrierId: newId(clock) })
    const other = callAt(acme, '2026-10-01T13:00:00Z', 60, { personId: newId(clock) })
    const foreign = callAt(birch, '2026-10-01T14:00:00Z', 60)
    await stage.ledger.settle([mine, other, foreign])
    const seen = async (asker: Asker) => (await list(stage, asker, {}, 'listCalls')).items.map((one) => one.id)
    const user: Asker = { tenantPath: acme.path, role: 'phone_user', personId }
    assert.deepEqual(await seen(user), [mine.id])
    assert.deepEqual(await seen({ tenantPath: acme.path, role: 'phone_user' }), [], 'a login that names no person')
    assert.deepEqual(await seen({ tenantPath: acme.path }), [other.id, mine.id])
    assert.deepEqual(await seen({ tenantPath: birch.path }), [foreign.id])
    assert.equal((await seen({ tenantPath: 'nw/', role: 'provider_admin' })).length, 3)
    const readBy = (asker: Asker, id: string) => ask(stage, 'readCall', asker, { params: { id } })
    assert.equal((await readBy(user, other.id)).failure?.code, 'ledger.no_such_call')
    assert.equal((await readBy({ tenantPath: birch.path }, mine.id)).failure?.code, 'ledger.no_such_call')
    const own = (await readBy(user, mine.id)).value as { explanation: string[]; carrierId: string | null }
    assert(own.explanation.some((line) => line.includes('first 60 s at 0.3500 a minute')))
    assert.equal(own.carrierId, null, 'carriers are shown to the provider only')
    const staff = (await readBy({ tenantPath: 'nw/', role: 'provider_noc' }, mine.id)).value as typeof own
    assert.equal(staff.carrierId, mine.carrierId)
  })
})

test('R79 a 911 call of nobody is kept, free, under the provider; partners and customers do not see it', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const emergency = { class: 'emergency', tenantId: '', accountId: undefined, to: '911', from: 'former201' } as const
    const record = callAt(acme, '2026-10-01T12:00:00Z', 60, { ...emergency, reserved: false })
    assert.deepEqual(await stage.ledger.settle([record]), [record.id])
    const range = { from: '2026-10-01', to: '2026-10-02' }
    for (const name of ['listCalls', 'listTransactions'] as const) {
      const seen = async (asker: Asker) => (await list(stage, asker, range, name)).items
      const [row] = await seen({ tenantPath: 'nw/', role: 'provider_admin' })
      assert.equal(row?.id, record.id)
      if (name === 'listTransactions') {
        const { chargeMicros, chargeReason } = row as unknown as { chargeMicros: string; chargeReason: string }
        assert.deepEqual([chargeMicros, chargeReason], ['0', 'emergency'])
      }
      assert.deepEqual(await seen({ tenantPath: acme.path }), [])
      assert.deepEqual(await seen({ tenantPath: 'nw/maple/', role: 'partner_admin' }), [])
    }
  })
})

test('those who serve several customers see whose each call was, and can ask for one of them', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const own = callAt(acme, '2026-10-01T12:00:00Z', 60)
    const others = [1, 2, 3].map((hour) => callAt(birch, `2026-10-01T1${hour}:30:00Z`, 60))
    await stage.ledger.settle([own, ...others])
    const staff: Asker = { tenantPath: 'nw/', role: 'provider_admin' }
    const range = { from: '2026-10-01', to: '2026-10-02' }
    const everybody = (await list(stage, staff, range)).items as unknown as { tenantId: string; customerName: string }[]
    const names = new Map(everybody.map((one) => [one.tenantId, one.customerName]))
    assert.equal(everybody.length, 4)
    assert.equal(names.size, 2)
    const of = await list(stage, staff, { ...range, customerId: acme.tenantId })
    assert.deepEqual(
      of.items.map((one) => one.id),
      [own.id],
    )
    assert.equal((of.totals as { count: number }).count, 1)
    const file = await ask(stage, 'downloadTransactions', staff, { query: { ...range, customerId: acme.tenantId } })
    const lines: (readonly string[])[] = []
    for await (const line of (file.value as CsvAnswer).rows) lines.push(line)
    const column = lines[0]!.indexOf('Customer')
    assert.deepEqual(
      lines.slice(1, -1).map((line) => line[column]),
      [names.get(acme.tenantId)],
    )
    const foreign = await list(stage, { tenantPath: acme.path }, { ...range, customerId: birch.tenantId })
    assert.equal(foreign.items.length, 0, 'naming a customer outside the scope shows nothing of it')
    const pages: string[] = []
    let cursor: string | undefined
    do {
      const asked = { query: { limit: '1', ...(cursor ? { cursor } : {}) } }
      const page = (await ask(stage, 'listAccounts', staff, asked)).value as {
        items: { tenantId: string }[]
        next: string | null
      }
      pages.push(...page.items.map((one) => one.tenantId))
      cursor = page.next ?? undefined
    } while (cursor)
    assert.equal(new Set(pages).size, pages.length, 'no account twice')
    assert.ok(pages.includes(acme.tenantId) && pages.includes(birch.tenantId))
  })
})

test('a payment asked for through the API changes the balance once; an invisible account does not exist', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const staff: Asker = { tenantPath: 'nw/', role: 'provider_billing' }
    const postingId = newId(clock)
    const pay = (asker: Asker, id: string, body: object) => ask(stage, 'postPayment', asker, { params: { id }, body })
    const body = { postingId, amountMicros: '2500000', reason: 'e-transfer 77' }
    for (let i = 0; i < 2; i++) {
      const answer = await pay(staff, acme.accountId, body)
      assert.deepEqual(answer.value, { postingId, balanceMicros: '-2500000' })
    }
    const refused = await pay({ tenantPath: birch.path }, acme.accountId, { ...body, postingId: newId(clock) })
    assert.equal(refused.failure?.code, 'ledger.no_such_account')
    const adjust = { params: { id: acme.accountId }, body: { amountMicros: '-500000', reason: 'goodwill' } }
    const adjusted = (await ask(stage, 'postAdjustment', staff, adjust)).value as { balanceMicros: string }
    assert.equal(adjusted.balanceMicros, '-3000000')
    const accounts = (await ask(stage, 'listAccounts', { tenantPath: acme.path }, {})).value as {
      items: { availableMicros: string }[]
    }
    assert.deepEqual(
      accounts.items.map((one) => one.availableMicros),
      ['103000000'],
    )
  })
})

test('a payment sent again under its Idempotency-Key is posted once, also after a lost transaction', async () => {
  await withStage(async (stage) => {
    const [acme] = stage.house.customers
    assert(acme)
    const repeatId = '0b8a2ba6-5a4f-8d11-9c5e-2f1f6f6f0a01'
    const staff: Asker = { tenantPath: 'nw/', role: 'provider_billing', repeatId }
    const body = { amountMicros: '2500000', reason: 'wire 12' }
    const pay = () => ask(stage, 'postPayment', staff, { params: { id: acme.accountId }, body })
    for (const answer of [await pay(), await pay()]) {
      assert.deepEqual(answer.value, { postingId: repeatId, balanceMicros: '-2500000' })
    }
  })
})

test('an id that was chosen twice for different money is refused, and a date out of reason too', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const staff: Asker = { tenantPath: 'nw/', role: 'provider_billing' }
    const postingId = newId(clock)
    const pay = async (id: string, body: object) => {
      const given = { postingId, amountMicros: '2500000', reason: 'wire 13', ...body }
      return (await ask(stage, 'postPayment', staff, { params: { id }, body: given })).failure?.code
    }
    assert.equal(await pay(acme.accountId, {}), undefined)
    assert.equal(await pay(acme.accountId, { amountMicros: '3000000' }), 'ledger.posting_id_taken')
    assert.equal(await pay(birch.accountId, {}), 'ledger.posting_id_taken')
    for (const receivedAt of ['0001-01-01T00:00:00Z', '9999-01-01T00:00:00Z']) {
      assert.equal(await pay(acme.accountId, { postingId: newId(clock), receivedAt }), 'ledger.bad_date')
    }
  })
})

test('bounds follow the calendar of the zone: days of 23 and 25 hours, skipped and repeated hours', () => {
  const hours = (from: string, to: string, zone: string): number => {
    const range = readRange({ from, to }, zone)
    assert(range.ok)
    return (range.value.to - range.value.from) / 3_600_000
  }
  assert.equal(hours('2026-03-08', '2026-03-09', 'America/Toronto'), 23)
  assert.equal(hours('2026-11-01', '2026-11-02', 'America/Toronto'), 25)
  assert.equal(hours('2026-11-01T01:30', '2026-11-01T02:30', 'America/Toronto'), 2)
  assert.equal(hours('2026-03-08T02:30', '2026-03-08T03:30', 'America/Toronto'), 0, 'the skipped hour moves forward')
  assert.equal(hours('2018-11-04', '2018-11-05', 'America/Sao_Paulo'), 23, 'a day that has no midnight')
  for (const bad of ['yesterday', '2026-13-01', '2026-10-01T25:00', '']) {
    assert(!readRange({ from: bad, to: '2026-10-01' }, 'UTC').ok, bad)
  }
  assert(!readRange({ from: '2026-10-02', to: '2026-10-01' }, 'UTC').ok)
  assert(readRange({ from: '-271821-04-20T00:00:00Z', to: '+275760-09-13T00:00:00Z' }, 'UTC').ok)
})
