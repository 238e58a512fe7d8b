/** Requests inside a dialog: each method has its answer, and the layer above serves what it wants to serve. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSdp, createBench, inviteTo, rawPeer, type TestPeer } from './testing.ts'

/** A call of `a` to a peer that speaks byte by byte; `ask` sends a request of that peer inside it. */
async function calledRaw(options: { methods?: string[]; extensions?: string[] } = {}) {
  const bench = createBench(7)
  const a = await bench.peer('192.0.2.1', 5060, options)
  const raw = await rawPeer(bench, '192.0.2.7')
  a.sip.invite(inviteTo({ address: raw.address } as TestPeer, 'a1'))
  bench.clock.advance(20)
  const invite = raw.heard[0]!
  const line = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(invite)![1]!.trim()
  raw.reply(invite, 200, { tag: 'raw', more: 'Contact: <sip:raw@192.0.2.7>\n', body: answerSdp })
  bench.clock.advance(20)
  let cseq = 0
  const ask = (method: string, more = ''): string => {
    cseq++
    raw.send(
      `${method} sip:201@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${method}${cseq}\n` +
        `Max-Forwards: 70\nFrom: ${line('To')};tag=raw\nTo: ${line('From')}\nCall-ID: ${line('Call-ID')}\n` +
        `CSeq: ${cseq} ${method}\nContact: <sip:raw@192.0.2.7>\n${more}Content-Length: 0\n\n`,
      a.address,
    )
    bench.clock.advance(20)
    return raw.heard.at(-1)!
  }
  return { ...bench, a, raw, ask }
}

test('a method that nobody serves gets 405 with Allow, one without a name 501', async () => {
  const { a, ask } = await calledRaw()
  for (const method of ['REFER', 'NOTIFY', 'SUBSCRIBE', 'MESSAGE']) {
    assert.match(ask(method), /^SIP\/2\.0 405 [^]*\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO/)
  }
  assert.match(ask('FROB'), /^SIP\/2\.0 501 [^]*\r\nAllow: INVITE/)
  assert.match(ask('OPTIONS'), /^SIP\/2\.0 200 /)
  assert.match(ask('INFO'), /^SIP\/2\.0 200 /)
  assert.equal(a.sip.size(), 1)
  assert.match(ask('BYE'), /^SIP\/2\.0 200 /)
  assert.equal(a.sip.size(), 0)
})

test('what the layer above serves is said in Allow, and its reply goes out', async () => {
  const { a, raw, ask } = await calledRaw({ methods: ['REFER', 'NOTIFY'], extensions: ['replaces'] })
  assert.match(raw.heard[0]!, /\r\nAllow: INVITE, .*REFER, NOTIFY\r\n/)
  a.events.onDialogRequest = (legId, request) => {
    a.diary.push(`${legId} ${request.method} ${request.header('Refer-To')}`)
    return request.method === 'REFER' ? { status: 202, headers: [['X-Mark', 'yes']] } : undefined
  }
  assert.match(ask('REFER', 'Refer-To: <sip:9@x>\n'), /^SIP\/2\.0 202 Accepted\r\n[^]*X-Mark: yes/)
  assert.match(ask('MESSAGE'), /^SIP\/2\.0 405 /)
  assert.deepEqual(a.diary.slice(1), ['a1 REFER <sip:9@x>', 'a1 MESSAGE undefined'])
})

test('an extension that nobody knows draws 420 and ends nothing; a BYE is taken whatever it requires', async () => {
  const { a, ask } = await calledRaw({ extensions: ['replaces'] })
  assert.match(ask('INFO', 'Require: x-frob, timer\n'), /^SIP\/2\.0 420 [^]*\r\nUnsupported: x-frob\r\n/)
  assert.match(ask('INFO', 'Require: replaces\n'), /^SIP\/2\.0 200 /)
  assert.equal(a.sip.size(), 1)
  assert.match(ask('BYE', 'Require: x-frob\n'), /^SIP\/2\.0 200 /)
  assert.equal(a.sip.size(), 0)
})

test('the outcome of a request of ours is told; a 481 to it ends what it was about, not the call', async () => {
  const { a, raw, clock } = await calledRaw()
  const outcomes: number[] = []
  const notify = (): void =>
    a.sip.request('a1', 'NOTIFY', { headers: [['Event', 'refer']] }, ({ status }) => void outcomes.push(status))
  notify()
  clock.advance(20)
  assert.match(raw.heard.at(-1)!, /^NOTIFY sip:raw@192[^]*\r\nContact: <sip:201@192\.0\.2\.1:5060>\r\n[^]*Event: refer/)
  raw.reply(raw.heard.at(-1)!, 481)
  clock.advance(20)
  notify()
  clock.advance(33_000)
  assert.deepEqual(outcomes, [481, 408])
  assert.equal(a.sip.size(), 1)
  a.sip.request('a1', 'INFO', {})
  clock.advance(20)
  raw.reply(raw.heard.at(-1)!, 481)
  clock.advance(20)
  assert.match(raw.heard.at(-1)!, /^BYE /)
})
