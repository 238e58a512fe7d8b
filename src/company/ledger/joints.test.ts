/** Where the switch and charging meet, with a real database: lost replies, records that differ, deaths in between. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { importDeck } from '../catalog/index.ts'
import { checkLedger } from './check-ledger.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import type { CallRated, Grant, ReserveRequest } from './protocol.ts'
import { buildTestHouse, callRecord, reserveRequest, type TestCustomer, type TestHouse } from './testing.ts'

const clock = systemClock({ keepAlive: true })

type Bench = { house: TestHouse; acme: TestCustomer; db: Db; office: Db; open(): Promise<Ledger>; rated: CallRated[] }

/** Ledgers that follow each other on one database, as processes do; the books are looked at in the end. */
async function withLedgers(limitMicros: bigint, act: (bench: Bench) => Promise<void>): Promise<void> {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await buildTestHouse(office, limitMicros)
    const [acme] = house.customers
    assert(acme)
    const opened: Ledger[] = []
    const rated: CallRated[] = []
    const open = async (): Promise<Ledger> => {
      const db = await database.openDb('charge')
      const onRated = (one: CallRated): void => void rated.push(one)
      const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated })
      opened.push(ledger)
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      return ledger
    }
    const db = await database.openDb('charge')
    try {
      await act({ house, acme, db, office, open, rated })
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      for (const ledger of opened) await ledger.close()
    }
  })
}

const count = async (db: Db, table: 'reservation' | 'posting' | 'cdr'): Promise<number> =>
  (await db.asService((tx) => tx`select 1 from ${tx(table)}`)).length

function granted(ledger: Ledger, request: ReserveRequest): Grant {
  const answer = ledger.reserve(request)
  assert(answer.ok, answer.ok ? '' : answer.failure.code)
  return answer.value
}

test('a reservation whose reply was lost is freed by the record of its call, which knows nothing of it', async () => {
  await withLedgers(1_750_000n, async ({ acme, db, open }) => {
    const ledger = await open()
    const request = reserveRequest(acme)
    granted(ledger, request)
    assert.equal(ledger.reserve(reserveRequest(acme)).ok, false, 'all credit is set aside')
    const unheard = { id: request.cdrId, answeredAt: undefined, reserved: false, hangupCause: 'cancelled' }
    assert.deepEqual(await ledger.settle([callRecord(acme, 0, unheard)]), [request.cdrId])
    assert.equal(await count(db, 'reservation'), 0)
    assert.equal(granted(ledger, reserveRequest(acme)).reservedMicros, 1_750_000n)
    assert.equal(await count(db, 'posting'), 0)
  })
})

test('one id settled with different contents: the first is kept, nothing is posted twice', async () => {
  await withLedgers(100_000_000n, async ({ acme, db, open, rated }) => {
    const ledger = await open()
    const request = reserveRequest(acme)
    granted(ledger, request)
    assert((await ledger.confirm(request.cdrId, request.at)).ok)
    const first = callRecord(acme, 61, { id: request.cdrId })
    const longer = callRecord(acme, 600, { id: request.cdrId, to: '+442071838751' })
    // At once, in one message, later, and to another process.
    assert.deepEqual(await ledger.settle([first, longer]), [first.id, first.id])
    const together = await Promise.all([ledger.settle([longer]), ledger.settle([longer, first])])
    assert.deepEqual(together.flat(), [first.id, first.id, first.id])
    assert.deepEqual(await (await open()).settle([longer]), [first.id])
    const [cdr, ...more] = await db.asService((tx) => tx`select duration_seconds, to_number, charge_micros from cdr`)
    assert.deepEqual(more, [])
    assert.deepEqual([cdr?.['duration_seconds'], cdr?.['to_number'], cdr?.['charge_micros']], [61, first.to, 700_000n])
    assert.equal(await count(db, 'posting'), 1)
    const [balance] = await db.asService((tx) => tx`select balance_micros from account_balance`)
    assert.equal(balance?.['balance_micros'], 700_000n)
    assert.equal(rated.length, 1)
  })
})

test('a process whose epoch is over writes nothing: no record, no reservation, no payment', async () => {
  await withLedgers(100_000_000n, async ({ acme, db, open }) => {
    const [former, heir] = [await open(), await open()]
    const request = reserveRequest(acme)
    former.reserve(request)
    assert.equal((await former.confirm(request.cdrId, clock.now())).ok, false)
    const record = callRecord(acme, 61, { id: request.cdrId })
    assert.deepEqual(await former.settle([record]), [])
    const { accountId } = acme
    const money = { accountId, amountMicros: 5n, occurredAt: clock.now(), reason: 'test', createdBy: undefined }
    const paid = await former.post('payment', { ...money, postingId: newId(clock) })
    assert(!paid.ok && paid.failure.code === 'ledger.unavailable')
    assert(former.notes().length > 0, 'the process says so')
    assert.deepEqual([await count(db, 'cdr'), await count(db, 'reservation'), await count(db, 'posting')], [0, 0, 0])
    assert.deepEqual(await heir.settle([record]), [record.id], 'it is sent again to the next one')
  })
})

test('what a switch had reserved when it died is freed when the next one starts, and nothing else', async () => {
  await withLedgers(100_000_000n, async ({ acme, db, open }) => {
    const ledger = await open()
    const startedAt = clock.now()
    const before = { at: startedAt - 1 }
    const [forgotten, unanswered, spooled] = [before, before, before].map((over) => reserveRequest(acme, over))
    const fresh = reserveRequest(acme, { at: startedAt })
    assert(forgotten && unanswered && spooled)
    for (const request of [forgotten, unanswered, spooled, fresh]) granted(ledger, request)
    assert((await ledger.confirm(unanswered.cdrId, clock.now())).ok)
    const reply = await ledger.freeForgotten({ startedAt, cdrIds: [spooled.cdrId] })
    assert.deepEqual(reply, { ok: true, value: { freed: 2 } })
    const left = await db.asService((tx) => tx<{ id: string }[]>`select cdr_id as id from reservation order by id`)
    assert.deepEqual(
      left.map((row) => row.id),
      [spooled.cdrId, fresh.cdrId].toSorted(),
    )
    assert.equal((await ledger.confirm(forgotten.cdrId, clock.now())).ok, false)
    assert.deepEqual(await ledger.freeForgotten({ startedAt, cdrIds: [spooled.cdrId] }), {
      ok: true,
      value: { freed: 0 },
    })
  })
})

test('charging is replaced during twenty calls: each goes on with its reservation and its promised price', async () => {
  await withLedgers(60_000_000n, async ({ acme, house, db, office, open }) => {
    const first = await open()
    const requests = Array.from({ length: 20 }, () => reserveRequest(acme))
    const grants = requests.map((request) => granted(first, request))
    const confirmed = await Promise.all(requests.map(({ cdrId, at }) => first.confirm(cdrId, at)))
    assert(confirmed.every((one) => one.ok))
    // No close: the first is gone as a killed process is, and a dearer deck comes into force.
    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      const csv =
        'prefix,destination,class,first_seconds,first_price,next_seconds,next_price\n44,UK,international,60,9,60,9'
      const deck = { tenantId: house.providerId, deckId: house.deckId, csv, activate: true }
      assert((await importDeck(tx, clock, deck)).ok)
    })
    const second = await open()
    const extended = await Promise.all(requests.map(({ cdrId }) => second.extend(cdrId, 250)))
    for (const [at, grant] of extended.entries()) {
      assert(grant.ok)
      const { grantedSeconds, reservedMicros } = grant.value
      assert.equal(reservedMicros, (BigInt(grantedSeconds + 1) / 60n) * 350_000n, 'the price of the start')
      assert(grantedSeconds >= grants[at]!.grantedSeconds)
    }
    const [row] = await db.asService((tx) => tx`select sum(reserved_micros)::bigint as sum from reservation`)
    assert((row?.['sum'] as bigint) <= 60_000_000n, 'never more than the limit')
    const records = requests.map(({ cdrId }) => callRecord(acme, 250, { id: cdrId }))
    assert.equal((await second.settle(records)).length, 20)
    const charges = await db.asService((tx) => tx`select distinct charge_micros from cdr`)
    assert.deepEqual(
      charges.map((one) => one['charge_micros']),
      [5n * 350_000n],
    )
    assert.equal(await count(db, 'reservation'), 0)
  })
})
