/** RFC 3261 §18.1.1: what is larger than a datagram may be goes by TCP; where there is none, by UDP after all. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncomingInvite } from './endpoint.ts'
import { answerSdp, createBench, inviteTo, rawPeer } from './testing.ts'

const wide = [['X-Wide', 'x'.repeat(1200)]] as const

test('an INVITE above the limit goes by TCP, and so does all that follows; one below it does not', async () => {
  const bench = createBench(1)
  const a = await bench.peer('192.0.2.1')
  const b = await bench.peer('192.0.2.2')
  const protocols: string[] = []
  const { onInvite } = b.events
  Object.assign(b.events, {
    onInvite(invite: IncomingInvite) {
      protocols.push(invite.flow.protocol)
      onInvite(invite)
    },
  })
  a.sip.invite(inviteTo(b, 'small'))
  a.sip.invite(inviteTo(b, 'large', { headers: wide }))
  bench.clock.advance(20)
  assert.deepEqual(protocols, ['udp', 'tcp'])
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  bench.clock.advance(50)
  assert.ok(a.diary.includes('answered large sdp') && b.diary.includes('confirmed'), a.diary.join('; '))
  const kept = a.sip.keep('large')
  assert.equal(kept?.protocol, 'tcp')
  a.sip.hangup('large')
  bench.clock.advance(50)
  assert.ok(b.diary.includes('ended 200 remote'))
})

test('a peer that takes no connection gets a datagram, and is not asked for one again', async () => {
  const bench = createBench(2)
  const a = await bench.peer('192.0.2.1')
  const raw = await rawPeer(bench, '192.0.2.7')
  const carried: string[] = []
  bench.network.refuseTcp(raw.address)
  bench.network.setDrop((bytes, from, to) => {
    if (from.address === '192.0.2.1') carried.push(`${to.address} ${/SIP\/2.0\/(\w+)/.exec(bytes.toString())?.[1]}`)
    return false
  })
  const nextHop = { protocol: 'udp', remote: raw.address } as const
  const command = { target: 'sip:204@192.0.2.7', from: '<sip:201@home.invalid>', to: '<sip:204@home.invalid>' }
  const call = (legId: string, urgent: boolean): void =>
    a.sip.invite({ ...command, legId, nextHop, sdp: answerSdp, headers: wide, urgent })
  call('first', false)
  bench.clock.advance(100)
  assert.deepEqual(carried, ['192.0.2.7 TCP', '192.0.2.7 UDP'])
  call('second', false)
  bench.clock.advance(100)
  assert.deepEqual(carried.slice(2), ['192.0.2.7 UDP'])
  assert.equal(raw.heard.filter((text) => text.startsWith('INVITE')).length, 2)
})

test('an emergency is sent by datagram whatever its size, unless its centre is reached by TCP anyway', async () => {
  const bench = createBench(3)
  const a = await bench.peer('192.0.2.1')
  const b = await bench.peer('192.0.2.2')
  a.sip.invite(inviteTo(b, 'sos', { headers: wide, urgent: true }))
  bench.clock.advance(20)
  assert.deepEqual(b.diary, ['invite sdp'])
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  bench.clock.advance(20)
  assert.equal(a.sip.keep('sos')?.protocol, 'udp')
})
