/** Calls under a plan, on a real database: quotas are reserved, counted once, explained, and survive a crash. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMetrics, silentLog, systemClock, type Clock } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { assignPlan, createGroup, createPlan, importDeck } from '../catalog/index.ts'
import { checkLedger } from './check-ledger.ts'
import { explainTransaction } from './explain-transaction.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import { buildTestHouse, callRecord, reserveRequest, type TestCustomer, type TestHouse } from './testing.ts'

const clock = systemClock({ keepAlive: true })
const DAY_MS = 86_400_000
const head = 'prefix,destination,class,direction,connect,first_seconds,first_price,next_seconds,next_price'
const deck = `${head}\n44,United Kingdom,international,outbound,0,60,0.10,60,0.10`

type Promised = { seconds: bigint; atExhaustion?: 'bill' | 'block'; step?: number }
type Bench = { house: TestHouse; acme: TestCustomer; db: Db; office: Db; ledger: Ledger; again(): Promise<Ledger> }

/** The customer gets some free seconds to the United Kingdom, a day ago. */
async function givePlan(tx: Tx, { providerId, customers }: TestHouse, promised: Promised): Promise<void> {
  const { seconds, atExhaustion = 'bill', step = 60 } = promised
  const aDayAgo: Clock = { ...clock, now: () => clock.now() - DAY_MS }
  const { tenantId } = customers[0]!
  await tx`
    insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
    values (${tenantId}, 'ACME', 'CA', '416', 'America/Toronto', 'active', ${clock.now()})`
  const group = { name: 'UK', direction: 'outbound', classes: [], prefixes: ['44'] } as const
  const groupId = await createGroup(tx, clock, { tenantId: providerId, ...group })
  const blocks = { firstSeconds: step, nextSeconds: step, renewal: 'monthly', rollover: 3 } as const
  const rules = { prorateFirst: false, atExhaustion, priority: 1, waivesConnect: true } as const
  const quotas = [{ name: 'Free to the UK', groupId, unit: 'seconds', amount: seconds, ...blocks, ...rules } as const]
  const plan = { tenantId: providerId, name: 'UK minutes', currency: 'CAD', quotas, discounts: [] }
  await assignPlan(tx, aDayAgo, { tenantId, planId: await createPlan(tx, clock, plan), billDay: 1 })
}

async function withPlan(promised: Promised, limit: bigint, act: (bench: Bench) => Promise<void>, csv = deck) {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await buildTestHouse(office, limit)
    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      const { providerId: tenantId, deckId } = house
      const imported = await importDeck(tx, clock, { tenantId, deckId, csv, activate: true })
      assert(imported.ok, JSON.stringify(imported))
      await givePlan(tx, house, promised)
    })
    const opened: Ledger[] = []
    const open = async (): Promise<Ledger> => {
      const db = await database.openDb('charge')
      const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => {} })
      opened.push(ledger)
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      return ledger
    }
    const db = await database.openDb('charge')
    try {
      await act({ house, acme: house.customers[0]!, db, office, ledger: await open(), again: open })
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      for (const ledger of opened) await ledger.close()
    }
  })
}

async function used(db: Db): Promise<bigint> {
  const rows = await db.asService((tx) => tx<{ used: bigint }[]>`select used_units as used from counter`)
  return rows.reduce((sum, row) => sum + row.used, 0n)
}

async function grant(ledger: Ledger, acme: TestCustomer) {
  const request = reserveRequest(acme)
  const granted = ledger.reserve(request)
  assert(granted.ok, granted.ok ? '' : granted.failure.code)
  assert((await ledger.confirm(request.cdrId, request.at)).ok)
  return { ...granted.value, cdrId: request.cdrId }
}

test('R41 a call that crosses the quota is one record with two parts: 8 minutes, 2 left, 0.10 are 0.60', async () => {
  await withPlan({ seconds: 120n }, 10_000_000n, async ({ ledger, acme, db }) => {
    const call = await grant(ledger, acme)
    assert.equal(call.reservedMicros, 300_000n, 'five minutes, two of them free')
    const record = callRecord(acme, 480, { id: call.cdrId })
    assert.deepEqual(await ledger.settle([record]), [record.id])
    assert.deepEqual(await ledger.settle([record]), [record.id], 'sent twice')
    const cdrs = await db.asService(
      (tx) => tx`select charge_micros as micros, charge_reason as reason, billed_seconds as billed from cdr`,
    )
    assert.deepEqual([...cdrs], [{ micros: 600_000n, reason: 'rated', billed: 360 }])
    const parts = await db.asService(
      (tx) => tx`
        select kind, from_second as start, seconds, amount_micros as micros from cdr_component order by line`,
    )
    assert.deepEqual(
      [...parts],
      [
        { kind: 'quota', start: 0, seconds: 120, micros: 0n },
        { kind: 'usage', start: 120, seconds: 360, micros: 600_000n },
      ],
    )
    assert.equal(await used(db), 120n)
    const explained = await db.asService((tx) => explainTransaction(tx, record.id))
    const [charge] = explained?.charges ?? []
    assert.deepEqual(charge?.differences, [])
    assert.deepEqual(charge.computed?.counters, [
      { name: 'Free to the UK', unit: 'seconds', grantedUnits: 120n, beforeUnits: 0n, afterUnits: 120n },
    ])
    assert(charge.explanation.includes('counter of "Free to the UK": 0 s of 120 s used before the call, 120 s after'))
    assert.equal(charge.postedMicros, 600_000n)
  })
})

test('two calls at once cannot both spend the last free minutes, and a quota that blocks refuses', async () => {
  await withPlan({ seconds: 120n, atExhaustion: 'block' }, 0n, async ({ ledger, acme, db }) => {
    const first = await grant(ledger, acme)
    assert.deepEqual([first.grantedSeconds, first.final, first.reservedMicros], [119, true, 0n])
    const second = ledger.reserve(reserveRequest(acme))
    assert.equal(second.ok ? '' : second.failure.code, 'ledger.quota_used')
    await ledger.settle([callRecord(acme, 60, { id: first.cdrId })])
    assert.equal(await used(db), 60n)
    const third = await grant(ledger, acme)
    assert.deepEqual([third.grantedSeconds, third.final], [59, true], 'what the first did not use')
    await ledger.settle([callRecord(acme, 59, { id: third.cdrId })])
    assert.equal(await used(db), 120n)
    assert.equal(ledger.reserve(reserveRequest(acme)).ok, false)
  })
  await withPlan({ seconds: 120n }, 1_000_000n, async ({ ledger, acme, db }) => {
    const first = await grant(ledger, acme)
    const second = await grant(ledger, acme)
    assert.deepEqual([first.reservedMicros, second.reservedMicros], [300_000n, 200_000n], 'no free minute is left')
    const records = [callRecord(acme, 120, { id: first.cdrId }), callRecord(acme, 60, { id: second.cdrId })]
    await ledger.settle(records)
    const rows = await db.asService(
      (tx) => tx<{ micros: bigint }[]>`
        select sum(charge_micros)::bigint as micros from cdr`,
    )
    assert.equal(rows[0]?.micros, 100_000n, 'three minutes, two of them free')
    assert.equal(await used(db), 120n)
  })
})

test('charging dies between reserving and settling: counters are exact, and what was set aside stays so', async () => {
  await withPlan({ seconds: 180n, atExhaustion: 'block' }, 0n, async ({ ledger, acme, db, again }) => {
    const call = await grant(ledger, acme)
    assert.equal(call.grantedSeconds, 179)
    const next = await again()
    const refused = next.reserve(reserveRequest(acme))
    assert.equal(refused.ok ? '' : refused.failure.code, 'ledger.quota_used', 'the minutes are still set aside')
    const record = callRecord(acme, 61, { id: call.cdrId })
    assert.deepEqual(await next.settle([record]), [record.id])
    const third = await again()
    assert.deepEqual(await third.settle([record]), [record.id], 'sent to another process')
    assert.equal(await used(db), 120n)
    const last = await grant(third, acme)
    assert.equal(last.grantedSeconds, 59)
    // The caller never talked.
    await third.settle([callRecord(acme, 0, { id: last.cdrId, answeredAt: undefined })])
    assert.equal((await grant(third, acme)).grantedSeconds, 59)
  })
})

test('whatever calls come at once, counters are the sum of what covered them, and no more than there is', async () => {
  await withPlan({ seconds: 3000n, step: 1 }, 1_000_000_000n, async ({ ledger, acme, db }) => {
    const lengths = fc.sample(fc.integer({ min: 1, max: 299 }), { numRuns: 40, seed: 41 })
    await Promise.all(
      lengths.map(async (seconds, at) => {
        await new Promise<void>((resolve) => void clock.after((at * 7) % 50, resolve))
        const call = await grant(ledger, acme)
        const record = callRecord(acme, Math.min(seconds, call.grantedSeconds), { id: call.cdrId })
        const both = await Promise.all([ledger.settle([record]), ledger.settle([record])])
        assert.deepEqual(both.flat(), [record.id, record.id])
      }),
    )
    const taken = await db.asService(
      (tx) => tx<{ taken: bigint }[]>`
        select coalesce(sum((one ->> 'takenUnits')::bigint), 0)::bigint as taken
        from cdr, jsonb_array_elements(plan -> 'counters') as one`,
    )
    const total = await used(db)
    assert.equal(taken[0]?.taken, total)
    assert(total <= 3000n && total > 2000n, String(total))
    const ids = await db.asService((tx) => tx<{ id: string }[]>`select id from cdr`)
    assert.equal(ids.length, 40)
    for (const { id } of ids) {
      const explained = await db.asService((tx) => explainTransaction(tx, id))
      assert.deepEqual(
        explained?.charges.flatMap((charge) => charge.differences),
        [],
      )
    }
  })
})

test('a plan that a customer gets while charging runs is followed', async () => {
  await withPlan({ seconds: 120n }, 10_000_000n, async ({ ledger, acme, office }) => {
    const free = await grant(ledger, acme)
    assert.equal(free.reservedMicros, 300_000n)
    await office.as({ tenantPath: 'nw/' }, (tx) =>
      assignPlan(tx, clock, { tenantId: acme.tenantId, planId: undefined, billDay: 1 }),
    )
    for (let tries = 0; ; tries++) {
      const plain = await grant(ledger, acme)
      await ledger.settle([callRecord(acme, 0, { id: plain.cdrId, answeredAt: undefined })])
      if (plain.reservedMicros === 500_000n) break
      assert(tries < 100, 'never seen')
      await new Promise<void>((resolve) => void clock.after(30, resolve))
    }
  })
})

test('a deck with a dated price: each call is settled by the row at its answer, also after a crash', async () => {
  const soon = Temporal.Instant.fromEpochMilliseconds(Math.floor(clock.now() / 1000) * 1000 + 600_000)
  const rows = ['0.10', '0.30'].map((price, at) => {
    const dates = at === 0 ? `,${soon.toString()}` : `${soon.toString()},`
    return `44,United Kingdom,international,outbound,0,60,${price},60,${price},${dates}`
  })
  const csv = [`${head},effective_from,effective_to`, ...rows].join('\n')
  const act = async ({ ledger, acme, db, again }: Bench): Promise<void> => {
    const call = await grant(ledger, acme)
    assert.equal(call.reservedMicros, 500_000n)
    const next = await again()
    const early = callRecord(acme, 60, { id: call.cdrId, endedAt: clock.now() + 120_000 })
    const late = callRecord(acme, 60, { endedAt: clock.now() + 720_000 })
    assert.equal((await next.settle([late, early])).length, 2)
    const charges = await db.asService(
      (tx) => tx<{ id: string; micros: bigint }[]>`select id, charge_micros as micros from cdr order by id`,
    )
    assert.equal(charges.find((one) => one.id === early.id)?.micros, 100_000n)
    assert.equal(charges.find((one) => one.id === late.id)?.micros, 300_000n, 'the price of its answer')
    for (const { id } of charges) {
      const explained = await db.asService((tx) => explainTransaction(tx, id))
      assert.deepEqual(
        explained?.charges.flatMap((charge) => charge.differences),
        [],
      )
    }
  }
  await withPlan({ seconds: 1n }, 100_000_000n, act, csv)
})
