/** Reports are asked for in whole days of the login's zone. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inclusiveDays, presetOf, presetRange, presets, rangeOfDays, rangeOfSearch } from './range.ts'

const zones = ['America/Toronto', 'America/Vancouver', 'Asia/Tokyo', 'UTC']
// The last hours of October in Toronto, November already in Tokyo.
const night = Temporal.Instant.from('2026-11-01T02:30:00Z').epochMilliseconds

test('a month begins when it begins for the reader', () => {
  assert.deepEqual(presetRange('this-month', night, 'America/Toronto'), { from: '2026-10-01', to: '2026-11-01' })
  assert.deepEqual(presetRange('this-month', night, 'Asia/Tokyo'), { from: '2026-11-01', to: '2026-12-01' })
  assert.deepEqual(presetRange('last-month', night, 'Asia/Tokyo'), { from: '2026-10-01', to: '2026-11-01' })
  assert.deepEqual(presetRange('last-7-days', night, 'UTC'), { from: '2026-10-26', to: '2026-11-02' })
})

test('a preset is recognised by its range, and survives the address and the form', () => {
  const instants = fc.integer({ min: 1_500_000_000_000, max: 2_500_000_000_000 })
  fc.assert(
    fc.property(instants, fc.constantFrom(...zones), fc.constantFrom(...presets), (now, zone, id) => {
      const range = presetRange(id, now, zone)
      assert.deepEqual(presetRange(presetOf(range, now, zone)!, now, zone), range)
      assert.deepEqual(rangeOfSearch(`?from=${range.from}&to=${range.to}`, now, zone), range)
      const { first, last } = inclusiveDays(range)
      assert.deepEqual(rangeOfDays(first, last), range)
    }),
  )
})

test('an address that makes no sense shows this month', () => {
  for (const search of ['', '?from=2026-02-30&to=2026-03-01', '?from=2026-03-02&to=2026-03-01', '?from=x']) {
    assert.deepEqual(rangeOfSearch(search, night, 'UTC'), { from: '2026-11-01', to: '2026-12-01' })
  }
  assert.equal(rangeOfDays('2026-03-02', '2026-03-01'), undefined)
})
