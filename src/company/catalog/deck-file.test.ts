/** Files of decks: workbooks beside their CSV, bad files, versions that come into force by themselves. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { csvLine, silentLog, virtualClock } from '../../base/index.ts'
import { createWorker } from '../../platform/jobs/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { deckText } from './deck-text.ts'
import type { LineFault } from './errors.ts'
import { createDeck, deckActivations, importDeck } from './import-deck.ts'
import { activeVersions, loadRateTable } from './load-rates.ts'
import { deckLines } from './read-catalog.ts'
import { deckColumns, furtherColumns, readDeck, type DeckReading } from './read-deck.ts'
import { addTenant, scope } from './testing.ts'

const header = [...deckColumns, ...furtherColumns].join(',')
const reading: DeckReading = {
  zone: 'America/Toronto',
  periods: [{ name: 'evening', windows: [{ weekdays: [1], fromMinute: 0, toMinute: 60 }] }],
  interval: 'after_first',
}
const line = (prefix: string, further = ',,,,,,', price = '0.05'): string =>
  `${prefix},Somewhere,international,,,60,${price},60,${price},,,,${further}`

function faultsOf(lines: readonly string[]): LineFault[] {
  const read = readDeck([header, ...lines].join('\n'), reading)
  assert(!read.ok)
  return read.failure.details?.['lines'] as LineFault[]
}

/** A file as ZIP with one stored or deflated part for each name. */
function zipOf(parts: Readonly<Record<string, string>>, sizeOf = (text: string) => Buffer.byteLength(text)): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(parts)) {
    const packed = deflateRawSync(text)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(sizeOf(text), 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(offset, 42)
    bodies.push(head, Buffer.from(name), packed)
    directory.push(entry, Buffer.from(name))
    offset += 30 + name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Object.keys(parts).length, 10)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, ...directory, end])
}

test('a workbook that a spreadsheet wrote is read as the CSV it was made of', async (t) => {
  const rows = [
    line('44'),
    line('4477', '3,yes,2.5,total,evening,2026-10-01,2026-12-01 08:30', '0.0049'),
    line('371', ',,,,,,', '0.0000001'),
    '"49","A & B ""west"", <é>",domestic,,0.000001,6,0.1,6,0.2,,,no,,,,,,,',
  ]
  const folder = mkdtempSync(join(tmpdir(), 'deck-'))
  try {
    writeFileSync(join(folder, 'deck.csv'), `${header}\n${rows.join('\n')}\n`)
    const ran = spawnSync('ssconvert', ['deck.csv', 'deck.xlsx'], { cwd: folder, encoding: 'utf8' })
    if (ran.error && process.env['CI'] !== 'true') return t.skip('ssconvert is not installed: apt-get install gnumeric')
    assert.equal(ran.status, 0, ran.stderr)
    const text = await deckText(readFileSync(join(folder, 'deck.xlsx')))
    assert(text.ok, text.ok ? '' : text.failure.message)
    const [sheet, csv] = [readDeck(text.value, reading), readDeck([header, ...rows].join('\n'), reading)]
    assert(sheet.ok && csv.ok, JSON.stringify([sheet, csv].map((one) => (one.ok ? '' : one.failure.details))))
    assert.deepEqual(sheet.value, csv.value)
    assert.equal(csv.value[1]?.effectiveFrom, Temporal.Instant.from('2026-10-01T04:00Z').epochMilliseconds)
    assert.equal(csv.value[2]?.nextNanos, 100n)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a damaged, locked or exploding workbook is refused, whatever it holds', async () => {
  const message = async (file: Buffer): Promise<string> => {
    const text = await deckText(file)
    return text.ok ? 'read' : text.failure.message
  }
  const relation = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
  const parts = {
    'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels': relation,
    'xl/worksheets/sheet1.xml': '<worksheet><row r="2"><c r="B2"><v>7</v></c></row></worksheet>',
  }
  assert.deepEqual(await deckText(zipOf(parts)), { ok: true, value: '\r\n,7\r\n' })
  const bomb = zipOf({ ...parts, 'xl/worksheets/sheet1.xml': 'x'.repeat(3_000_000) }, () => 1000)
  assert.match(await message(bomb), /damaged/)
  assert.match(await message(zipOf(parts, () => 300_000_000)), /unpacks to more than/)
  assert.match(await message(zipOf({ 'a.txt': 'hello' })), /no part xl\/workbook.xml/)
  const far = { ...parts, 'xl/worksheets/sheet1.xml': '<row r="900000000"><c><v>1</v></c></row>' }
  assert.match(await message(zipOf(far)), /out of order/)
  const whole = zipOf(parts)
  for (let cut = 4; cut < whole.length; cut += 7) assert.notEqual(await message(whole.subarray(0, cut)), '')
})

test('files in other encodings are refused with the line', async () => {
  const latin = Buffer.from(`${header}\n${line('44')}\n33,Cura\xe7ao`, 'latin1')
  const text = await deckText(latin)
  assert(!text.ok)
  assert.match(text.failure.message, /line 3: is not UTF-8/)
  const wide = await deckText(Buffer.from(`\ufeff${header}`, 'utf16le'))
  assert.match(wide.ok ? '' : wide.failure.message, /UTF-16/)
})

test('overlaps, gaps and absurd figures of a deck are named with their line', () => {
  const dated = (from: string, to: string): string => line('44', `,,,,,${from},${to}`)
  assert.match(faultsOf([dated('', '2026-02-01'), dated('2026-01-01', '')])[0]!.message, /line 2 already, in force/)
  assert.match(faultsOf([dated('', '2026-01-01'), dated('2026-02-01', '')])[0]!.message, /no price from 2026-01-01T05/)
  assert.match(faultsOf([dated('2026-02-01', '2026-01-01')])[0]!.message, /not after effective_from/)
  assert.match(faultsOf([line('44', ',,,,night,,')])[0]!.message, /no time of day of this deck \(evening\)/)
  assert.match(faultsOf([line('44', ',,,,,,', '1'.repeat(31))])[0]!.message, /not a plain decimal/)
  assert.match(faultsOf([line('44', ',,,,,,', '-1')])[0]!.message, /negative/)
  assert.match(faultsOf([line('4a4')])[0]!.message, /1 to 15 digits/)
  assert.match(faultsOf([line('44', ',,1001,,,,')])[0]!.message, /percentage/)
  assert.match(faultsOf([line('44', ',,,,,2026-02-30,')])[0]!.message, /no date/)
  const sound = readDeck([header, dated('', '2026-02-01'), dated('2026-02-01', '')].join('\n'), reading)
  assert.equal(sound.ok && sound.value.length, 2)
})

test('a version keeps its times and rounding, is exported as it came in, and comes into force by itself', async () => {
  const clock = virtualClock(1_780_000_000_000)
  await withTestDatabase(async ({ openDb }) => {
    const office = await openDb('office')
    const tenantId = await office.as(scope, (tx) =>
      addTenant(tx, clock, { path: 'nw/', parentId: null, kind: 'provider' }),
    )
    const deckId = await office.as(scope, (tx) => createDeck(tx, clock, { tenantId, name: 'Timed', currency: 'CAD' }))
    const { zone, periods } = reading
    const rounding = { mode: 'up', digits: 4 } as const
    const tariff = { zone, periods, repriceAtPeriod: false, repriceAtEffective: true, rounding }
    const csv = [header, line('44'), line('44', '3,yes,2.5,total,evening,,'), line('33', ',,,,,2026-10-01,')].join('\n')
    const activatesAt = clock.now() + 60_000
    const request = { tenantId, deckId, csv, activate: false, activatesAt, tariff }
    const imported = await office.as(scope, (tx) => importDeck(tx, clock, request))
    assert(imported.ok)
    const { versionId } = imported.value
    const table = await office.as(scope, (tx) => loadRateTable(tx, tenantId, versionId))
    assert.deepEqual(table.tariff, tariff)
    const read = readDeck(csv, reading)
    assert(read.ok)
    assert.deepEqual(new Set(table.rates('outbound', '+442071838750').rows), new Set(read.value.slice(0, 2)))
    const lines: string[] = []
    const exported = deckLines((act) => office.as(scope, act), { tenantId, versionId })
    for await (const cells of exported) lines.push(csvLine(cells))
    const again = readDeck(lines.join(''), reading)
    assert(again.ok)
    assert.deepEqual(new Set(again.value), new Set(read.value))
    await assert.rejects(
      office.as(scope, (tx) => tx`update rate_row set first_nanos = 0`),
      /never changed/,
    )
    const worker = createWorker({
      db: office,
      clock,
      log: silentLog,
      name: 'test',
      handlings: [deckActivations(office, clock)],
    })
    await worker.runDue()
    assert.equal((await office.as(scope, (tx) => activeVersions(tx))).length, 0)
    clock.advance(60_000)
    await worker.runDue()
    const [active] = await office.as(scope, (tx) => activeVersions(tx))
    assert.deepEqual([active?.versionId, active?.activatedAt], [versionId, clock.now()])
    await worker.stop()
  })
})
