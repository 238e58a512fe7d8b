/** The timer wheel keeps time: never early, at most a tick late, whatever is set, stopped and set again. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { virtualClock } from '../../base/index.ts'
import { createTimerWheel } from './timer-wheel.ts'

const TICK_MS = 10

function wheelAt(startMs: number) {
  const clock = virtualClock(startMs)
  const errors: unknown[] = []
  return { clock, errors, wheel: createTimerWheel(clock, (error) => void errors.push(error)) }
}

test('every timer fires once, no earlier than asked and at most one tick later', () => {
  const delay = fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 0, max: 40_000 }),
    fc.integer({ min: 0, max: 8_000_000 }),
  )
  const setting = fc.record({ pauseMs: fc.nat(20_000), delayMs: delay, isStopped: fc.boolean() })
  fc.assert(
    fc.property(fc.array(setting, { maxLength: 40 }), (settings) => {
      const { clock, wheel, errors } = wheelAt(1_234)
      const fired: number[] = []
      let expected = 0
      for (const { pauseMs, delayMs, isStopped } of settings) {
        clock.advance(pauseMs)
        const dueMs = clock.monotonic() + delayMs
        const timer = wheel.after(delayMs, () => {
          const lateMs = clock.monotonic() - dueMs
          assert.ok(lateMs >= 0 && lateMs <= 2 * TICK_MS, `${lateMs} ms late of ${delayMs}`)
          assert.ok(!isStopped)
          fired.push(lateMs)
        })
        if (isStopped) timer.stop()
        else expected++
      }
      clock.advance(9_000_000)
      assert.deepEqual(errors, [])
      assert.deepEqual([fired.length, wheel.size(), clock.nextDue()], [expected, 0, undefined])
    }),
    { numRuns: 60 },
  )
})

test('a timer beyond the reach of the wheel fires too', () => {
  const { clock, wheel } = wheelAt(0)
  const month = 30 * 86_400_000
  let firedAt = 0
  wheel.after(month, () => (firedAt = clock.monotonic()))
  clock.advance(month + 2 * TICK_MS)
  assert.ok(firedAt >= month && firedAt <= month + TICK_MS, `${firedAt}`)
})

test('an act that throws is reported, and the wheel turns on', () => {
  const { clock, wheel, errors } = wheelAt(0)
  let count = 0
  wheel.after(50, () => {
    throw new Error('broken')
  })
  wheel.after(50, () => void count++)
  clock.advance(100)
  assert.deepEqual([count, errors.length], [1, 1])
})

test('acts may set and stop other timers', () => {
  const { clock, wheel } = wheelAt(0)
  const order: string[] = []
  const other = wheel.after(30, () => void order.push('stopped'))
  wheel.after(20, () => {
    other.stop()
    order.push('first')
    wheel.after(0, () => void order.push('second'))
  })
  clock.advance(200)
  assert.deepEqual(order, ['first', 'second'])
  wheel.after(1000, () => void order.push('never'))
  wheel.close()
  clock.advance(5000)
  assert.equal(order.length, 2)
})
