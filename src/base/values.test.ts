import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  csvLine,
  isId,
  newId,
  newToken,
  parseCsv,
  parseEndpoint,
  readConfig,
  seededRandom,
  toHex,
  virtualClock,
} from './index.ts'

test('ids sort by time, are UUIDs of version 7, and differ', () => {
  const clock = virtualClock(1_764_000_000_000)
  const ids: string[] = []
  for (let n = 0; n < 200; n++) {
    ids.push(newId(clock))
    clock.advance(1)
  }
  assert.deepEqual(ids, [...ids].toSorted(byText))
  assert.equal(new Set(ids).size, 200)
  assert.ok(ids.every((id) => isId(id) && id[14] === '7' && '89ab'.includes(id[19]!)))
  assert.equal(isId(`${ids[0]}0`), false)
})

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

test('seeded randomness is the same for a seed and evenly spread; tokens are 256 bits', () => {
  assert.equal(toHex(seededRandom(7)(40)), toHex(seededRandom(7)(40)))
  assert.notEqual(toHex(seededRandom(7)(40)), toHex(seededRandom(8)(40)))
  const counts = Array.from({ length: 256 }, () => 0)
  for (const byte of seededRandom(1)(256_000)) counts[byte]!++
  assert.ok(counts.every((count) => count > 800 && count < 1200))
  assert.match(newToken(), /^[A-Za-z0-9_-]{43}$/)
})

test('cells that are written are read back, unless a spreadsheet would run them', () => {
  const cell = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a,b', 'say "x"', 'two\r\nlines', '', '-1.5'))
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 5 }), (rows) => {
      const read = parseCsv(rows.map(csvLine).join(''))
      assert.ok(read.ok)
      const expected = rows.map((row) => row.map((text) => (isFormula(text) ? `'${text}` : text)))
      assert.deepEqual(read.value, expected)
    }),
  )
})

const isFormula = (text: string): boolean => /^[=+\-@\t\r]/.test(text) && !/^-?\d{1,15}(\.\d+)?$/.test(text)

test('a file that is too large or broken is refused with its line', () => {
  const limits = { rows: 2, columns: 2, cellLength: 5 }
  const codeOf = (text: string): unknown => {
    const read = parseCsv(text, limits)
    return read.ok ? read.value : [read.failure.code, read.failure.details?.['line']]
  }
  assert.deepEqual(codeOf('\ufeffa,b\nc,d'), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(codeOf('a\nb\nc\n'), ['csv.too_large', 3])
  assert.deepEqual(codeOf('a,b,c'), ['csv.too_large', 1])
  assert.deepEqual(codeOf('a\nabcdef'), ['csv.too_large', 2])
  assert.deepEqual(codeOf('a\n"b'), ['csv.open_quote', 2])
  assert.deepEqual(codeOf('"a"b'), ['csv.stray_quote', 1])
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a'), maxLength: 30 }),
      (text) => void parseCsv(text),
    ),
  )
})

test('the environment is read once, and what is wrong in it is named', () => {
  const usual = readConfig({})
  assert.ok(usual.ok)
  assert.deepEqual(usual.value.http, { host: '127.0.0.1', port: 8080 })
  assert.deepEqual(usual.value.sip, { host: '127.0.0.1', port: 5060 })
  assert.equal(usual.value.databaseUrl, undefined)
  assert.equal(usual.value.mediaProcesses, 1)
  const own = readConfig({
    DIALHOUSE_HTTP: '[::1]:0',
    DIALHOUSE_RTP: '30001-30100',
    DIALHOUSE_DATA: '/srv/x',
    DATABASE_URL: '',
  })
  assert.ok(own.ok)
  assert.deepEqual(
    [own.value.http.host, own.value.rtp, own.value.dataFolder],
    ['::1', { first: 30002, end: 30101 }, '/srv/x'],
  )
  for (const [name, value] of [
    ['DIALHOUSE_HTTP', '8080'],
    ['DIALHOUSE_HTTP', 'host:99999'],
    ['DIALHOUSE_SIP', 'a b:5060'],
    ['DIALHOUSE_RTP', '20000'],
    ['DIALHOUSE_RTP', '20000-20001'],
    ['DIALHOUSE_RTP', '80-90'],
    ['DIALHOUSE_MEDIA', '0'],
    ['DIALHOUSE_MEDIA', 'many'],
    ['DIALHOUSE_SEED', '-1'],
    ['DIALHOUSE_LOG', 'loud'],
  ] as const) {
    const read = readConfig({ [name]: value })
    assert.ok(!read.ok && read.failure.message.includes(value), `${name}=${value}`)
  }
  assert.equal(parseEndpoint('nw.example:443').ok, true)
})
