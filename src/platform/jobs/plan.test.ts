import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochMsToLocal, localToEpochMs } from '../../base/index.ts'
import { isPlan, nextRun } from './plan.ts'

const toronto = 'America/Toronto'
const at = (text: string, zone = toronto): number => localToEpochMs(text, zone)!

test('a daily plan runs at its wall-clock time, today or tomorrow', () => {
  const plan = { daily: '02:30', zone: toronto }
  assert.equal(nextRun(plan, at('2026-11-24 01:00')), at('2026-11-24 02:30'))
  assert.equal(nextRun(plan, at('2026-11-24 02:30')), at('2026-11-25 02:30'))
})

test('a time that the spring change skips runs an hour later, once', () => {
  const plan = { daily: '02:30', zone: toronto }
  const run = nextRun(plan, at('2026-03-08 00:00'))
  assert.equal(epochMsToLocal(run, toronto), '2026-03-08 03:30:00')
  assert.equal(epochMsToLocal(nextRun(plan, run), toronto), '2026-03-09 02:30:00')
})

test('a time that the autumn change repeats runs at its first reading, once', () => {
  const plan = { daily: '01:30', zone: toronto }
  const run = nextRun(plan, at('2026-11-01 00:00'))
  assert.equal(epochMsToLocal(run + 3_600_000, toronto), '2026-11-01 01:30:00', 'the second reading is an hour away')
  assert.equal(epochMsToLocal(nextRun(plan, run), toronto), '2026-11-02 01:30:00')
})

test('every date has exactly one run, in any zone and at any time', () => {
  const zones = [toronto, 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu', 'UTC']
  const daily = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
  fc.assert(
    fc.property(fc.constantFrom(...zones), daily, fc.nat(3000), (zone, time, day) => {
      const start = Temporal.PlainDate.from('2020-01-01').add({ days: day })
      let run = start.toZonedDateTime({ timeZone: zone }).epochMilliseconds - 1
      for (let n = 0; n < 5; n++) {
        run = nextRun({ daily: time, zone }, run)
        assert.equal(epochMsToLocal(run, zone).slice(0, 10), start.add({ days: n }).toString())
      }
    }),
  )
})

test('every N seconds counts from the epoch', () => {
  assert.equal(nextRun({ everySeconds: 60 }, 0), 60_000)
  assert.equal(nextRun({ everySeconds: 60 }, 59_999), 60_000)
  assert.equal(nextRun({ everySeconds: 60 }, 60_000), 120_000)
})

test('nonsense is no plan', () => {
  for (const daily of ['24:00', '2:30', '02:60', '', '02:30:00']) assert.equal(isPlan({ daily, zone: toronto }), false)
  assert.equal(isPlan({ daily: '02:30', zone: 'Toronto' }), false)
  assert.equal(isPlan({ everySeconds: 0 }), false)
  assert.equal(isPlan({ everySeconds: 1.5 }), false)
})
