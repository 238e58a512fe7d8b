import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMetrics, virtualClock } from '../../../base/index.ts'
import { defaultOverload, levelOf, nextShare, standingOf, watchOverload } from './overload.ts'

test('the share falls while there is no time left, rises slowly after, and stays between its bounds', () => {
  const sample = fc.record({ busy: fc.double({ min: 0, max: 1, noNaN: true }), lagMs: fc.nat(2000) })
  fc.assert(
    fc.property(fc.double({ min: 0.02, max: 1, noNaN: true }), sample, (share, load) => {
      const next = nextShare(share, load, defaultOverload)
      const isOver = load.busy > defaultOverload.busyMax || load.lagMs > defaultOverload.lagMaxMs
      assert.ok(next >= 0.02 && next <= 1)
      assert.ok(isOver ? next < share || next === 0.02 : next >= share)
      assert.ok(levelOf(next) >= 0 && (levelOf(next) === 0) === (next === 1))
    }),
  )
})

test('a source of calls at twice the capacity is cut to about the capacity within 2 s, and let in again', () => {
  const clock = virtualClock(1_790_000_000_000)
  let offered = 2
  const overload = watchOverload({
    clock,
    metrics: createMetrics(),
    settings: defaultOverload,
    busy: () => Math.min(1, offered * overload.state().share),
  })
  const shares: number[] = []
  for (let i = 0; i < 100; i++) {
    clock.advance(100)
    if (i >= 19) shares.push(overload.state().share * offered)
  }
  const goodput = shares.map((load) => Math.min(1, load)).reduce((sum, one) => sum + one, 0) / shares.length
  assert.ok(goodput >= 0.85, `goodput ${goodput}`)
  assert.ok(Math.max(...shares) <= 1.05)
  offered = 0.5
  clock.advance(4000)
  assert.equal(overload.state().level, 0)
  assert.equal(overload.refuses('anything', 'call'), false)
  overload.stop()
})

test('a burst, and a second that others took, refuse nobody', () => {
  const clock = virtualClock(1_790_000_000_000)
  let busy = 0
  const overload = watchOverload({ clock, metrics: createMetrics(), settings: defaultOverload, busy: () => busy })
  for (let i = 0; i < 50; i++) {
    busy = i % 10 < 9 ? 1 : 0.3
    clock.advance(100)
    assert.equal(overload.state().level, 0)
  }
  busy = 1
  clock.advance(1100)
  assert.ok(overload.state().level > 0)
  const refused = (kind: 'call' | 'registration'): number =>
    Array.from({ length: 1000 }, (_, at) => `${at}@192.0.2.7`).filter((id) => overload.refuses(id, kind)).length
  assert.ok(refused('call') > 0)
  assert.equal(refused('registration'), 0, 'calls give way first')
  overload.stop()
})

test('Call-IDs of one program are spread evenly, and each keeps its standing', () => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (let i = 0; i < 10_000; i++) counts[Math.floor(standingOf(`${i}-4711@192.0.2.7`) * 10)]!++
  for (const count of counts) assert.ok(count > 800 && count < 1200, counts.join(' '))
})
