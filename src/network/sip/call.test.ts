/** Calls between two endpoints: what RFC 3261 promises, on a clock that only tests move. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSdp, createBench, inviteTo } from './testing.ts'

async function twoPeers(seed = 1) {
  const bench = createBench(seed)
  const a = await bench.peer('192.0.2.1')
  const b = await bench.peer('192.0.2.2')
  const nothingLeft = (): void => {
    bench.clock.advance(70_000)
    const empty = { legs: 0, clients: 0, servers: 0, timers: 0 }
    assert.deepEqual(a.sip.load(), empty)
    assert.deepEqual(b.sip.load(), empty)
  }
  return { ...bench, a, b, nothingLeft }
}

test('a call rings, is answered, talks and ends', async () => {
  const { a, b, clock, nothingLeft } = await twoPeers()
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 180)
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  clock.advance(20)
  a.sip.request('a1', 'INFO', { body: 'Signal=5' })
  clock.advance(20)
  b.sip.hangup(b.lastLeg)
  clock.advance(20)
  assert.deepEqual(a.diary, ['progress a1 180', 'answered a1 sdp', 'ended 200 remote'])
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed', 'info Signal=5', 'ended 200 local'])
  nothingLeft()
})

test('a caller who gives up is answered 487, and the callee is told', async () => {
  const { a, b, clock, nothingLeft } = await twoPeers()
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 180)
  clock.advance(20)
  a.sip.hangup('a1')
  clock.advance(50)
  assert.deepEqual(a.diary, ['progress a1 180', 'ended 487 local'])
  assert.deepEqual(b.diary, ['invite sdp', 'ended 487 remote'])
  nothingLeft()
})

test('a refusal reaches the caller with its status', async () => {
  const { a, b, clock, nothingLeft } = await twoPeers()
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.hangup(b.lastLeg, { status: 486, reason: 'Busy Here' })
  clock.advance(50)
  assert.deepEqual(a.diary, ['ended 486 remote'])
  assert.deepEqual(b.diary, ['invite sdp', 'ended 486 local'])
  nothingLeft()
})

test('nobody there: the call ends with 408 after 64*T1', async () => {
  const { a, b, clock, network, nothingLeft } = await twoPeers()
  network.setDrop(() => true)
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(31_900)
  assert.deepEqual(a.diary, [])
  clock.advance(200)
  assert.deepEqual(a.diary, ['ended 408 timeout'])
  nothingLeft()
})
