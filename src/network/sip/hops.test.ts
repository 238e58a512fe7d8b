/** The same request by two paths (RFC 3261 §8.2.2.2), and hops that are used up (§16.6). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBench, inviteTo, offerSdp, rawPeer, type TestPeer } from './testing.ts'

async function callee() {
  const bench = createBench(21)
  const b = await bench.peer('192.0.2.2')
  const raw = await rawPeer(bench, '192.0.2.7')
  const invite = (branch: string, hops: number): string => {
    raw.send(
      `INVITE sip:204@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${branch}\nMax-Forwards: ${hops}\n` +
        `From: <sip:raw@x>;tag=raw\nTo: <sip:204@x>\nCall-ID: forked\nCSeq: 1 INVITE\nContact: <sip:raw@192.0.2.7>\n` +
        `Content-Type: application/sdp\nContent-Length: ${offerSdp.length}\n\n${offerSdp}`,
      b.address,
    )
    bench.clock.advance(20)
    return raw.heard.at(-1) ?? ''
  }
  return { ...bench, b, raw, invite }
}

test('the same INVITE by two paths is one call: the second path gets 482', async () => {
  const { b, invite } = await callee()
  invite('one', 70)
  assert.match(invite('two', 69), /^SIP\/2\.0 482 [^]*branch=z9hG4bKtwo/)
  assert.deepEqual([b.diary, b.sip.size()], [['invite sdp'], 1])
  await b.sip.close()
})

test('an INVITE without a hop left draws 483, one with a hop is taken, and ours says what it was told to', async () => {
  const { b, raw, clock, invite } = await callee()
  assert.match(invite('none', 0), /^SIP\/2\.0 483 /)
  assert.deepEqual(b.diary, [])
  invite('last', 1)
  assert.deepEqual(b.diary, ['invite sdp'])
  b.sip.invite(inviteTo({ address: raw.address } as TestPeer, 'b1', { maxForwards: 12 }))
  clock.advance(20)
  assert.match(raw.heard.at(-1)!, /^INVITE [^]*\r\nMax-Forwards: 12\r\n/)
  await b.sip.close()
})
