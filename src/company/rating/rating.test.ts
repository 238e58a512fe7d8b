/** Prices: worked examples, properties, and a second opinion from Python's fractions. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { formatMicros, formatNanos, type RoundingMode } from '../../base/index.ts'
import { affordableSeconds, wholeBlocks } from './affordable.ts'
import { explainCall } from './explain.ts'
import { durationSeconds, priceCall } from './price-call.ts'
import { compileRateTable } from './rate-table.ts'
import type { RateRow } from './rate-row.ts'

const plain: RateRow = {
  prefix: '44',
  direction: 'outbound',
  destination: 'United Kingdom',
  class: 'international',
  connectMicros: 0n,
  firstSeconds: 60,
  firstNanos: 0n,
  nextSeconds: 60,
  nextNanos: 0n,
  graceSeconds: 0,
  minimumMicros: 0n,
  blocked: false,
}
const nanos = (units: number): bigint => BigInt(Math.round(units * 1e9))

const amount = fc.oneof(fc.constant(0n), fc.bigInt(0n, 5_000_000n))
const price = fc.oneof(fc.constant(0n), fc.bigInt(0n, 20_000_000_000n), fc.bigInt(1n, 1000n))
const block = fc.oneof(fc.constantFrom(1, 6, 30, 60), fc.integer({ min: 1, max: 400 }))
const anyRow: fc.Arbitrary<RateRow> = fc.record({
  prefix: fc.constant('44'),
  direction: fc.constant('outbound' as const),
  destination: fc.constant('Somewhere'),
  class: fc.constant('international' as const),
  connectMicros: amount,
  firstSeconds: block,
  firstNanos: price,
  nextSeconds: block,
  nextNanos: price,
  graceSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 100 })),
  minimumMicros: amount,
  blocked: fc.constant(false),
})

test('worked: 130 s, connect 0.40, 60 s at 0.20, then per second at 0.10, is 0.716667', () => {
  const row = {
    ...plain,
    connectMicros: 400_000n,
    firstNanos: nanos(0.2),
    nextSeconds: 1,
    nextNanos: nanos(0.1),
  }
  assert.equal(priceCall(row, 130).chargeMicros, 716_667n)
  assert.equal(priceCall(row, 130, { mode: 'up', digits: 4 }).chargeMicros, 716_700n)
  assert.deepEqual(explainCall(row, 130, 'CAD'), [
    'United Kingdom: prefix 44, outbound, international',
    '130 s, billed in a first block of 60 s and then blocks of 1 s: 130 s',
    'connect fee: 0.40',
    'first 60 s at 0.2000 a minute: 0.20',
    'next 70 s at 0.1000 a minute: 0.116666666666…',
    'sum: 0.716666666666…, rounded once (half-up, 6 decimals)',
    'charge: 0.716667 CAD',
  ])
})

test('worked: steps are counted from the end of the first block', () => {
  const billed = (firstSeconds: number, nextSeconds: number, seconds: number): number =>
    priceCall({ ...plain, firstSeconds, nextSeconds }, seconds).billedSeconds
  assert.equal(billed(25, 8, 26), 33)
  assert.equal(billed(30, 6, 45), 48)
  assert.equal(billed(60, 60, 61), 120)
})

test('worked: 10000 at connect 1 and 1 a second pays for 9999 s', () => {
  const second = { ...plain, connectMicros: 1_000_000n, firstSeconds: 1, nextSeconds: 1 }
  const row = { ...second, firstNanos: nanos(60), nextNanos: nanos(60) }
  assert.equal(affordableSeconds(row, 10_000_000_000n, 3 * 3600), 9999)
})

test('grace is free up to its last second, the connect fee is due once, the minimum lifts a small charge', () => {
  const row = { ...plain, graceSeconds: 3, connectMicros: 500_000n, minimumMicros: 2_000_000n, firstNanos: nanos(1) }
  assert.deepEqual(priceCall(row, 3), { billedSeconds: 0, chargeMicros: 0n, reason: 'grace' })
  assert.deepEqual(priceCall(row, 4), { billedSeconds: 60, chargeMicros: 2_000_000n, reason: 'minimum' })
  assert.equal(priceCall({ ...row, minimumMicros: 0n }, 4).chargeMicros, 1_500_000n)
  assert.equal(durationSeconds(undefined, 5000), 0)
  assert.equal(durationSeconds(1000, 1001), 1)
  assert.equal(durationSeconds(1000, 900), 0)
})

test('a longer call never costs less, and the price is the same however it was sliced', () => {
  fc.assert(
    fc.property(anyRow, fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 500 }), (row, seconds, more) => {
      assert(priceCall(row, seconds + more).chargeMicros >= priceCall(row, seconds).chargeMicros)
      // Talking on to the end of a paid block is free: a slice that ends there holds the whole price.
      if (seconds > row.graceSeconds) {
        assert.equal(priceCall(row, wholeBlocks(row, seconds)).chargeMicros, priceCall(row, seconds).chargeMicros)
      }
    }),
  )
})

test('the affordable duration fits the amount, and one block more does not', () => {
  fc.assert(
    fc.property(anyRow, fc.bigInt(0n, 50_000_000n), fc.integer({ min: 1, max: 20_000 }), (row, credit, most) => {
      const seconds = affordableSeconds(row, credit, most)
      assert(priceCall(row, seconds).chargeMicros <= credit)
      assert(seconds <= Math.max(wholeBlocks(row, most), 0))
      if (seconds >= most || seconds === 0) return
      const more = wholeBlocks(row, seconds + 1)
      assert(priceCall(row, more).chargeMicros > credit, `${more} s would fit too`)
    }),
    { numRuns: 2000 },
  )
})

test('the table finds the longest prefix, as a plain search does', () => {
  const prefix = fc.stringMatching(/^[1-4]{1,6}$/)
  const direction = fc.constantFrom('outbound' as const, 'inbound' as const)
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ prefix, direction }), { selector: (one) => `${one.direction}${one.prefix}` }),
      fc.stringMatching(/^\+?[1-4]{1,9}$/),
      direction,
      (keys, number, asked) => {
        const rows = keys.map((key, at) => {
          const special = at % 3 === 1 ? { minimumMicros: 5n } : at % 3 === 2 ? { surchargePpm: 70_000 } : {}
          return { ...plain, ...key, destination: `d${at}`, firstNanos: BigInt(at * 1001), ...special }
        })
        const digits = number.replace('+', '')
        const best = rows
          .filter((row) => row.direction === asked && digits.startsWith(row.prefix))
          .toSorted((a, b) => b.prefix.length - a.prefix.length)[0]
        const table = compileRateTable(rows)
        assert.deepEqual(table.match(asked, number), best)
        assert.equal(table.charge(asked, number, 61), best && priceCall(best, 61).chargeMicros)
      },
    ),
  )
})

test('+1 is not one country: the deck decides', () => {
  const rows = [
    { ...plain, prefix: '1', destination: 'North America' },
    { ...plain, prefix: '1876', destination: 'Jamaica' },
  ]
  const table = compileRateTable(rows)
  assert.equal(table.match('outbound', '+18765550100')?.destination, 'Jamaica')
  assert.equal(table.match('outbound', '+14165550100')?.destination, 'North America')
  assert.equal(table.match('inbound', '+14165550100'), undefined)
  assert.equal(table.match('outbound', ''), undefined)
})

const modes: readonly RoundingMode[] = ['half-up', 'half-even', 'up', 'down']
const oracle = fileURLToPath(new URL('../../../test/oracles/rating.py', import.meta.url))

test('an independent implementation in exact fractions agrees to the micro', (t) => {
  const seed = Math.trunc(Number(process.hrtime.bigint() % 2_147_483_647n))
  t.diagnostic(`seed ${seed}`)
  const anyCase = fc.record({
    row: anyRow,
    ms: fc.oneof(
      fc.integer({ min: 0, max: 7_200_000 }),
      fc.integer({ min: 0, max: 200 }).map((s) => s * 1000),
    ),
    mode: fc.constantFrom(...modes),
    digits: fc.integer({ min: 2, max: 6 }),
  })
  const cases = fc.sample(anyCase, { numRuns: 4000, seed })
  const input = cases.map(({ row, ...rest }) => ({
    row: {
      connect: formatMicros(row.connectMicros),
      first_seconds: row.firstSeconds,
      first_price: formatNanos(row.firstNanos),
      next_seconds: row.nextSeconds,
      next_price: formatNanos(row.nextNanos),
      grace: row.graceSeconds,
      minimum: formatMicros(row.minimumMicros),
    },
    ...rest,
  }))
  const text = input.map((one) => JSON.stringify(one)).join('\n')
  const ran = spawnSync('python3', [oracle], { input: text, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (ran.error && process.env['CI'] !== 'true') return t.skip('python3 is not installed: apt-get install python3')
  assert.equal(ran.status, 0, ran.stderr)
  const answers = ran.stdout.trim().split('\n')
  assert.equal(answers.length, cases.length)
  cases.forEach(({ row, ms, mode, digits }, at) => {
    const ours = priceCall(row, durationSeconds(0, ms), { mode, digits })
    const theirs = JSON.parse(answers[at]!) as { billed: number; charge: string }
    const which = `seed ${seed}, case ${at}: ${JSON.stringify(input[at])}`
    assert.equal(ours.chargeMicros.toString(), theirs.charge, which)
    assert.equal(ours.billedSeconds, theirs.billed, which)
  })
})
