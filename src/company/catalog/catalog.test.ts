/** Decks: faults by line, whole or not at all, versions in force; subscriptions need a price or a reason. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AssertionFailure, csvLine, newId, systemClock, type Clock } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import type { LineFault } from './errors.ts'
import { activateVersion, createDeck, importDeck } from './import-deck.ts'
import { findRate, loadRateTable } from './load-rates.ts'
import { compareDeck } from './compare-deck.ts'
import { deckLines } from './read-catalog.ts'
import { deckColumns, readDeck } from './read-deck.ts'
import { createProduct, subscribe } from './sell.ts'
import { addTenant, scope } from './testing.ts'

const clock = systemClock()
const header = deckColumns.join(',')
const line = (prefix: string, price = '0.05'): string =>
  `${prefix},Somewhere,international,,,60,${price},60,${price},,,`

async function withDeck(act: (office: Db, ids: { tenantId: string; deckId: string }) => Promise<void>): Promise<void> {
  await withTestDatabase(async (database) => {
    const office = await database.openDb('office')
    const ids = await office.as(scope, async (tx) => {
      const tenantId = await addTenant(tx, clock, { path: 'nw/', parentId: null, kind: 'provider' })
      return { tenantId, deckId: await createDeck(tx, clock, { tenantId, name: 'Standard', currency: 'CAD' }) }
    })
    await act(office, ids)
  })
}

function faultsOf(csv: string): LineFault[] {
  const read = readDeck(csv)
  assert(!read.ok)
  assert.equal(read.failure.code, 'catalog.deck_invalid')
  return read.failure.details?.['lines'] as LineFault[]
}

test('every fault of a file is named with its line, and nothing of it is read', () => {
  const csv = [header, line('44'), '', line('4x'), line('44', '0.07'), '1,2', line('33', '-1'), line('49', '1e3')]
  const faults = faultsOf(csv.join('\r\n'))
  assert.deepEqual(
    faults.map((one) => one.line),
    [4, 5, 6, 7, 8],
  )
  assert.match(faults[1]!.message, /stands on line 2 already/)
  assert.match(faults[2]!.message, /2 cells, the header 12/)
  assert.equal(faultsOf([header, ...Array.from({ length: 300 }, () => line('x'))].join('\n')).length, 100)
  for (const bad of ['', 'prefix,prefix', 'prefix,colour', 'prefix,destination', header])
    assert(faultsOf(bad).length > 0)
})

test('columns come in any order, with a byte order mark, and those with a default may be missing', () => {
  const read = readDeck(
    `\ufeffNext_price,next_seconds,first_price,first_seconds,class,destination,prefix
0.1,6,0.2,30,domestic,"A, B",+1416
`,
  )
  assert(read.ok)
  const [row] = read.value
  assert.equal(row?.prefix, '1416')
  assert.equal(row.destination, 'A, B')
  assert.equal(row.firstNanos, 200_000_000n)
  assert.deepEqual([row.direction, row.blocked, row.connectMicros], ['outbound', false, 0n])
})

test('whatever bytes a file holds, it is read or refused', () => {
  const cell = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('44', '0.05', '60', 'domestic', '"', "'=1", ''))
  let accepted = 0
  const anyLine = fc.oneof(
    fc.array(cell, { maxLength: 14 }).map((cells) => cells.join(',')),
    fc.nat(99_999).map((n) => line(String(n + 1))),
  )
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 4 }), fc.boolean(), (lines, hasHeader) => {
      const read = readDeck((hasHeader ? [header, ...lines] : lines).join('\n'))
      if (read.ok) accepted++
      else assert.match(read.failure.code, /^catalog\./)
    }),
    { numRuns: 500 },
  )
  assert(accepted > 0, 'none of the files was a good one')
})

test('a file becomes a version, is exported as it came in, and is in force by one update', async () => {
  await withDeck(async (office, { tenantId, deckId }) => {
    const csv = [
      header,
      line('44'),
      line('1', '0.012'),
      '1800,Toll-free,tollfree,inbound,0.1,6,0.02,6,0.02,3,0.05,yes',
    ].join('\n')
    const imported = await office.as(scope, (tx) => importDeck(tx, clock, { tenantId, deckId, csv, activate: true }))
    assert(imported.ok && imported.value.rows === 3)
    const { versionId } = imported.value
    const table = await office.as(scope, (tx) => loadRateTable(tx, tenantId, versionId))
    assert.equal(table.match('outbound', '+442071838750')?.nextNanos, 50_000_000n)
    assert.equal(table.match('inbound', '+18005550199')?.blocked, true)
    const lines: string[] = []
    for await (const cells of deckLines((act) => office.as(scope, act), { tenantId, versionId }))
      lines.push(csvLine(cells))
    const [first, again] = [readDeck(csv), readDeck(lines.join(''))]
    assert(first.ok && again.ok)
    const sorted = (rows: typeof first.value) => rows.toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1))
    assert.deepEqual(sorted(again.value), sorted(first.value))
    const next = readDeck([header, line('44'), line('1', '0.013'), line('33')].join('\n'))
    assert(next.ok)
    const changes = await office.as(scope, (tx) => compareDeck(tx, next.value, { tenantId, versionId }))
    const { rows: changed, ...counts } = changes
    assert.deepEqual(counts, { added: 1, removed: 1, changed: 1, up: 1, down: 0, same: 1 })
    assert.deepEqual(
      changed.map((row) => [row.prefix, row.change, row.before, row.after]),
      [
        ['1800', 'removed', '0.0200', null],
        ['1', 'up', '0.0120', '0.0130'],
        ['33', 'added', null, '0.0500'],
      ],
    )
    const nowhere = await office.as(scope, (tx) =>
      activateVersion(tx, clock, { tenantId, deckId, versionId: newId(clock) }),
    )
    assert(!nowhere.ok && nowhere.failure.code === 'catalog.no_such_version')
    const bad = await office.as(scope, (tx) =>
      importDeck(tx, clock, { tenantId, deckId, csv: `${csv}\n${line('44')}`, activate: true }),
    )
    assert(!bad.ok)
    const versions = await office.as(scope, (tx) => tx`select id from rate_deck_version`)
    assert.equal(versions.length, 1, 'nothing of a faulty file is there')
  })
})

test('a late record is priced by the version of its day', async () => {
  await withDeck(async (office, { tenantId, deckId }) => {
    const at = (ms: number): Clock => ({ ...clock, now: () => ms })
    const versionAt = async (ms: number, price: string): Promise<string> => {
      const csv = [header, line('44', price)].join('\n')
      const done = await office.as(scope, (tx) => importDeck(tx, at(ms), { tenantId, deckId, csv, activate: true }))
      assert(done.ok)
      return done.value.versionId
    }
    const [old, fresh] = [await versionAt(1000, '0.05'), await versionAt(2000, '0.06')]
    const rate = (ms: number) =>
      office.as(scope, (tx) => findRate(tx, { deckId, direction: 'outbound', number: '+4420', at: ms }))
    assert.equal((await rate(1999))?.versionId, old)
    assert.equal((await rate(2000))?.versionId, fresh)
    assert.equal((await rate(10))?.versionId, old, 'before the first version, the first one')
  })
})

test('200,000 rows are imported in seconds', async (t) => {
  await withDeck(async (office, { tenantId, deckId }) => {
    const rows = Array.from({ length: 200_000 }, (_, at) => line(String(1_000_000 + at)))
    const started = clock.monotonic()
    const csv = [header, ...rows].join('\n')
    const done = await office.as(scope, (tx) => importDeck(tx, clock, { tenantId, deckId, csv, activate: true }))
    assert(done.ok && done.value.rows === 200_000)
    const imported = clock.monotonic()
    const { versionId } = done.value
    const table = await office.as(scope, (tx) => loadRateTable(tx, tenantId, versionId))
    assert.equal(table.size, 200_000)
    t.diagnostic(
      `imported in ${Math.round(imported - started)} ms, compiled in ${Math.round(clock.monotonic() - imported)} ms`,
    )
  })
})

test('a service without a price needs a reason', async () => {
  await withDeck(async (office, { tenantId }) => {
    await office.as(scope, async (tx) => {
      const product = { code: 'extension', name: 'Extension', kind: 'extension', setupMicros: 0n } as const
      const productId = await createProduct(tx, clock, { tenantId, ...product, currency: 'CAD', monthlyMicros: 0n })
      const customerId = await addTenant(tx, clock, { path: 'nw/acme/', parentId: tenantId, kind: 'customer' })
      const sale = { tenantId: customerId, productId, startedOn: '2026-10-01', currency: 'CAD' }
      await assert.rejects(subscribe(tx, clock, { ...sale, monthlyMicros: 0n }), AssertionFailure)
      await subscribe(tx, clock, { ...sale, monthlyMicros: 0n, exemptReason: 'included in the plan' })
      const [row] = await tx`select started_on, exempt_reason from subscription`
      assert.deepEqual([row?.['started_on'], row?.['exempt_reason']], ['2026-10-01', 'included in the plan'])
    })
  })
})
