/** The ledger on a real database: reserved, confirmed, extended, settled, posted; asked twice, done once. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, newId, silentLog, systemClock, type Clock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { checkLedger } from './check-ledger.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { CallRated } from './protocol.ts'
import { buildTestHouse, callRecord, reserveRequest, type TestHouse } from './testing.ts'

type Bench = { ledger: Ledger; house: TestHouse; db: Db; office: Db; rated: CallRated[]; database: TestDatabase }

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const clock = systemClock({ keepAlive: true })
  for (let tries = 0; tries < 500; tries++) {
    if (await holds()) return
    await new Promise<void>((resolve) => void clock.after(10, resolve))
  }
  assert.fail(`never came true: ${what}`)
}

async function withLedger(limitMicros: bigint, act: (bench: Bench) => Promise<void>, clock: Clock = systemClock()) {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await buildTestHouse(office, limitMicros)
    const db = await database.openDb('charge')
    const rated: CallRated[] = []
    const ledger = openLedger({
      db,
      clock,
      log: silentLog,
      metrics: createMetrics(),
      onRated: (one) => void rated.push(one),
    })
    try {
      await until('the ledger is ready', () => ledger.notes().length === 0)
      await act({ ledger, house, db, office, rated, database })
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      await ledger.close()
    }
  })
}

test('a call is reserved, confirmed, extended and settled; the charge is the deck times the duration', async () => {
  await withLedger(10_000_000n, async ({ ledger, house, db, rated }) => {
    const [acme] = house.customers
    assert(acme)
    const request = reserveRequest(acme)
    const granted = ledger.reserve(request)
    assert(granted.ok)
    assert.equal(granted.value.grantedSeconds, 299)
    assert.equal(granted.value.reservedMicros, 1_750_000n)
    assert.equal(granted.value.destinationName, 'United Kingdom')
    assert.deepEqual(ledger.reserve(request), granted, 'asking twice reserves once')
    assert((await ledger.confirm(request.cdrId, request.at)).ok)
    const extended = await ledger.extend(request.cdrId, 280)
    assert(extended.ok && extended.value.grantedSeconds === 599)
    const [row] = await db.asService((tx) => tx`select reserved_micros, granted_seconds, answered_at from reservation`)
    assert.equal(row?.['reserved_micros'], 3_500_000n)
    assert.equal(row['answered_at'], request.at)
    const record = callRecord(acme, 301, { id: request.cdrId })
    assert.deepEqual(await ledger.settle([record]), [record.id])
    assert.deepEqual(await ledger.settle([record, record]), [record.id, record.id], 'sent again, stored once')
    const [cdr] = await db.asService((tx) => tx`select * from cdr`)
    assert.equal(cdr?.['charge_micros'], 2_100_000n)
    assert.equal(cdr['billed_seconds'], 360)
    assert.equal(cdr['duration_seconds'], 301)
    assert.equal((await db.asService((tx) => tx`select 1 from reservation`)).length, 0)
    const [balance] = await db.asService((tx) => tx`select balance_micros from account_balance`)
    assert.equal(balance?.['balance_micros'], 2_100_000n)
    assert.deepEqual(
      rated.map((one) => one.chargeMicros),
      [2_100_000n],
    )
  })
})

test('free calls are stored with a charge of zero and the reason', async () => {
  await withLedger(0n, async ({ ledger, house, db }) => {
    const [acme] = house.customers
    assert(acme)
    const records = [
      callRecord(acme, 30, { class: 'onnet', direction: 'internal', reserved: false }),
      callRecord(acme, 30, { class: 'emergency', to: '911', reserved: false }),
      callRecord(acme, 30, { class: 'inbound', direction: 'inbound', reserved: false }),
      callRecord(acme, 30, { class: 'service', to: '*98', reserved: false }),
      callRecord(acme, 0, { answeredAt: undefined, hangupCause: 'busy' }),
      callRecord(acme, 30, { class: 'tollfree', to: '+18005550199', reserved: false }),
    ]
    assert.equal((await ledger.settle(records)).length, records.length)
    const rows = await db.asService((tx) => tx`select charge_reason, charge_micros from cdr order by charge_reason`)
    assert.deepEqual(
      rows.map((row) => [row['charge_reason'], row['charge_micros']]),
      ['emergency', 'inbound', 'onnet', 'onnet', 'service', 'unanswered'].map((reason) => [reason, 0n]),
    )
    assert.equal((await db.asService((tx) => tx`select 1 from posting`)).length, 0)
  })
})

test('a record without a reservation, and one of nobody we know, are stored too', async () => {
  await withLedger(0n, async ({ ledger, house, db }) => {
    const [acme] = house.customers
    assert(acme)
    const late = callRecord(acme, 61)
    const stranger = callRecord({ ...acme, tenantId: newId(systemClock()), accountId: newId(systemClock()) }, 61)
    const poison = callRecord(acme, 61, {
      fromName: 'a\0b',
      toName: '\ud800',
      quality: '{',
      to: `+44${'9'.repeat(300)}`,
    })
    assert.equal((await ledger.settle([late, stranger, poison])).length, 3)
    const rows = await db.asService((tx) => tx`select id, charge_micros, charge_reason, account_id from cdr`)
    const of = (id: string) => rows.find((row) => row['id'] === id)
    assert.equal(of(late.id)?.['charge_micros'], 700_000n)
    assert.equal(of(stranger.id)?.['charge_reason'], 'no_account')
    assert.equal(of(poison.id)?.['charge_micros'], 700_000n)
  })
})

test('a payment and an adjustment are posted once under their id, and credit follows', async () => {
  await withLedger(1_000_000n, async ({ ledger, house }) => {
    const [acme] = house.customers
    assert(acme)
    const money = { accountId: acme.accountId, occurredAt: 1_764_000_000_000, reason: 'wire 1', createdBy: undefined }
    const owed = { ...money, postingId: newId(systemClock()), amountMicros: 1_000_000n }
    const charged = await ledger.post('adjustment', owed)
    assert(charged.ok && charged.value.balanceMicros === 1_000_000n)
    assert.equal(refusal(ledger.reserve(reserveRequest(acme))), 'ledger.no_credit')
    const paid = { ...money, postingId: newId(systemClock()), amountMicros: 600_000n }
    const both = await Promise.all([ledger.post('payment', paid), ledger.post('payment', paid)])
    const again = await ledger.post('payment', paid)
    for (const one of [...both, again]) assert(one.ok && one.value.balanceMicros === 400_000n)
    assert(ledger.reserve(reserveRequest(acme)).ok)
    assert.equal(refusal(await ledger.post('payment', { ...paid, amountMicros: -1n })), 'ledger.bad_amount')
    const nobody = { ...paid, accountId: newId(systemClock()) }
    assert.equal(refusal(await ledger.post('payment', nobody)), 'ledger.no_such_account')
  })
})

function refusal(result: { ok: true } | { ok: false; failure: { code: string } }): string {
  return result.ok ? 'allowed' : result.failure.code
}

test('refusals name their reason; limits and suspensions are seen within two seconds', async () => {
  await withLedger(10_000_000n, async ({ ledger, house, office }) => {
    const [acme, birch] = house.customers
    assert(acme && birch)
    const reserve = (destination: string) => refusal(ledger.reserve(reserveRequest(acme, { destination })))
    assert.equal(reserve('+8821600000'), 'ledger.destination_blocked')
    assert.equal(reserve('+33140000000'), 'ledger.no_rate')
    assert.equal(
      refusal(ledger.reserve(reserveRequest({ ...acme, accountId: newId(systemClock()) }))),
      'ledger.unknown_account',
    )
    const scope = { tenantPath: 'nw/' }
    await office.as(scope, (tx) => tx`update account set status = 'suspended' where id = ${acme.accountId}`)
    await until('the suspension is seen', () => reserve('+442071838750') === 'ledger.account_suspended')
    await office.as(scope, (tx) => tx`update account set credit_limit_micros = 0 where id = ${birch.accountId}`)
    await until('the limit is seen', () => refusal(ledger.reserve(reserveRequest(birch))) === 'ledger.no_credit')
  })
})
