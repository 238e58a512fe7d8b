import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { localToEpochMs } from '../../../base/index.ts'
import { addOpen, aroundTheClock, between, checkCalendar, endOfBusinessDay, type Calendar } from './calendar.ts'

const HOUR = 3_600_000
const zone = 'America/Toronto'
const weekdays = (from: number, to: number): Calendar['hours'] =>
  Array.from({ length: 7 }, (_, day) => (day < 5 ? [[from * 60, to * 60] as const] : []))
const partner: Calendar = {
  zone,
  hours: weekdays(9, 19),
  days: new Map([['2026-12-25', []]]),
  years: new Set([2025, 2026]),
}
const at = (text: string): number => localToEpochMs(text, zone)!
const due = (calendar: Calendar, from: string, hours: number, pauses = [] as { from: number; to?: number }[]) => {
  const added = addOpen(
    calendar,
    at(from),
    hours * HOUR,
    pauses.map((pause) => ({ from: pause.from, to: pause.to })),
  )
  assert.ok(added.ok)
  return added.value.due
}

test('F11 due times follow the hours of the desk, to the second', () => {
  assert.equal(due(partner, '2026-11-06 18:30', 1), at('2026-11-09 09:30'), 'Friday evening goes on on Monday')
  assert.equal(due(partner, '2026-11-06 18:00', 1), at('2026-11-06 19:00'), 'an end at closing is closing time')
  assert.equal(due(partner, '2026-11-07 12:00', 0), at('2026-11-09 09:00'), 'nothing at all is the first open instant')
  assert.equal(due(partner, '2026-11-06 18:59:30', 0.01), at('2026-11-09 09:00:06'), 'seconds are kept')
  assert.equal(due(partner, '2026-12-24 18:00', 2), at('2026-12-28 10:00'), 'a holiday is left out')
  assert.equal(due(partner, '2026-11-09 09:00', 48), at('2026-11-13 17:00'), '48 hours are business hours')
})

test('real time passes on the days of clock changes', () => {
  const always = aroundTheClock(zone)
  const spring = due(always, '2026-03-07 12:00', 24)!
  assert.equal(spring, at('2026-03-08 13:00'), 'the short day')
  assert.equal(due(always, '2026-10-31 12:00', 24), at('2026-11-01 11:00'), 'the long day')
  assert.equal(due(partner, '2026-03-06 18:00', 2), at('2026-03-09 10:00'), 'closing keeps its local time')
  const night: Calendar = { ...always, hours: Array.from({ length: 7 }, () => [[90, 150]] as const) }
  assert.deepEqual(between(night, at('2026-03-08 00:00'), at('2026-03-09 00:00')), { ok: true, value: HOUR })
})

test('what cannot be followed is refused with the reason', () => {
  const codeOf = (result: { ok: boolean; failure?: { code: string } }) => (result.ok ? 'ok' : result.failure!.code)
  assert.equal(codeOf(addOpen(partner, at('2026-12-31 18:30'), HOUR)), 'sla.holidays_missing')
  const never: Calendar = { ...partner, hours: weekdays(9, 19).map(() => []), years: undefined }
  assert.equal(codeOf(addOpen(never, at('2026-11-06 18:30'), HOUR)), 'sla.never_open')
  assert.equal(codeOf(checkCalendar({ ...partner, zone: 'America/Nowhere' })), 'sla.unknown_zone')
  const overlapping = weekdays(9, 19).map(() => [
    [60, 120],
    [100, 200],
  ]) as unknown as Calendar['hours']
  assert.equal(codeOf(checkCalendar({ ...partner, hours: overlapping })), 'sla.bad_calendar')
})

test('a pause moves the due time by what it holds of open time, and one without an end leaves none', () => {
  const pause = { from: at('2026-11-09 10:00'), to: at('2026-11-10 10:00') }
  assert.equal(due(partner, '2026-11-09 09:00', 8, [pause]), at('2026-11-10 17:00'))
  assert.equal(due(partner, '2026-11-09 09:00', 8, [{ from: pause.from }]), undefined)
  assert.equal(due(partner, '2026-11-09 09:00', 1, [{ from: pause.from }]), at('2026-11-09 10:00'))
})

test('five business days after a Friday before a holiday', () => {
  const closed = endOfBusinessDay(partner, at('2026-12-18 10:00'), 5)
  assert.ok(closed.ok)
  assert.equal(closed.value, at('2026-12-28 19:00'))
})

const minutes = fc.integer({ min: 0, max: 1440 })
const day = fc
  .uniqueArray(minutes, { minLength: 0, maxLength: 6 })
  .map((points) => points.toSorted((a, b) => a - b))
  .map((points) =>
    Array.from({ length: Math.floor(points.length / 2) }, (_, i) => [points[2 * i]!, points[2 * i + 1]!] as const),
  )
const zones = [
  'America/Toronto',
  'America/Vancouver',
  'America/St_Johns',
  'Europe/London',
  'Australia/Sydney',
  'Asia/Kolkata',
]
const calendars = fc
  .record({ zone: fc.constantFrom(...zones), hours: fc.array(day, { minLength: 7, maxLength: 7 }) })
  .filter(({ hours }) => hours.some((windows) => windows.length > 0))
  .map((given): Calendar => ({ ...given, days: new Map(), years: undefined }))

test('F11 between(start, addOpen(start, t)) is t, and more time is never due earlier', () => {
  const start = fc.integer({ min: 1_767_225_600, max: 1_798_761_600 })
  fc.assert(
    fc.property(calendars, start, fc.integer({ min: 0, max: 400_000 }), (calendar, from, seconds) => {
      const one = addOpen(calendar, from * 1000, seconds * 1000)
      const more = addOpen(calendar, from * 1000, (seconds + 1) * 1000)
      assert.ok(one.ok && more.ok)
      assert.deepEqual(between(calendar, from * 1000, one.value.due!), { ok: true, value: seconds * 1000 })
      assert.ok(more.value.due! > one.value.due!)
    }),
    { numRuns: 300 },
  )
})
