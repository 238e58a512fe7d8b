/** Calls on bad days: forks, crossing messages, lost acknowledgements, glare, and networks that lose datagrams. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../base/index.ts'
import { answerSdp, createBench, inviteTo, offerSdp, rawPeer, type TestPeer } from './testing.ts'

const empty = { legs: 0, clients: 0, servers: 0, timers: 0 }

async function twoPeers(seed = 1) {
  const bench = createBench(seed)
  const a = await bench.peer('192.0.2.1')
  const b = await bench.peer('192.0.2.2')
  const nothingLeft = (): void => {
    bench.clock.advance(70_000)
    assert.deepEqual([a.sip.load(), b.sip.load()], [empty, empty])
  }
  const talk = (): void => {
    a.sip.invite(inviteTo(b, 'a1'))
    bench.clock.advance(20)
    b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
    bench.clock.advance(50)
    assert.deepEqual(b.diary.splice(0), ['invite sdp', 'confirmed'])
    assert.deepEqual(a.diary.splice(0), ['answered a1 sdp'])
  }
  return { ...bench, a, b, nothingLeft, talk }
}

const methodOf = (bytes: Buffer): string => bytes.toString('latin1', 0, bytes.indexOf(' '))
const isAnswer = (bytes: Buffer, status: number): boolean => bytes.toString('latin1', 0, 11) === `SIP/2.0 ${status}`

async function callToRaw() {
  const bench = createBench(3)
  const a = await bench.peer('192.0.2.1')
  const raw = await rawPeer(bench, '192.0.2.7')
  a.sip.invite({ ...inviteTo({ address: raw.address } as TestPeer, 'a1') })
  bench.clock.advance(20)
  const invite = raw.heard[0]!
  const contact = (user: string): string => `Contact: <sip:${user}@192.0.2.7>\n`
  const since = (method: string): string[] => raw.heard.filter((text) => text.startsWith(`${method} `))
  return { ...bench, a, raw, invite, contact, since }
}

test('RFC 3261 §17.1.1.3 a lost refusal is repeated; its ACK has the branch of the INVITE', async () => {
  const { a, b, clock, network, nothingLeft } = await twoPeers()
  const sent: string[] = []
  let lost = 0
  network.setDrop((bytes) => {
    const text = bytes.toString('latin1')
    sent.push(text)
    return text.startsWith('SIP/2.0 503') && ++lost <= 1
  })
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(50)
  b.sip.hangup(b.lastLeg, { status: 503, reason: 'Congestion' })
  clock.advance(2000)
  assert.equal(lost, 2, 'repeated once, then acknowledged')
  const branchOf = (text = ''): string => /branch=([^;\r]+)/.exec(text)?.[1] ?? ''
  const of = (method: string): string[] => sent.filter((text) => text.startsWith(`${method} `))
  assert.equal(branchOf(of('ACK')[0]), branchOf(of('INVITE')[0]))
  assert.deepEqual(b.diary, ['invite sdp', 'ended 503 local'], 'nobody above hears of the ACK')
  assert.deepEqual(a.diary, ['ended 503 remote'])
  nothingLeft()
})

test('of two phones that answer a forked call one is kept, the other is acknowledged and hung up', async () => {
  const { a, raw, invite, contact, clock, since } = await callToRaw()
  raw.reply(invite, 180, { tag: 'one', more: contact('one') })
  raw.reply(invite, 183, { tag: 'two', more: contact('two'), body: answerSdp })
  clock.advance(20)
  raw.reply(invite, 200, { tag: 'two', more: contact('two'), body: answerSdp })
  raw.reply(invite, 200, { tag: 'one', more: contact('one'), body: answerSdp })
  clock.advance(20)
  assert.deepEqual(a.diary, ['progress a1 180', 'progress a1 183 sdp', 'answered a1 sdp'])
  assert.deepEqual(
    since('ACK').map((ack) => ack.split(' ')[1]),
    ['sip:two@192.0.2.7', 'sip:one@192.0.2.7'],
  )
  const [bye, ...none] = since('BYE')
  assert.ok(none.length === 0 && bye!.startsWith('BYE sip:one@192.0.2.7') && bye!.includes('tag=one'))
  raw.reply(bye!, 200)
  // A 2xx that comes again gets the same ACK again, and nothing else happens.
  raw.reply(invite, 200, { tag: 'two', more: contact('two'), body: answerSdp })
  clock.advance(20)
  assert.equal(since('ACK').length, 3)
  a.sip.hangup('a1')
  clock.advance(20)
  raw.reply(since('BYE')[1]!, 200)
  clock.advance(70_000)
  assert.deepEqual([a.diary.at(-1), a.sip.load()], ['ended 200 local', empty])
})

test('a CANCEL waits for a provisional answer, and a 200 that crosses it is acknowledged and ended', async () => {
  const { a, raw, invite, contact, clock, since } = await callToRaw()
  a.sip.hangup('a1')
  clock.advance(100)
  assert.deepEqual(since('CANCEL'), [], 'RFC 3261 §9.1')
  raw.reply(invite, 180, { tag: 'x', more: contact('x') })
  clock.advance(10)
  const [cancel] = since('CANCEL')
  assert.ok(cancel)
  raw.reply(invite, 200, { tag: 'x', more: contact('x'), body: answerSdp })
  raw.reply(cancel, 200)
  clock.advance(20)
  assert.deepEqual([since('ACK').length, since('BYE').length], [1, 1])
  raw.reply(since('BYE')[0]!, 200)
  clock.advance(70_000)
  assert.deepEqual(a.diary, ['ended 487 local'])
  assert.deepEqual(a.sip.load(), empty)
})

test('a peer that takes the CANCEL and never ends the INVITE does not hold the leg', async () => {
  const { a, raw, invite, clock, since } = await callToRaw()
  raw.reply(invite, 180, { tag: 'x' })
  clock.advance(20)
  a.sip.hangup('a1')
  clock.advance(20)
  raw.reply(since('CANCEL')[0]!, 200)
  clock.advance(33_000)
  assert.deepEqual(a.diary.at(-1), 'ended 487 local')
})

test('a 200 before the 180, and one whose first copies were lost', async () => {
  const { a, raw, invite, contact, clock } = await callToRaw()
  raw.reply(invite, 200, { tag: 'x', more: contact('x'), body: answerSdp })
  raw.reply(invite, 180, { tag: 'x', more: contact('x') })
  clock.advance(20)
  assert.deepEqual(a.diary, ['answered a1 sdp'])
  const { a: caller, b, clock: time, network, nothingLeft } = await twoPeers()
  let lost = 0
  network.setDrop((bytes) => isAnswer(bytes, 200) && lost++ < 3)
  caller.sip.invite(inviteTo(b, 'a1'))
  time.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  time.advance(5000)
  assert.deepEqual(caller.diary, ['answered a1 sdp'])
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed'])
  caller.sip.hangup('a1')
  time.advance(20)
  nothingLeft()
})

test('when no ACK ever comes the 200 is repeated for 64*T1, then the call is ended', async () => {
  const { a, b, clock, network, nothingLeft } = await twoPeers()
  let answers = 0
  network.setDrop((bytes) => {
    if (isAnswer(bytes, 200)) answers++
    return methodOf(bytes) === 'ACK'
  })
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  clock.advance(33_000)
  assert.ok(answers >= 10, `${answers} answers`)
  assert.deepEqual(b.diary, ['invite sdp', 'ended 408 timeout'])
  assert.deepEqual(a.diary, ['answered a1 sdp', 'ended 200 remote'])
  nothingLeft()
})

test('a late ACK is accepted, and a BYE that comes before it ends the call', async () => {
  const { a, b, clock, network, nothingLeft } = await twoPeers()
  let acks = 0
  network.setDrop((bytes) => methodOf(bytes) === 'ACK' && acks++ < 2)
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  clock.advance(3000)
  assert.deepEqual(b.diary, ['invite sdp', 'confirmed'])
  network.setDrop((bytes) => methodOf(bytes) === 'ACK')
  a.sip.invite(inviteTo(b, 'a2'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  clock.advance(20)
  a.sip.hangup('a2')
  clock.advance(20)
  assert.deepEqual(b.diary.slice(2), ['invite sdp', 'ended 200 remote'])
  network.setDrop(undefined)
  a.sip.hangup('a1')
  clock.advance(20)
  nothingLeft()
})

test('a callee who hangs up before the ACK says BYE after it (RFC 3261 §15)', async () => {
  const { a, b, clock, network, nothingLeft } = await twoPeers()
  let isHeldBack = true
  network.setDrop((bytes) => methodOf(bytes) === 'ACK' && isHeldBack)
  a.sip.invite(inviteTo(b, 'a1'))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: answerSdp })
  clock.advance(20)
  b.sip.hangup(b.lastLeg)
  clock.advance(100)
  assert.deepEqual(a.diary, ['answered a1 sdp'])
  isHeldBack = false
  clock.advance(1000)
  assert.deepEqual([a.diary.at(-1), b.diary.at(-1)], ['ended 200 remote', 'ended 200 local'])
  nothingLeft()
})

test('both hang up at once: both BYEs are answered, each side ends once', async () => {
  const { a, b, clock, network, talk, nothingLeft } = await twoPeers()
  talk()
  network.setConditions({ delayMs: 50 })
  a.sip.hangup('a1')
  b.sip.hangup(b.lastLeg)
  clock.advance(300)
  assert.deepEqual([a.diary, b.diary], [['ended 200 local'], ['ended 200 local']])
  nothingLeft()
})

test('both offer anew at once: 491 on both sides, then one after the other goes through', async () => {
  const { a, b, clock, network, talk, nothingLeft } = await twoPeers()
  talk()
  a.events.onReinvite = (legId) => a.sip.answerReinvite(legId, 200, offerSdp)
  b.events.onReinvite = (legId) => b.sip.answerReinvite(legId, 200, answerSdp)
  network.setConditions({ delayMs: 30 })
  a.sip.reinvite('a1', offerSdp.replace('4000', '4002'))
  b.sip.reinvite(b.lastLeg, answerSdp.replace('5000', '5002'))
  clock.advance(10_000)
  assert.deepEqual([a.diary, b.diary], [['reinvite done 200 sdp'], ['reinvite done 200 sdp']])
  network.setConditions({})
  a.sip.hangup('a1')
  clock.advance(100)
  nothingLeft()
})

test('a re-INVITE before the ACK of the former one does not end the call later', async () => {
  const { a, b, clock, network, talk, nothingLeft } = await twoPeers()
  talk()
  b.events.onReinvite = (legId) => b.sip.answerReinvite(legId, 200, answerSdp)
  let acks = 0
  network.setDrop((bytes) => methodOf(bytes) === 'ACK' && acks++ === 0)
  a.sip.reinvite('a1', offerSdp.replace('4000', '4002'))
  clock.advance(100)
  a.sip.reinvite('a1', offerSdp.replace('4000', '4004'))
  clock.advance(60_000)
  assert.deepEqual(a.diary, ['reinvite done 200 sdp', 'reinvite done 200 sdp'])
  assert.equal(a.sip.size(), 1)
  a.sip.hangup('a1')
  clock.advance(100)
  nothingLeft()
})

test('a re-INVITE that is answered provisionally and never finally ends the call, and leaves nothing', async () => {
  const { a, raw, invite, contact, clock, since } = await callToRaw()
  raw.reply(invite, 200, { tag: 'x', more: contact('x'), body: answerSdp })
  clock.advance(20)
  a.sip.reinvite('a1', offerSdp.replace('4000', '4002'))
  clock.advance(20)
  raw.reply(since('INVITE')[1]!, 100)
  clock.advance(61_000)
  assert.deepEqual(a.diary.slice(1), ['reinvite done 408'])
  raw.reply(since('BYE')[0]!, 200)
  clock.advance(70_000)
  assert.deepEqual([a.diary.at(-1), a.sip.load()], ['ended 408 timeout', empty])
})

test('a refused re-INVITE leaves the call as it was', async () => {
  const { a, b, clock, talk, nothingLeft } = await twoPeers()
  talk()
  b.events.onReinvite = (legId) => b.sip.answerReinvite(legId, 488)
  a.sip.reinvite('a1', offerSdp.replace('4000', '4002'))
  clock.advance(100)
  assert.deepEqual(a.diary, ['reinvite done 488'])
  b.sip.hangup(b.lastLeg)
  clock.advance(100)
  assert.deepEqual(a.diary.at(-1), 'ended 200 remote')
  nothingLeft()
})

test('without an offer in the INVITE, the offer comes in the 200 and the answer in the ACK', async () => {
  const { a, b, clock, nothingLeft } = await twoPeers()
  a.sip.invite(inviteTo(b, 'a1', { sdp: undefined }))
  clock.advance(20)
  b.sip.answer(b.lastLeg, 200, { sdp: offerSdp })
  clock.advance(700)
  a.sip.acknowledge('a1', answerSdp)
  clock.advance(20)
  assert.deepEqual([a.diary, b.diary], [['answered a1 sdp'], ['invite', 'confirmed sdp']])
  a.sip.hangup('a1')
  clock.advance(20)
  nothingLeft()
})

test('requests in a dialog that nobody knows get 481, an ACK gets nothing', async () => {
  const bench = createBench(5)
  const b = await bench.peer('192.0.2.2')
  const raw = await rawPeer(bench, '192.0.2.7')
  const request = (method: string): string =>
    `${method} sip:204@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK${method}\nMax-Forwards: 70\n` +
    `From: <sip:a@x>;tag=1\nTo: <sip:b@x>;tag=2\nCall-ID: gone\nCSeq: 5 ${method}\nContent-Length: 0\n\n`
  for (const method of ['BYE', 'INFO', 'INVITE', 'UPDATE', 'NOTIFY', 'ACK', 'CANCEL']) {
    raw.send(request(method), b.address)
  }
  bench.clock.advance(50)
  const statuses = raw.heard.map((text) => text.slice(8, 11))
  assert.deepEqual(statuses, Array(6).fill('481'))
})

test('calls over a network that loses, doubles and reorders still end, and leave nothing behind', async (context) => {
  const seed = systemClock().now() % 1_000_000
  context.diagnostic(`seed ${seed}`)
  const { a, b, clock, network, nothingLeft } = await twoPeers(seed)
  network.setConditions({ lossRatio: 0.15, duplicateRatio: 0.1, delayMs: 20, jitterMs: 80 })
  const rings = new Set<string>()
  b.events.onInvite = ({ legId }) => {
    rings.add(legId)
    clock.after(300, () => b.sip.answer(legId, 180))
    clock.after(1000, () => b.sip.answer(legId, 200, { sdp: answerSdp }))
  }
  const CALLS = 150
  for (let call = 0; call < CALLS; call++) {
    a.sip.invite(inviteTo(b, `c${call}`))
    // A third give up while it rings, a third hang up, a third are hung up.
    if (call % 3 === 0) clock.after(900, () => a.sip.hangup(`c${call}`))
    else if (call % 3 === 1) clock.after(9000, () => a.sip.hangup(`c${call}`))
    clock.advance(40)
  }
  clock.advance(9000)
  for (const legId of rings) b.sip.hangup(legId)
  clock.advance(200_000)
  const ends = (peer: TestPeer): number => peer.diary.filter((line) => line.startsWith('ended')).length
  assert.deepEqual([ends(a), ends(b)], [CALLS, rings.size], `seed ${seed}`)
  assert.equal(rings.size, CALLS, 'a repeated INVITE opens no second call')
  assert.ok(a.diary.filter((line) => line.startsWith('answered')).length > CALLS / 2)
  nothingLeft()
})
