/** Calls between two endpoints: what RFC 3261 promises, on a clock that only tests move. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header } from './message/header-names.ts'
import { answerSdp, createBench, inviteTo, rawPeer } from './testing.ts'

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

test('strangers can be met with silence, and nothing of theirs is kept', async () => {
  const bench = createBench(1)
  const b = await bench.peer('192.0.2.2')
  const scanner = await rawPeer(bench, '192.0.2.66')
  b.events.admitInvite = () => undefined
  b.events.onRequest = () => undefined
  const request = (method: string): string =>
    `${method} sip:100@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.66;branch=z9hG4bK${method}\nMax-Forwards: 70\n` +
    `From: <sip:100@192.0.2.2>;tag=1\nTo: <sip:100@192.0.2.2>\nCall-ID: scan\nCSeq: 1 ${method}\n` +
    'Authorization: Digest username="100", realm="x", nonce="y", uri="z", response="0"\n' +
    'Contact: <sip:100@192.0.2.66>\nUser-Agent: friendly-scanner\nContent-Length: 0\n\n'
  for (const method of ['INVITE', 'OPTIONS', 'REGISTER']) scanner.send(request(method), b.address)
  bench.clock.advance(100)
  assert.deepEqual(scanner.heard, [])
  assert.deepEqual(b.sip.load(), { legs: 0, clients: 0, servers: 0, timers: 0 })
})

test('a refused REGISTER leaves no state; one that was accepted is answered again from memory', async () => {
  const bench = createBench(1)
  const b = await bench.peer('192.0.2.2')
  const phone = await rawPeer(bench, '192.0.2.7')
  let asked = 0
  const register = (branch: string, proof: string): void => {
    const text =
      `REGISTER sip:home SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${branch}\nMax-Forwards: 70\n` +
      `From: <sip:201@home>;tag=1\nTo: <sip:201@home>\nCall-ID: r\nCSeq: 1 REGISTER\nAuthorization: ${proof}\n` +
      'Contact: <sip:201@192.0.2.7>\nContent-Length: 0\n\n'
    phone.send(text, b.address)
    bench.clock.advance(20)
  }
  b.events.onRequest = (request) => {
    asked++
    return { status: request.raw(header.authorization)?.includes('good') ? 200 : 401 }
  }
  register('a', 'Digest bad')
  assert.equal(b.sip.load().servers, 0)
  register('b', 'Digest good')
  register('b', 'Digest good')
  assert.deepEqual(
    phone.heard.map((text) => text.slice(8, 11)),
    ['401', '200', '200'],
  )
  assert.equal(asked, 2)
})
