/** New offers in a conversation, through the switch: one that is asked for, hold in its forms, streams, refusals. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawPeer } from '../../../network/sip/testing.ts'
import { HOUSE, openBench, sdpFrom } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const valueOf = (text: string, name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
const statusOf = (text: string): number => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0)
const own = sdpFrom('127.0.0.1')
const contact = 'Contact: <sip:raw@127.0.0.1:7001>\n'

/** A phone of ours talks with a carrier that speaks byte by byte; `ask` sends a request of it inside the call. */
async function talking() {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const raw = await rawPeer(bench, '127.0.0.1', 7001)
  const leg = ann.dial('12125550100')
  await bench.pass(300)
  const invite = raw.heard[0]!
  raw.reply(invite, 200, { tag: 'raw', more: contact, body: own })
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'answered')
  let cseq = 0
  const ask = async (method: string, body = ''): Promise<string> => {
    if (method !== 'ACK') cseq++
    const type = body === '' ? '' : 'Content-Type: application/sdp\n'
    raw.send(
      `${method} sip:${HOUSE.address} SIP/2.0\nVia: SIP/2.0/UDP 127.0.0.1:7001;branch=z9hG4bK${method}${cseq}\n` +
        `Max-Forwards: 70\nFrom: ${valueOf(invite, 'To')};tag=raw\nTo: ${valueOf(invite, 'From')}\n` +
        `Call-ID: ${valueOf(invite, 'Call-ID')}\nCSeq: ${cseq} ${method}\n${contact}${type}` +
        `Content-Length: ${body.length}\n\n${body}`,
      HOUSE,
    )
    await bench.pass(200)
    return raw.heard.at(-1)!
  }
  /** Offers anew, acknowledges the answer, and tells it. */
  const offer = async (sdp: string): Promise<string> => {
    const answer = await ask('INVITE', sdp)
    await ask('ACK')
    return answer
  }
  const renewals = (): number => ann.diary.filter((line) => line === 'reinvite').length
  return { bench, ann, raw, leg, ask, offer, renewals }
}

test('a re-INVITE without SDP gets what the other side can do, which hears of a changed answer only', async () => {
  const { bench, ann, ask, leg, renewals } = await talking()
  const ok = await ask('INVITE')
  assert.match(ok, /^SIP\/2\.0 200 [^]*s=relayed\r\nc=IN IP4 192\.0\.2\.1\r\n[^]*m=audio/)
  await ask('ACK', own)
  assert.equal(renewals(), 0, 'nothing changed')
  assert.match(await ask('INVITE'), /^SIP\/2\.0 200 /, 'and it can be asked again')
  await ask('ACK', `${own}a=sendonly\r\n`)
  assert.equal(renewals(), 1)
  assert.match(ann.heard.get(leg) ?? '', /a=sendonly/)
  // Resumed the same way: the offer is one of nobody on hold.
  assert.doesNotMatch(await ask('INVITE'), /a=(sendonly|recvonly|inactive)/)
  await ask('ACK', own)
  assert.equal(renewals(), 2)
  assert.doesNotMatch(ann.heard.get(leg) ?? '', /sendonly/)
  await ask('BYE')
  await bench.pass(300)
  assert.equal(bench.cdrs().length, 1)
})

test('hold as sendonly, inactive and 0.0.0.0 reaches the other side, with both sides on hold too', async () => {
  const { bench, ann, raw, leg, offer } = await talking()
  for (const held of [
    `${own}a=sendonly\r\n`,
    `${own}a=inactive\r\n`,
    own.replace('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0'),
  ]) {
    assert.equal(statusOf(await offer(held)), 200)
    assert.equal(ann.heard.get(leg)?.replace('relayed', '-'), held)
    ann.sip.reinvite(leg, `${sdpFrom('192.0.2.1')}a=inactive\r\n`)
    await bench.pass(200)
    const again = raw.heard.at(-1)!
    assert.match(again, /^INVITE [^]*a=inactive/, 'the held one holds as well')
    raw.reply(again, 200, { more: contact, body: held })
    await bench.pass(200)
    assert.equal(ann.diary.at(-1), 'reinvite done 200')
    assert.equal(statusOf(await offer(own)), 200)
    assert.equal(ann.heard.get(leg)?.replace('relayed', '-'), own)
  }
})

test('a stream is added, refused with port 0 and taken away; a refused offer leaves the call as it is', async () => {
  const { bench, ann, leg, ask, offer } = await talking()
  for (const video of ['m=video 4002 RTP/AVP 99\r\n', 'm=video 0 RTP/AVP 99\r\n']) {
    assert.equal(statusOf(await offer(own + video)), 200)
    assert.ok(ann.heard.get(leg)?.endsWith(video))
  }
  ann.refuses = 488
  assert.equal(statusOf(await ask('INVITE', `${own}a=sendonly\r\n`)), 488)
  ann.refuses = undefined
  bench.media.offerFails = 'media.no_codec'
  assert.equal(statusOf(await ask('INVITE', `${own}a=inactive\r\n`)), 488, 'no common codec')
  assert.equal(statusOf(await ask('INVITE')), 488)
  assert.equal(bench.house().liveCalls()[0]?.state, 'talking')
})
