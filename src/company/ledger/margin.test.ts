/** Margins as reports tell them: the same rows however they are grouped, and nothing of them beyond one's scope. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CsvAnswer } from '../../platform/http/index.ts'
import { permissionsOf } from '../../platform/identity/index.ts'
import { createDeck, deckColumns, importDeck } from '../catalog/index.ts'
import { addCarrier, setCostDeck } from '../numbers/index.ts'
import { ask, clock, withStage, type Stage } from './test-stage.ts'
import { callRecord } from './testing.ts'

const costDeck = [
  deckColumns.join(','),
  '1,North America,domestic,outbound,0,6,0.006,6,0.006,0,0,no',
  '44,United Kingdom,international,outbound,0,60,0.4,60,0.4,0,0,no',
].join('\n')

async function addCarriers({ office, house }: Stage): Promise<{ north: string; harbour: string }> {
  return office.as({ tenantPath: 'nw/' }, async (tx) => {
    const tenantId = house.providerId
    const place = { tenantId, host: '127.0.0.1', port: 5060, protocol: 'udp' } as const
    const north = await addCarrier(tx, clock, { ...place, name: 'Great Northern' })
    const harbour = await addCarrier(tx, clock, { ...place, name: 'Harbour Transit' })
    const deckId = await createDeck(tx, clock, { tenantId, name: 'Cost', currency: 'CAD' })
    assert((await importDeck(tx, clock, { tenantId, deckId, csv: costDeck, activate: true })).ok)
    assert((await setCostDeck(tx, { carrierId: north, costDeckId: deckId })).ok)
    return { north, harbour }
  })
}

type Row = Record<'name' | 'chargeMicros' | 'costMicros' | 'marginMicros', string> & {
  calls: number
  callsWithoutCost: number
}
type Report = { items: Row[]; totals: Row[]; isCut: boolean }

const range = { from: '2000-01-01', to: '2100-01-01' }

test('F32 margins by customer, destination and carrier sum to the same, and a loss is shown as one', async () => {
  await withStage(async (stage) => {
    const [acme, birch] = stage.house.customers
    assert(acme && birch)
    const { north, harbour } = await addCarriers(stage)
    const home = { to: '+14165550199', class: 'domestic' } as const
    const records = [
      callRecord(acme, 60, { ...home, carrierId: north }),
      callRecord(birch, 120, { ...home, carrierId: north }),
      callRecord(birch, 60, { carrierId: north }),
      callRecord(acme, 60, { carrierId: harbour }),
      callRecord(acme, 60, { class: 'onnet', direction: 'internal' }),
    ]
    // The ledger follows the carriers by the change feed.
    await new Promise<void>((resolve) => void clock.after(150, resolve))
    assert.equal((await stage.ledger.settle(records)).length, 5)
    const staff = { tenantPath: 'nw/', role: 'provider_billing' } as const
    const read = async (by: string, more = {}) => {
      const answer = await ask(stage, 'readMargin', staff, { query: { ...range, by, ...more } })
      assert(answer.ok, JSON.stringify(answer.failure))
      return answer.value as Report
    }
    const carrier = await read('carrier')
    assert.deepEqual(
      carrier.items.map((row) => [row.name, row.calls, row.chargeMicros, row.costMicros, row.callsWithoutCost]),
      [
        ['Great Northern', 3, '386000', '418000', 0],
        ['Harbour Transit', 1, '350000', '0', 1],
      ],
    )
    assert.equal(carrier.items[0]?.marginMicros, '-32000')
    for (const by of ['customer', 'destination', 'carrier']) {
      const { totals } = await read(by)
      assert.deepEqual(
        totals.map((row) => [row.calls, row.chargeMicros, row.costMicros]),
        [[4, '736000', '418000']],
        by,
      )
    }
    const destination = await read('destination', { customerId: birch.tenantId })
    assert.deepEqual(
      destination.items.map((row) => [row.name, row.marginMicros]),
      [
        ['United Kingdom', '-50000'],
        ['North America', '12000'],
      ],
    )
    const file = await ask(stage, 'downloadMargin', staff, { query: { ...range, by: 'carrier' } })
    const lines: (readonly string[])[] = []
    for await (const line of (file.value as CsvAnswer).rows) lines.push(line)
    assert.deepEqual(lines[1], ['Great Northern', '3', '240', '0.386', 'CAD', '0.418', 'CAD', '-0.032', '0'])
    assert.deepEqual(lines.at(-1), ['Total', '4', '', '0.736', 'CAD', '0.418', 'CAD', '0.318', '1'])
  })
})

test('what carriers ask is told to the provider alone, and what is done about a loss is his to say', async () => {
  for (const role of ['customer_admin', 'customer_billing', 'phone_user'] as const) {
    assert(!permissionsOf(role).has('margin.read'))
  }
  for (const role of ['partner_admin', 'partner_billing'] as const) assert(!permissionsOf(role).has('carriers.write'))
  await withStage(async (stage) => {
    const staff = { tenantPath: 'nw/', role: 'provider_admin' } as const
    const allow = () => ask(stage, 'setBelowCostPolicy', staff, { body: { belowCost: 'allow' } })
    assert.equal((await allow()).failure?.code, 'ledger.no_brand')
    await stage.ownerSql`
      insert into brand (tenant_id, name, host, colour, support_email, phone, postal_address)
      values (${stage.house.providerId}, 'Northwind Voice', 'nw.localhost', '#1f5f99', 'a@b.example', '', '')`
    const before = await ask(stage, 'listBelowCost', staff, {})
    assert.deepEqual(before.value, { policy: 'refuse', items: [] })
    assert((await allow()).ok)
    assert.deepEqual((await ask(stage, 'listBelowCost', staff, {})).value, { policy: 'allow', items: [] })
  })
})
