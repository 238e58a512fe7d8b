/** Reliable provisional answers and PRACK (RFC 3262), on both sides, over networks that lose datagrams. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSdp, createBench, inviteTo, offerSdp, rawPeer, type RawPeer, type TestPeer } from './testing.ts'

const empty = { legs: 0, clients: 0, servers: 0, timers: 0 }
const otherSdp = answerSdp.replace('5000', '5002')
const valueOf = (text: string, name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
const statusOf = (text: string): number => Number(/^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? 0)

/** A caller that speaks byte by byte has called our peer `b`. */
async function calledByRaw({ more = 'Require: 100rel\n', sdp = offerSdp } = {}) {
  const bench = createBench(11)
  const b = await bench.peer('192.0.2.2')
  const raw = await rawPeer(bench, '192.0.2.7')
  let cseq = 1
  const say = (method: string, lines = '', body = '', toTag = ''): string => {
    if (method !== 'ACK' && method !== 'INVITE') cseq++
    const type = body === '' ? '' : 'Content-Type: application/sdp\n'
    const number = method === 'ACK' ? 1 : cseq
    raw.send(
      `${method} sip:204@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${method}${cseq}\n` +
        `Max-Forwards: 70\nFrom: <sip:raw@x>;tag=raw\nTo: <sip:204@x>${toTag}\nCall-ID: rawcall\n` +
        `CSeq: ${number} ${method}\nContact: <sip:raw@192.0.2.7>\n${lines}${type}` +
        `Content-Length: ${body.length}\n\n${body}`,
      b.address,
    )
    bench.clock.advance(20)
    return raw.heard.at(-1)!
  }
  say('INVITE', more, sdp)
  const inDialog = (method: string, lines = '', body = ''): string =>
    say(method, lines, body, `;tag=${/tag=(\S+)/.exec(valueOf(raw.heard.at(-1)!, 'To'))![1]}`)
  const prack = (text: string, body = ''): string =>
    inDialog('PRACK', `RAck: ${valueOf(text, 'RSeq')} 1 INVITE\n`, body)
  const heard = (status: number): string[] => raw.heard.filter((text) => statusOf(text) === status)
  const answer = (status: number, body?: string): string => {
    b.sip.answer(b.lastLeg, status, body === undefined ? {} : { sdp: body })
    bench.clock.advance(20)
    return raw.heard.at(-1)!
  }
  const nothingLeft = (): void => {
    b.sip.hangup(b.lastLeg)
    bench.clock.advance(10)
    for (const bye of raw.heard.filter((text) => text.startsWith('BYE '))) raw.reply(bye, 200)
    bench.clock.advance(140_000)
    assert.deepEqual(b.sip.load(), empty)
  }
  return { ...bench, b, raw, inDialog, prack, heard, answer, nothingLeft }
}

test('a required 180 is repeated at doubling intervals until its PRACK; a wrong RAck draws 481', async () => {
  const { clock, answer, heard, prack, inDialog, nothingLeft } = await calledByRaw()
  const ringing = answer(180)
  assert.match(ringing, /^SIP\/2\.0 180 [^]*\r\nRequire: 100rel\r\nRSeq: [1-9]\d*\r\n/)
  clock.advance(480)
  assert.equal(heard(180).length, 2)
  clock.advance(1000)
  assert.equal(heard(180).length, 3)
  clock.advance(1000)
  assert.equal(heard(180).length, 3)
  const rseq = Number(valueOf(ringing, 'RSeq'))
  for (const rack of [`${rseq + 1} 1 INVITE`, `${rseq} 2 INVITE`, `${rseq} 1 UPDATE`, `${rseq}`, 'x', '']) {
    assert.equal(statusOf(inDialog('PRACK', `RAck: ${rack}\n`)), 481, rack)
  }
  assert.equal(statusOf(prack(ringing)), 200)
  assert.equal(statusOf(prack(ringing)), 481, 'once acknowledged it is known no more')
  clock.advance(20_000)
  assert.equal(heard(180).length, 3)
  // The next one has the next number, and the one after it waits for its PRACK.
  const progress = answer(183, answerSdp)
  assert.equal(Number(valueOf(progress, 'RSeq')), rseq + 1)
  answer(180)
  assert.equal(heard(180).length, 3)
  prack(progress)
  assert.equal(heard(180).length, 4)
  assert.equal(Number(valueOf(heard(180)[3]!, 'RSeq')), rseq + 2)
  nothingLeft()
})

test('a 200 is held while a reliable 183 with SDP is not acknowledged, and does not say the SDP again', async () => {
  const { b, clock, answer, heard, prack, inDialog, nothingLeft } = await calledByRaw({ more: 'Supported: 100rel\n' })
  answer(180)
  assert.equal(valueOf(heard(180)[0]!, 'RSeq'), '', 'who only can is told reliably what brings SDP')
  const progress = answer(183, answerSdp)
  answer(200, answerSdp)
  clock.advance(5000)
  assert.equal(heard(200).length, 0)
  prack(progress)
  const ok = heard(200).at(-1)!
  assert.match(valueOf(ok, 'CSeq'), /INVITE/)
  assert.ok(!ok.includes('m=audio'), 'the answer is given already')
  inDialog('ACK')
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed'])
  nothingLeft()
})

test('a 200 with another SDP than the reliable 183 offers it once the call is up', async () => {
  const { b, raw, clock, answer, prack, inDialog, nothingLeft } = await calledByRaw()
  prack(answer(183, answerSdp))
  answer(200, otherSdp)
  inDialog('ACK')
  clock.advance(20)
  const again = raw.heard.at(-1)!
  assert.match(again, /^INVITE [^]*m=audio 5002/)
  raw.reply(again, 200, { more: 'Contact: <sip:raw@192.0.2.7>\n', body: offerSdp })
  clock.advance(20)
  assert.match(raw.heard.at(-1)!, /^ACK /)
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed'])
  nothingLeft()
})

test('a reliable 18x that is never acknowledged is given up after 64*T1 with 504', async () => {
  const { b, clock, answer, heard, inDialog } = await calledByRaw()
  answer(183, answerSdp)
  answer(200, answerSdp)
  clock.advance(31_900)
  assert.deepEqual([heard(200).length, heard(504).length, heard(183).length], [0, 0, 7])
  clock.advance(200)
  assert.equal(heard(504).length, 1)
  inDialog('ACK')
  clock.advance(70_000)
  assert.deepEqual([b.diary.at(-1), b.sip.load()], ['ended 504 timeout', empty])
})

test('an offer in PRACK: the same one is answered, another one refused with 488, and the session stays', async () => {
  const { b, answer, heard, prack, inDialog, nothingLeft } = await calledByRaw()
  assert.match(prack(answer(183, answerSdp), offerSdp), /^SIP\/2\.0 200 [^]*m=audio 5000/)
  assert.equal(statusOf(prack(answer(180), offerSdp.replace('4000', '4002'))), 488)
  assert.equal(heard(180).length, 1, 'heard it is all the same')
  answer(200, answerSdp)
  inDialog('ACK')
  assert.equal(b.sip.keep(b.lastLeg)?.remoteSdp, offerSdp)
  nothingLeft()
})

test('a caller without an offer gets ours in the reliable 183, and its answer in the PRACK counts', async () => {
  const { b, answer, heard, prack, inDialog, nothingLeft } = await calledByRaw({ sdp: '' })
  answer(180)
  assert.equal(heard(180).length, 0, 'the first that is reliable brings the offer (RFC 3262 §5)')
  assert.equal(statusOf(prack(answer(183, offerSdp), answerSdp)), 200)
  assert.ok(!answer(200, offerSdp).includes('m=audio'))
  inDialog('ACK')
  assert.deepEqual(b.diary, ['invite', 'confirmed sdp'])
  assert.equal(b.sip.keep(b.lastLeg)?.remoteSdp, answerSdp)
  nothingLeft()
})

test('UPDATE before the answer: 500 while an offer is open, then 200 for the same, 504 for another', async () => {
  const { b, answer, prack, inDialog, nothingLeft } = await calledByRaw({ more: 'Supported: 100rel\n' })
  answer(180)
  assert.match(inDialog('UPDATE', '', offerSdp), /^SIP\/2\.0 500 [^]*\r\nRetry-After: /)
  const progress = answer(183, answerSdp)
  assert.match(inDialog('UPDATE', '', offerSdp), /^SIP\/2\.0 500 /, 'not before the PRACK')
  prack(progress)
  assert.match(inDialog('UPDATE', '', offerSdp), /^SIP\/2\.0 200 [^]*m=audio 5000/)
  assert.equal(statusOf(inDialog('UPDATE', '', offerSdp.replace('4000', '4002'))), 504)
  assert.equal(statusOf(inDialog('UPDATE')), 200, 'a refresh')
  answer(200, answerSdp)
  inDialog('ACK')
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed'])
  nothingLeft()
})

/** Our peer `a` has called one that speaks byte by byte. */
async function callToRaw(more: { sdp?: undefined } = {}) {
  const bench = createBench(12)
  const a = await bench.peer('192.0.2.1')
  const raw = await rawPeer(bench, '192.0.2.7')
  a.sip.invite(inviteTo({ address: raw.address } as TestPeer, 'a1', more))
  bench.clock.advance(20)
  const invite = raw.heard[0]!
  const ring = (status: number, rseq: number, tag = 'x', body = ''): void => {
    const lines = `Contact: <sip:${tag}@192.0.2.7>\nRequire: 100rel\nRSeq: ${rseq}\n`
    raw.reply(invite, status, { tag, more: lines, body })
    bench.clock.advance(20)
    const last = raw.heard.at(-1)!
    if (last.startsWith('PRACK ')) raw.reply(last, 200)
    bench.clock.advance(20)
  }
  return { ...bench, a, raw, invite, ring, pracks: () => sincePrack(raw) }
}

const sincePrack = (raw: RawPeer): string[] => raw.heard.filter((text) => text.startsWith('PRACK '))

test('a reliable 18x is answered with PRACK; repetitions and what is out of order are ignored', async () => {
  const { a, raw, invite, ring, pracks, clock } = await callToRaw()
  assert.match(valueOf(invite, 'Supported'), /100rel/)
  assert.match(valueOf(invite, 'Allow'), /PRACK/)
  ring(180, 100)
  assert.match(pracks()[0]!, /^PRACK sip:x@192\.0\.2\.7 [^]*;tag=x\r\n[^]*CSeq: 2 PRACK\r\n[^]*RAck: 100 1 INVITE\r\n/)
  ring(180, 100)
  ring(183, 102, 'x', answerSdp)
  ring(183, 99, 'x', answerSdp)
  assert.equal(pracks().length, 1)
  ring(183, 101, 'x', answerSdp)
  // Another side of a fork counts for itself.
  ring(180, 7, 'y')
  assert.deepEqual(
    pracks().map((text) => valueOf(text, 'RAck')),
    ['100 1 INVITE', '101 1 INVITE', '7 1 INVITE'],
  )
  raw.reply(invite, 200, { tag: 'x', more: 'Contact: <sip:x@192.0.2.7>\n' })
  clock.advance(20)
  assert.deepEqual(a.diary, ['progress a1 180', 'progress a1 183 sdp', 'progress a1 180', 'answered a1 sdp'])
  assert.match(raw.heard.at(-1)!, /^ACK [^]*CSeq: 1 ACK/)
  a.sip.hangup('a1')
  clock.advance(20)
  assert.match(raw.heard.at(-1)!, /^BYE [^]*CSeq: 5 BYE/)
  raw.reply(raw.heard.at(-1)!, 200)
  clock.advance(140_000)
  assert.deepEqual(a.sip.load(), empty)
})

test('a PRACK that draws 481 or nothing ends no call; without an offer of ours nobody may ask for one', async () => {
  const { a, raw, invite, clock, pracks } = await callToRaw()
  raw.reply(invite, 183, { tag: 'x', more: 'Contact: <sip:x@192.0.2.7>\nRequire: 100rel\nRSeq: 5\n', body: answerSdp })
  clock.advance(4000)
  assert.ok(pracks().length > 2, 'it is repeated by its transaction')
  raw.reply(pracks()[0]!, 481)
  clock.advance(40_000)
  assert.equal(a.sip.size(), 1)
  const blank = await callToRaw({ sdp: undefined })
  assert.doesNotMatch(valueOf(blank.invite, 'Supported'), /100rel/)
  blank.ring(180, 1)
  assert.deepEqual([blank.pracks(), blank.a.diary], [[], ['progress a1 180']])
})

test('a callee who offers by UPDATE before he answers is refused with 504', async () => {
  const { a, raw, invite, ring, clock } = await callToRaw()
  ring(183, 1, 'x', answerSdp)
  const update = (tag: string): number => {
    raw.send(
      `UPDATE sip:201@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKu${tag}\nMax-Forwards: 70\n` +
        `From: ${valueOf(invite, 'To')};tag=${tag}\nTo: ${valueOf(invite, 'From')}\n` +
        `Call-ID: ${valueOf(invite, 'Call-ID')}\n` +
        `CSeq: 1 UPDATE\nContact: <sip:x@192.0.2.7>\nContent-Length: 0\n\n`,
      a.address,
    )
    clock.advance(20)
    return statusOf(raw.heard.at(-1)!)
  }
  assert.deepEqual([update('x'), update('stranger')], [504, 481])
})

for (const reliability of ['Require', 'Supported']) {
  test(`with ${reliability}: 100rel calls are set up over loss both ways, 183 first and 180 first`, async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const bench = createBench(seed, { lossRatio: 0.2, duplicateRatio: 0.1, delayMs: 20, jitterMs: 60 })
      const a = await bench.peer('192.0.2.1')
      const b = await bench.peer('192.0.2.2')
      a.sip.invite(inviteTo(b, 'a1', { headers: [[reliability, '100rel']] }))
      bench.clock.advance(15_000)
      assert.ok(b.lastLeg, `seed ${seed}`)
      const first = seed % 2 === 0 ? 180 : 183
      b.sip.answer(b.lastLeg, first, first === 183 ? { sdp: answerSdp } : {})
      b.sip.answer(b.lastLeg, 363 - first, first === 180 ? { sdp: answerSdp } : {})
      b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
      bench.clock.advance(25_000)
      const progress = a.diary.filter((line) => line.startsWith('progress'))
      const isPromised = reliability === 'Supported' || first === 183
      // A 200 waits for the PRACK of what brought SDP, and for no other.
      if (isPromised) assert.ok(progress.includes('progress a1 183 sdp'), `seed ${seed}: ${progress.join()}`)
      assert.deepEqual(a.diary.slice(progress.length), ['answered a1 sdp'], `seed ${seed}`)
      assert.equal(b.diary.at(-1), 'confirmed', `seed ${seed}`)
      a.sip.hangup('a1')
      bench.clock.advance(140_000)
      assert.deepEqual([a.sip.load(), b.sip.load()], [empty, empty], `seed ${seed}`)
    }
  })
}
