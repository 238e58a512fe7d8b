/** Money and time are written exactly, and the same on the server and in every browser. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayOf, dayText, parseDay } from './day.ts'
import { percentText } from './percent.ts'
import { inThe } from '../words/language.ts'
import { formatCount, formatMoney } from './money.ts'
import { dayNumber, epochMsOf, formatDuration, formatInstant } from './time.ts'

test('no digit of an amount is lost or added', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (micros) => {
      const text = formatMoney(micros, 'CAD')
      const [whole = '', fraction = ''] = text.replace(/[$,]/g, '').replace('\u2212', '-').split('.')
      const sign = whole.startsWith('-') ? -1n : 1n
      const read = BigInt(whole.replace('-', '')) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
      assert.equal(sign * read, micros)
    }),
  )
})

test('amounts are grouped, with the code where there is no sign for the currency', () => {
  assert.equal(formatMoney('1234567500000', 'CAD'), '$1,234,567.50')
  assert.equal(formatMoney('-12500', 'USD'), '\u2212$0.0125')
  assert.equal(formatMoney('1000000', 'CHF'), 'CHF\u00a01.00')
  assert.equal(formatMoney('1000000', 'CAD', { withCode: true }), 'CAD\u00a01.00')
})

test('amounts, counts and days are written as each language writes them', () => {
  const said = (language: 'en' | 'fr' | 'es') =>
    inThe(language, () => [
      formatMoney('-1234567500', 'CAD'),
      formatCount(12_345),
      formatInstant('2025-10-31T20:20:11Z', 'UTC', 0),
    ])
  assert.deepEqual(said('en'), ['\u2212$1,234.5675', '12,345', 'Oct 31, 2025 20:20:11'])
  assert.deepEqual(said('fr'), ['\u22121\u00a0234,5675\u00a0$', '12\u00a0345', '31 oct. 2025 20:20:11'])
  assert.deepEqual(said('es'), ['\u2212$1,234.5675', '12,345', '31 oct 2025 20:20:11'])
  assert.equal(
    inThe('fr', () => formatMoney('1000000', 'CAD', { withCode: true })),
    '1,00\u00a0CAD',
  )
})

test('days are counted as the calendar counts them', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000, max: 200_000 }), (number) => {
      const expected = Temporal.PlainDate.from('1970-01-01').add({ days: number }).toString()
      assert.equal(dayNumber(dayOf(number)), number)
      if (number > -700_000) assert.equal(dayText(dayOf(number)), expected)
    }),
  )
})

test('instants are read as Temporal reads them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (epochMs) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(epochMs)
      assert.equal(epochMsOf(instant.toString()), epochMs)
      assert.equal(epochMsOf(instant.toString({ timeZone: 'America/St_Johns' })), epochMs)
    }),
  )
  assert.equal(epochMsOf('2026-10-31'), undefined)
})

test('one instant is three hours apart in Toronto and Vancouver', () => {
  const now = epochMsOf('2026-11-01T00:00:00Z')!
  assert.equal(formatInstant('2026-10-31T20:20:11Z', 'America/Toronto', now), 'Oct 31 16:20:11')
  assert.equal(formatInstant('2026-10-31T20:20:11Z', 'America/Vancouver', now), 'Oct 31 13:20:11')
  assert.equal(formatInstant('2025-10-31T20:20:11Z', 'America/Vancouver', now), 'Oct 31, 2025 13:20:11')
})

test('durations and days are read and written strictly', () => {
  assert.equal(formatDuration(7), '0:07')
  assert.equal(formatDuration(3723.9), '1:02:03')
  assert.deepEqual(parseDay('2026-02-28'), { year: 2026, month: 2, day: 28 })
  assert.equal(parseDay('2026-02-30'), undefined)
})

test('a share is cut to a tenth of a percent, and unknown is a dash', () => {
  assert.equal(percentText('380000', 1_000_000n), '38.0 %')
  assert.equal(percentText(-5n, 1000n), '\u22120.5 %')
  assert.equal(percentText(null, 1n), '–')
  assert.equal(percentText(1n, 0n), '–')
})
