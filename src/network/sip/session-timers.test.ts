/** Session timers (RFC 4028) and UPDATE (RFC 3311), between endpoints and against a peer that speaks byte by byte. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EndpointOptions } from './create-endpoint.ts'
import type { InviteCommand } from './endpoint.ts'
import { answerSdp, createBench, inviteTo, offerSdp, rawPeer, type RawPeer, type TestPeer } from './testing.ts'

const empty = { legs: 0, clients: 0, servers: 0, timers: 0 }
const brief: Partial<EndpointOptions> = { session: { seconds: 120, minSeconds: 90 } }
const allowsUpdate = 'Allow: INVITE, ACK, BYE, UPDATE\n'

/** What the peer heard of a method, repetitions left out. */
function requestsOf(raw: RawPeer, method: string): string[] {
  return [...new Set(raw.heard.filter((text) => text.startsWith(`${method} `)))]
}

/** A call of `a` to a raw peer that answers with `more` headers. */
async function calledRaw(more: string, command: Partial<InviteCommand> = {}) {
  const bench = createBench(11)
  const a = await bench.peer('192.0.2.1', 5060, brief)
  const raw = await rawPeer(bench, '192.0.2.7')
  const { clock } = bench
  a.sip.invite(inviteTo({ address: raw.address } as TestPeer, 'a1', command))
  clock.advance(20)
  const since = (method: string): string[] => requestsOf(raw, method)
  const answer = (extra = more): void => {
    const full = `Contact: <sip:raw@192.0.2.7>\n${extra}`
    raw.reply(since('INVITE').at(-1)!, 200, { tag: 'raw', more: full, body: answerSdp })
    clock.advance(20)
  }
  return { ...bench, a, raw, since, answer }
}

/** A raw caller's INVITE to `b`, and requests of it in the call. */
async function rawCaller(options: Partial<EndpointOptions> = brief) {
  const bench = createBench(12)
  const b = await bench.peer('192.0.2.2', 5060, options)
  const raw = await rawPeer(bench, '192.0.2.7')
  let cseq = 0
  const send = (method: string, more: string, body = ''): string => {
    if (method !== 'ACK') cseq++
    const answered = raw.heard.findLast((text) => text.startsWith('SIP/2.0 200')) ?? ''
    const to = /^To: .*(;tag=\S+)/m.exec(answered)?.[1] ?? ''
    const type = body === '' ? '' : 'Content-Type: application/sdp\n'
    raw.send(
      `${method} sip:204@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${method}${cseq}\n` +
        `Max-Forwards: 70\nFrom: <sip:201@x>;tag=raw\nTo: <sip:204@x>${to}\nCall-ID: raw\n` +
        `CSeq: ${cseq} ${method}\nContact: <sip:201@192.0.2.7>\n${type}${more}` +
        `Content-Length: ${body.length}\n\n${body}`,
      b.address,
    )
    bench.clock.advance(20)
    return raw.heard.at(-1)!
  }
  const call = (more: string): string => {
    send('INVITE', more, offerSdp)
    b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
    bench.clock.advance(20)
    const answer = raw.heard.at(-1)!
    send('ACK', '')
    return answer
  }
  const since = (method: string): string[] => requestsOf(raw, method)
  return { ...bench, b, raw, send, call, since }
}

test('two endpoints of ours agree, the caller refreshes by UPDATE, and the call lives on for an hour', async () => {
  const bench = createBench(1)
  const a = await bench.peer('192.0.2.1', 5060, brief)
  const b = await bench.peer('192.0.2.2', 5060, brief)
  let updates = 0
  bench.network.setDrop((bytes) => {
    if (bytes.toString('latin1', 0, 7) === 'UPDATE ') updates++
    return false
  })
  a.sip.invite(inviteTo(b, 'a1'))
  bench.clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  bench.clock.advance(3_600_000)
  assert.deepEqual([a.diary, b.diary], [['answered a1 sdp'], ['invite sdp', 'confirmed']])
  assert.ok(updates >= 59 && updates <= 61, `${updates} refreshes`)
  bench.network.setDrop(() => true)
  bench.clock.advance(300_000)
  assert.deepEqual([a.diary.at(-1), b.diary.at(-1)], ['ended 408 timeout', 'ended 408 timeout'])
  assert.deepEqual([a.sip.load(), b.sip.load()], [empty, empty])
})

test('a peer without session timers is refreshed by re-INVITE with the same SDP; nobody above hears it', async () => {
  const { a, raw, since, answer, clock } = await calledRaw('')
  answer()
  clock.advance(61_000)
  const refresh = since('INVITE')[1]!
  assert.match(refresh, /\r\nSession-Expires: 120;refresher=uac\r\n/)
  assert.ok(refresh.endsWith(offerSdp))
  answer()
  clock.advance(30_000)
  assert.deepEqual(a.diary, ['answered a1 sdp'])
  clock.advance(32_000)
  assert.equal(since('INVITE').length, 3, 'and again, half an interval after the refresh')
  raw.reply(since('INVITE')[2]!, 500)
  clock.advance(11_000)
  assert.equal(since('INVITE').length, 4, 'a refusal is no end: it is tried again')
})

for (const status of [408, 481]) {
  test(`a refresh that draws ${status} ends the leg, which was last heard of before`, async () => {
    const { a, raw, since, answer, clock } = await calledRaw(allowsUpdate)
    let silentMs = 0
    a.events.onEnded = (_, end) => void (silentMs = end.silentMs ?? -1)
    answer()
    clock.advance(61_000)
    raw.reply(since('UPDATE')[0]!, status)
    clock.advance(20)
    raw.reply(since('BYE')[0]!, 481)
    clock.advance(20)
    assert.equal(a.sip.size(), 0)
    assert.ok(silentMs > 60_000 && silentMs < 62_000, `${silentMs} ms`)
  })
}

test('a refresh by UPDATE that the peer does not implement goes on by re-INVITE', async () => {
  const { raw, since, answer, clock } = await calledRaw(allowsUpdate)
  answer()
  clock.advance(61_000)
  raw.reply(since('UPDATE')[0]!, 501)
  clock.advance(20)
  assert.equal(since('INVITE').length, 2)
})

test('a peer that refreshes and stops is hung up before the end of the interval', async () => {
  const { a, since, answer, clock } = await calledRaw('Session-Expires: 120;refresher=uas\nRequire: timer\n')
  answer()
  clock.advance(87_000)
  assert.deepEqual([since('BYE').length, since('INVITE').length], [0, 1])
  clock.advance(2000)
  assert.equal(since('BYE').length, 1, 'RFC 4028 §10: 32 s before the end')
  clock.advance(40_000)
  assert.equal(a.diary.at(-1), 'ended 408 timeout')
})

test('no session timer ends an emergency', async () => {
  const { a, since, answer, clock } = await calledRaw('Session-Expires: 120;refresher=uas\n', { urgent: true })
  answer()
  clock.advance(600_000)
  assert.deepEqual([since('BYE').length, a.sip.size()], [0, 1])
  const refreshing = await calledRaw(allowsUpdate, { urgent: true })
  refreshing.answer()
  refreshing.clock.advance(600_000)
  assert.equal(refreshing.a.sip.size(), 1)
  assert.ok(refreshing.since('UPDATE').length > 8, 'tried again and again')
})

test('422 is followed by the interval that it names; one that names none, or ever others, is the end', async () => {
  const { a, raw, since, answer, clock } = await calledRaw(allowsUpdate)
  raw.reply(since('INVITE')[0]!, 422, { tag: 'x', more: 'Min-SE: 600\n' })
  clock.advance(20)
  assert.match(since('INVITE')[1]!, /\r\nSession-Expires: 600\r\nMin-SE: 600\r\n/)
  answer('Session-Expires: 600;refresher=uac\n')
  assert.deepEqual(a.diary, ['answered a1 sdp'])
  for (const values of [
    ['', ''],
    ['90', '90'],
    ['nonsense', ''],
    ['200', '300', '400', '500', '600', '700'],
  ]) {
    const bad = await calledRaw('')
    for (const value of values) {
      const last = bad.since('INVITE').at(-1)!
      bad.raw.reply(last, 422, { tag: 'x', more: `Min-SE: ${value}\n` })
      bad.clock.advance(20)
    }
    assert.ok(bad.since('INVITE').length <= 3, `${bad.since('INVITE').length} tries`)
    assert.deepEqual(bad.a.diary, ['ended 422 remote'])
  }
})

test('a caller whose interval is too short is told ours, an emergency never is', async () => {
  const { call, send, b } = await rawCaller()
  const short = 'Supported: timer\nSession-Expires: 60\n'
  assert.match(send('INVITE', short, offerSdp), /^SIP\/2\.0 422 [^]*\r\nMin-SE: 90\r\n/)
  assert.equal(b.sip.size(), 0)
  b.events.isUrgent = () => true
  assert.match(call(short), /^SIP\/2\.0 200 [^]*\r\nSession-Expires: 90;refresher=uac\r\n/)
})

test('who refreshes is what the caller says; a caller without support is refreshed by us', async () => {
  const uac = await rawCaller()
  assert.match(
    uac.call('Supported: timer\nSession-Expires: 100\n'),
    /Session-Expires: 100;refresher=uac\r\nRequire: timer/,
  )
  uac.clock.advance(60_000)
  assert.deepEqual([uac.since('UPDATE').length, uac.since('INVITE').length], [0, 0])
  assert.match(uac.send('UPDATE', 'Supported: timer\nSession-Expires: 100\n'), /^SIP\/2\.0 200 [^]*;refresher=uac/)
  uac.clock.advance(60_000)
  assert.equal(uac.b.sip.size(), 1, 'the UPDATE was a refresh')
  uac.clock.advance(40_000)
  assert.match(uac.since('BYE')[0] ?? '', /^BYE /)
  const uas = await rawCaller()
  assert.match(uas.call('Supported: timer\nSession-Expires: 100;refresher=uas\n'), /Session-Expires: 100;refresher=uas/)
  uas.clock.advance(51_000)
  assert.equal(uas.since('INVITE').length, 1)
  const old = await rawCaller()
  assert.match(old.call(allowsUpdate), /Session-Expires: 120;refresher=uas\r\n(?!Require: timer)/)
  old.clock.advance(61_000)
  assert.equal(old.since('UPDATE').length, 1)
  for (const value of ['abc', '0', '-5', '99999999999', ';refresher=uas']) {
    const odd = await rawCaller()
    assert.match(
      odd.call(`Supported: timer\nSession-Expires: ${value}\n`),
      /\r\nSession-Expires: 120;refresher=uac\r\n/,
    )
  }
})

test('an UPDATE with a new offer is answered by those above; a refused one changes nothing', async () => {
  const { b, call, send, clock, raw } = await rawCaller()
  call('')
  const other = offerSdp.replace('4000', '4002')
  b.events.onReinvite = (legId) => b.sip.answerReinvite(legId, 200, answerSdp.replace('- 2 1', '- 2 2'))
  assert.match(send('UPDATE', '', other), /^SIP\/2\.0 200 [^]*o=- 2 2 /)
  b.events.onReinvite = (legId) => b.sip.answerReinvite(legId, 488)
  assert.match(send('UPDATE', '', offerSdp.replace('4000', '4004')), /^SIP\/2\.0 488 /)
  b.events.onReinvite = () => assert.fail('the same SDP is answered by the leg')
  assert.match(send('UPDATE', '', other), /^SIP\/2\.0 200 [^]*o=- 2 2 /)
  b.events.onReinvite = () => {}
  send('UPDATE', '', offerSdp)
  clock.advance(21_000)
  assert.match(raw.heard.at(-1)!, /^SIP\/2\.0 504 /)
})

test('an UPDATE that crosses our offer gets 491, one that crosses our answer 500 with Retry-After', async () => {
  const { b, call, send, since } = await rawCaller()
  call('')
  b.sip.reinvite(b.lastLeg, answerSdp.replace('5000', '5002'))
  assert.match(send('UPDATE', '', offerSdp.replace('4000', '4002')), /^SIP\/2\.0 491 /)
  assert.match(send('UPDATE', ''), /^SIP\/2\.0 200 /, 'a refresh offers nothing')
  assert.equal(since('INVITE').length, 1)
  const busy = await rawCaller()
  busy.call('')
  busy.b.events.onReinvite = () => {}
  busy.send('UPDATE', '', offerSdp.replace('4000', '4002'))
  assert.match(busy.send('UPDATE', '', offerSdp.replace('4000', '4004')), /^SIP\/2\.0 500 [^]*\r\nRetry-After: \d+\r\n/)
})

test('a re-INVITE without SDP gets our offer in its 200, and its ACK brings the answer', async () => {
  const { b, call, send } = await rawCaller()
  call('')
  b.events.onReinvite = (legId, sdp) => {
    assert.equal(sdp, undefined)
    b.sip.answerReinvite(legId, 200, answerSdp)
  }
  assert.match(send('INVITE', ''), /^SIP\/2\.0 200 [^]*m=audio 5000/)
  send('ACK', '', offerSdp)
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed', 'confirmed sdp'])
})
