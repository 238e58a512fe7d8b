/** The ordered end: ordinary calls are over at once, a 911 call is carried to its own end, and new ones are taken. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRows } from '../testing.ts'
import { openBench, type Bench, type Peer, type Phone } from '../test-bench.ts'

async function openHouse(): Promise<{ bench: Bench; ann: Phone; bob: Phone; centre: Peer }> {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  assert.deepEqual([await ann.register(), await bob.register()], [200, 200])
  return { bench, ann, bob, centre: await bench.peer({ address: '127.0.0.1', port: 7003 }) }
}

/** Whether the switch has closed by now. */
function closing(bench: Bench): { done: boolean } {
  const state = { done: false }
  void bench
    .house()
    .close()
    .then(() => (state.done = true))
  return state
}

test('R79 while stopping, a 911 call goes on and a second is taken; ordinary calls end or hear 503', async () => {
  const { bench, ann, bob, centre } = await openHouse()
  const ordinary = bob.dial('201')
  await bench.pass(300)
  const urgent = ann.dial('911', { credentials: false })
  await bench.pass(300)
  const close = closing(bench)
  await bench.pass(3000)
  assert.equal(bob.ends.get(ordinary)?.by, 'remote')
  assert.equal(ann.ends.has(urgent), false)
  const refused = bob.dial('201')
  const second = bob.dial('911', { credentials: false })
  await bench.pass(300)
  assert.equal(bob.ends.get(refused)?.status, 503)
  assert.match(bob.heard.get(second) ?? '', /m=audio/)
  ann.sip.hangup(urgent)
  await bench.pass(5000)
  assert.equal(close.done, false, 'the second emergency is still there')
  centre.sip.hangup(centre.lastLeg)
  await bench.pass(500)
  assert.equal(close.done, true)
  assert.equal(bob.ends.get(second)?.status, 200)
  assert.deepEqual(
    bench.cdrs().map((cdr) => [cdr.class, cdr.hangupCause]),
    [
      ['onnet', 'shutdown'],
      ['emergency', 'normal'],
      ['emergency', 'normal'],
    ],
  )
})

test('R79 an emergency call keeps the switch from stopping for a minute, not for ever', async () => {
  const { bench, ann, bob } = await openHouse()
  const urgent = ann.dial('911')
  await bench.pass(300)
  const close = closing(bench)
  await bench.pass(59_000)
  assert.deepEqual([close.done, ann.ends.has(urgent)], [false, false])
  await bench.pass(1100)
  assert.equal(ann.ends.get(urgent)?.by, 'remote')
  const late = bob.dial('911')
  await bench.pass(2500)
  assert.equal(close.done, true)
  assert.notEqual(bob.heard.has(late), true)
  assert.equal(bench.cdrs()[0]?.hangupCause, 'shutdown')
})
