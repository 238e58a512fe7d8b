import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { epochMsToLocal, isoInstant, isZone, localToEpochMs, systemClock, virtualClock } from './index.ts'

const zones = ['America/Toronto', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Europe/London', 'UTC']
const instant = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)

test('virtual timers fire in order at their instants, and not when stopped', () => {
  const clock = virtualClock(1000)
  const fired: [string, number][] = []
  const note = (name: string) => () => void fired.push([name, clock.now()])
  clock.after(50, note('late'))
  clock.after(10, () => {
    note('first')()
    clock.after(5, note('made by first'))
  })
  const every = clock.every(20, note('every'))
  clock.after(30, note('stopped')).stop()
  clock.after(10, note('second'))
  assert.equal(clock.nextDue(), 1010)
  clock.advance(45)
  every.stop()
  clock.advance(100)
  assert.deepEqual(fired, [
    ['first', 1010],
    ['second', 1010],
    ['made by first', 1015],
    ['every', 1020],
    ['every', 1040],
    ['late', 1050],
  ])
  assert.equal(clock.now(), 1145)
  assert.equal(clock.nextDue(), undefined)
})

test('however time is cut into steps, the same timers fire at the same instants', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(500), { maxLength: 20 }),
      fc.array(fc.nat(300), { minLength: 1, maxLength: 20 }),
      (delays, steps) => {
        const run = (cuts: readonly number[]): string => {
          const clock = virtualClock(0)
          const log: string[] = []
          delays.forEach((delay, at) => clock.after(delay, () => log.push(`${at}@${clock.now()}`)))
          for (const cut of cuts) clock.advance(cut)
          return log.join()
        }
        const total = steps.reduce((sum, step) => sum + step, 0)
        assert.equal(run(steps), run([total]))
      },
    ),
  )
})

test('the wall of a zone: spring skips an hour, autumn repeats one, and everything else is read back', () => {
  const toronto = (text: string): string | undefined => {
    const at = localToEpochMs(text, 'America/Toronto')
    return at === undefined ? undefined : isoInstant(at)
  }
  assert.equal(toronto('2026-10-01 00:00:00'), '2026-10-01T04:00:00.000Z')
  assert.equal(toronto('2026-03-08 01:59:59'), '2026-03-08T06:59:59.000Z')
  assert.equal(toronto('2026-03-08T02:30'), '2026-03-08T07:30:00.000Z', 'skipped: moves forward')
  assert.equal(toronto('2026-11-01 01:30'), '2026-11-01T05:30:00.000Z', 'repeated: the first reading')
  assert.equal(
    epochMsToLocal(Number(localToEpochMs('2026-11-01 01:30', 'UTC')) + 5 * 3_600_000, 'America/Toronto'),
    '2026-11-01 01:30:00',
  )
  assert.equal(toronto('2026-12-31'), '2026-12-31T05:00:00.000Z')
  for (const text of ['', 'today', '2026-13-01', '2026-02-30 00:00', '25:00', '2026-10-01 24:00']) {
    assert.equal(toronto(text), undefined, text)
  }
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
      const again = localToEpochMs(epochMsToLocal(at, zone), zone)!
      // A repeated hour has two instants with one reading; the first one is meant.
      assert.ok(at - again === 0 || at - again === 3_600_000 || at - again === 1_800_000, `${at} ${zone}`)
    }),
  )
})

test('zones are names of IANA', () => {
  for (const zone of zones) assert.equal(isZone(zone), true, zone)
  for (const zone of ['', 'Mars/Olympus', '+05:00', 'America/Toronto; drop', 'EST5EDT4']) {
    assert.equal(isZone(zone), false, zone)
  }
})

test('the real clock goes forward, and its timers can be stopped', async () => {
  const clock = systemClock({ keepAlive: true })
  const before = clock.monotonic()
  let stopped = false
  clock.after(1, () => (stopped = true)).stop()
  await new Promise<void>((resolve) => void clock.after(5, resolve))
  assert.ok(clock.monotonic() > before)
  assert.equal(stopped, false)
})
