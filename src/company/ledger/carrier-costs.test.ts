/** What carriers cost: beside every charge, and before a call that would be sold below it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, newId, silentLog, systemClock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { createDeck, deckColumns, importDeck } from '../catalog/index.ts'
import { addCarrier, setCostDeck } from '../numbers/index.ts'
import { checkLedger } from './check-ledger.ts'
import { openLedger, type Ledger } from './open-ledger.ts'
import { buildTestHouse, callRecord, reserveRequest, type TestHouse } from './testing.ts'

const clock = systemClock({ keepAlive: true })

/** Sold at 0.012 and 0.35: North America costs half, the United Kingdom more than it is sold for. */
const costDeck = [
  deckColumns.join(','),
  '1,North America,domestic,outbound,0,6,0.006,6,0.006,0,0,no',
  '44,United Kingdom,international,outbound,0,60,0.4,60,0.4,0,0,no',
].join('\n')

type Bench = { ledger: Ledger; house: TestHouse; db: Db; office: Db; cheap: string; unknown: string }

async function addCarriers(office: Db, house: TestHouse): Promise<{ cheap: string; unknown: string }> {
  return office.as({ tenantPath: 'nw/' }, async (tx) => {
    const tenantId = house.providerId
    const place = { tenantId, host: '127.0.0.1', port: 5060, protocol: 'udp' } as const
    const cheap = await addCarrier(tx, clock, { ...place, name: 'Great Northern' })
    const unknown = await addCarrier(tx, clock, { ...place, name: 'Harbour Transit' })
    const deckId = await createDeck(tx, clock, { tenantId, name: 'Cost of Great Northern', currency: 'CAD' })
    const imported = await importDeck(tx, clock, { tenantId, deckId, csv: costDeck, activate: true })
    assert(imported.ok)
    assert((await setCostDeck(tx, { carrierId: cheap, costDeckId: deckId })).ok)
    const wrong = await setCostDeck(tx, { carrierId: cheap, costDeckId: newId(clock) })
    assert(!wrong.ok && wrong.failure.code === 'numbers.no_such_cost_deck')
    return { cheap, unknown }
  })
}

async function withCarriers(act: (bench: Bench) => Promise<void>): Promise<void> {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const house = await buildTestHouse(office)
    const carriers = await addCarriers(office, house)
    const db = await database.openDb('charge')
    const ledger = openLedger({ db, clock, log: silentLog, metrics: createMetrics(), onRated: () => undefined })
    try {
      while (ledger.notes().length > 0) await new Promise<void>((resolve) => void clock.after(5, resolve))
      await act({ ledger, house, db, office, ...carriers })
      assert.deepEqual(await db.asService(checkLedger), [])
    } finally {
      await ledger.close()
    }
  })
}

test('a settled call carries the cost of its carrier beside its charge', async () => {
  await withCarriers(async ({ ledger, house, db, cheap, unknown }) => {
    const [acme] = house.customers
    assert(acme)
    const north = { to: '+14165550199', class: 'domestic' } as const
    const free = { ...north, class: 'emergency', carrierId: cheap, accountId: undefined, to: '+1911' } as const
    const records = [
      callRecord(acme, 61, { ...north, carrierId: cheap }),
      callRecord(acme, 61, { ...north, carrierId: unknown }),
      callRecord(acme, 60, { ...north, carrierId: cheap, answeredAt: undefined }),
      callRecord(acme, 60, { ...free }),
    ]
    assert.equal((await ledger.settle(records)).length, 4)
    const rows = await db.asService(
      (tx) => tx`select id, charge_micros, cost_micros, cost_currency, cost_prefix from cdr`,
    )
    const costs = records.map(({ id }) => rows.find((row) => row['id'] === id))
    assert.deepEqual(
      costs.map((row) => [row?.['charge_micros'], row?.['cost_micros'], row?.['cost_currency'], row?.['cost_prefix']]),
      [
        [13_200n, 6_600n, 'CAD', '1'],
        [13_200n, null, null, null],
        [0n, null, null, null],
        // Help is free for who calls it; what its carrier asks is written down.
        [0n, 6_000n, 'CAD', '1'],
      ],
    )
  })
})

test('a route that sells below cost is refused, told of once, and used when the brand allows it', async () => {
  await withCarriers(async ({ ledger, house, db, office, cheap, unknown }) => {
    const [acme] = house.customers
    assert(acme)
    const uk = () => reserveRequest(acme, { carrierIds: [cheap, unknown] })
    const other = ledger.reserve(uk())
    assert(other.ok)
    assert.deepEqual(other.value.carriers, [{ carrierId: unknown, costNanosPerMinute: 0n }], 'the other one carries it')
    const refused = ledger.reserve(reserveRequest(acme, { carrierIds: [cheap] }))
    assert(!refused.ok && refused.failure.code === 'ledger.below_cost')
    const home = ledger.reserve(reserveRequest(acme, { carrierIds: [cheap], destination: '+14165550199' }))
    assert(home.ok)
    assert.deepEqual(home.value.carriers, [{ carrierId: cheap, costNanosPerMinute: 6_000_000n }])
    const nowhere = ledger.reserve(reserveRequest(acme, { carrierIds: [cheap], destination: '+19005550199' }))
    assert(nowhere.ok, 'the longest prefix of the cost deck prices it')

    await office.as({ tenantPath: 'nw/' }, async (tx) => {
      await tx`
        insert into brand (tenant_id, name, host, colour, support_email, phone, postal_address, below_cost)
        values (${house.providerId}, 'Northwind Voice', 'nw.localhost', '#1f5f99', 'a@b.example', '', '', 'allow')`
    })
    let allowed = ledger.reserve(uk())
    for (let tries = 0; tries < 200 && !(allowed.ok && allowed.value.carriers?.length === 2); tries++) {
      await new Promise<void>((resolve) => void clock.after(20, resolve))
      allowed = ledger.reserve(uk())
    }
    assert(allowed.ok)
    assert.deepEqual(allowed.value.carriers, [
      { carrierId: cheap, costNanosPerMinute: 400_000_000n },
      { carrierId: unknown, costNanosPerMinute: 0n },
    ])
    await ledger.close()
    const routes = await db.asService(
      (tx) => tx`select prefix, destination_name, price_nanos, cost_nanos, refused from below_cost_route`,
    )
    assert.deepEqual(
      routes.map((row) => ({ ...row })),
      [
        {
          prefix: '44',
          destination_name: 'United Kingdom',
          price_nanos: 350_000_000n,
          cost_nanos: 400_000_000n,
          refused: false,
        },
      ],
    )
    const events = await office.as({ tenantPath: 'nw/' }, (tx) => tx`select topic, payload from outbox_event`)
    assert.deepEqual(
      events.map((row) => row['topic']),
      ['margin.below_cost'],
    )
  })
})
