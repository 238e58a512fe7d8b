/** The demo's company: the same for one seed, complete, and nothing in it unbilled. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, virtualClock } from '../../base/index.ts'
import { withTestDatabase, type TestDatabase } from '../../../test/database.ts'
import { planWorld } from './plan.ts'
import { rateDeckCsv } from './rate-deck.ts'
import { providerPath, writeWorld, type ApiKeys } from './write-world.ts'

const clock = virtualClock(1_764_000_000_000)
const carriers = { a: 5171, b: 5172, emergency: 5173 }
const passwordHashes = { staff: 'hash a', partner: 'hash b', customer: 'hash c', user: 'hash d' }

async function seed(database: TestDatabase, number: number): Promise<ApiKeys> {
  const office = await database.openDb('office', { clock })
  const parts = {
    plan: planWorld(number),
    clock,
    random: seededRandom(number),
    passwordHashes,
    secretKeyId: 1,
    carriers,
  }
  return office.as({ tenantPath: providerPath }, (tx) => writeWorld(tx, parts))
}

const tables =
  'tenant brand customer person product subscription extension device phone_number emergency_address carrier ' +
  'carrier_route rate_deck rate_row account login api_key'

/** All rows of the tables that the seed fills, without ids, which hold the instant and chance. */
async function rowsOf({ ownerSql }: TestDatabase): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {}
  for (const table of tables.split(' ')) {
    const found = await ownerSql<
      { row: Record<string, unknown> }[]
    >`select to_jsonb(t) as row from ${ownerSql(table)} t`
    rows[table] = found
      .map(({ row }) => Object.entries(row).filter(([name]) => name !== 'id' && !/_id$|^id$/.test(name)))
      .map((row) => JSON.stringify(row))
      .toSorted()
  }
  return rows
}

test('one seed gives the same company twice, with the same keys', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() =>
      withTestDatabase(async (database) => ({ keys: await seed(database, 11), rows: await rowsOf(database) })),
    ),
  )
  assert.deepEqual(first, second)
  assert.match(first!.keys.staff, /^dh_[0-9a-f]{12}\.[A-Za-z0-9_-]{43}$/)
})

test('40 customers of three brands with 200 phones, each service billed or exempted, each address active', async () => {
  await withTestDatabase(async (database) => {
    const startMs = performance.now()
    await seed(database, 1)
    const elapsedMs = performance.now() - startMs
    assert.ok(elapsedMs < 10_000, `the seed took ${elapsedMs} ms`)
    const { ownerSql } = database
    const [counts] = await ownerSql`
      select (select count(*)::int from customer) as customers, (select count(*)::int from brand) as brands,
             (select count(*)::int from device) as devices, (select count(*)::int from extension) as extensions,
             (select count(*)::int from phone_number where kind = 'did') as dids,
             (select count(*)::int from emergency_address where status = 'active') as addresses,
             (select count(*)::int from account where kind = 'customer') as accounts,
             (select count(*)::int from login) as logins`
    assert.deepEqual(
      { ...counts },
      {
        customers: 40,
        brands: 3,
        devices: 200,
        extensions: 200,
        dids: 204,
        addresses: 204,
        accounts: 40,
        logins: 5 + 3 * 40,
      },
    )
    const [lines] = await ownerSql`
      select (select count(*)::int from subscription) as subscriptions,
             (select count(*)::int from (select subscription_id from extension union select subscription_id from device
               union select subscription_id from phone_number
               union select subscription_id from trunk) as service) as services,
             (select count(*)::int from subscription where monthly_micros = 0 and exempt_reason is null) as unbilled`
    assert.equal(lines!['subscriptions'], lines!['services'])
    assert.equal(lines!['unbilled'], 0)
  })
})

test('every plan keeps at least ten phones free, has unique numbers and users, and every customer has phones', () => {
  for (let number = 0; number < 50; number++) {
    const { customers } = planWorld(number)
    const phones = customers.flatMap((customer) => customer.phones)
    assert.equal(phones.length, 200, `seed ${number}`)
    assert.ok(phones.filter((phone) => phone.reserved).length >= 10)
    for (const key of ['did', 'sipUser'] as const) assert.equal(new Set(phones.map((phone) => phone[key])).size, 200)
    for (const { phones: own } of customers) assert.equal(new Set(own.map((phone) => phone.email)).size, own.length)
    for (const { did, sipUser } of phones) {
      assert.match(did, /^\+1\d{3}55501\d\d$/)
      assert.match(sipUser, /^[a-z0-9.-]{3,40}$/)
    }
  }
})

test('the price list is a few hundred prefixes, each once in a direction, in both currencies', () => {
  for (const currency of ['CAD', 'USD']) {
    const [, ...rows] = rateDeckCsv(currency).trimEnd().split('\n')
    const keys = rows.map((row) => `${row.split(',')[0]} ${row.includes(',inbound,') ? 'inbound' : 'outbound'}`)
    assert.equal(new Set(keys).size, rows.length)
    assert.ok(rows.length > 250, `${rows.length} rows`)
  }
})
