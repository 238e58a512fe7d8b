import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  divideRounded,
  formatDecimal,
  formatMicros,
  formatNanos,
  parseDecimal,
  parseMicros,
  parseNanos,
} from './index.ts'

const amount = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })

test('what is written is read back to the same amount', () => {
  fc.assert(
    fc.property(amount, (micros) => assert.deepEqual(parseMicros(formatMicros(micros)), { ok: true, value: micros })),
  )
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n) + 1n, max: 10n ** 15n - 1n }),
      fc.integer({ min: 0, max: 12 }),
      fc.nat(12),
      (value, digits, decimals) => {
        const read = parseDecimal(formatDecimal(value, digits, Math.min(decimals, digits)), digits)
        assert.equal(read.ok && read.value, value)
      },
    ),
  )
})

test('amounts are shown with two decimals at least and no digit lost, prices with four', () => {
  assert.deepEqual([0n, 1n, 1_500_000n, -716_667n, 12_000_000n].map(formatMicros), [
    '0.00',
    '0.000001',
    '1.50',
    '-0.716667',
    '12.00',
  ])
  assert.deepEqual([0n, 4_900_000n, 1n].map(formatNanos), ['0.0000', '0.0049', '0.000000001'])
})

test('what is no plain decimal is refused', () => {
  for (const text of [
    '',
    '.',
    '1.',
    '.5',
    '1,5',
    '1e3',
    '0x10',
    '+1',
    '--1',
    'NaN',
    '1.0000001',
    '1'.repeat(16),
    '١',
  ]) {
    assert.equal(parseMicros(text).ok, false, text)
  }
  assert.deepEqual(parseMicros(' 600.0000000 '), { ok: true, value: 600_000_000n }, 'zeros behind do not count')
  assert.deepEqual(parseNanos('-0.0049'), { ok: true, value: -4_900_000n })
})

test('a division is rounded once, to a neighbour, by magnitude', () => {
  assert.deepEqual(
    (['half-up', 'half-even', 'up', 'down'] as const).map((mode) => [
      divideRounded(5n, 2n, mode),
      divideRounded(-5n, 2n, mode),
      divideRounded(7n, 2n, mode),
      divideRounded(1n, 3n, mode),
    ]),
    [
      [3n, -3n, 4n, 0n],
      [2n, -2n, 4n, 0n],
      [3n, -3n, 4n, 1n],
      [2n, -2n, 3n, 0n],
    ],
  )
  const mode = fc.constantFrom('half-up', 'half-even', 'up', 'down')
  fc.assert(
    fc.property(amount, fc.bigInt({ min: 1n, max: 10n ** 9n }), mode, (top, bottom, how) => {
      const rounded = divideRounded(top, bottom, how)
      const error = rounded * bottom - top
      const magnitude = error < 0n ? -error : error
      assert.ok(how.startsWith('half') ? 2n * magnitude <= bottom : magnitude < bottom)
      assert.equal(divideRounded(-top, bottom, how), -rounded)
      if (top % bottom === 0n) assert.equal(rounded, top / bottom)
    }),
  )
})
