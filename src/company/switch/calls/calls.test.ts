/** Whole calls through the switch: real SIP on both sides, charging and media as the test wants them. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildDirectory } from '../directory/directory.ts'
import { sampleRows } from '../testing.ts'
import { HOUSE, openBench, type Bench, type Phone } from '../test-bench.ts'

async function twoPhones(): Promise<{ bench: Bench; ann: Phone; bob: Phone }> {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  assert.equal(await ann.register(), 200)
  assert.equal(await bob.register(), 200)
  return { bench, ann, bob }
}

test('F1 two phones register and talk; the call leaves one free record', async () => {
  const { bench, ann, bob } = await twoPhones()
  const leg = ann.dial('202')
  await bench.pass(200)
  assert.deepEqual(ann.diary, ['progress 180', 'answered'])
  assert.equal(bench.house().liveCalls()[0]?.state, 'talking')
  await bench.pass(61_000)
  ann.sip.hangup(leg)
  await bench.pass(500)
  assert.ok(bob.diary.includes('ended 200 remote'))
  const [cdr, ...more] = bench.cdrs()
  assert.equal(more.length, 0)
  assert.equal(cdr?.direction, 'internal')
  assert.equal(cdr.class, 'onnet')
  assert.equal(cdr.reserved, false)
  assert.ok(Math.abs(cdr.endedAt - cdr.answeredAt! - 61_100) < 300)
  assert.equal(bench.house().liveCalls().length, 0)
  assert.equal(bench.media.calls.size, 0)
})

test('a paid call is shown with its number to the carrier, and nothing of the phone is seen there', async () => {
  const { bench, ann } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  const leg = ann.dial('12125550100')
  await bench.pass(300)
  assert.deepEqual(ann.diary, ['progress 180', 'answered'])
  const invite = carrier.lastInvite!
  assert.equal(invite.uri, 'sip:+12125550100@127.0.0.1:7001')
  assert.equal(invite.from?.uri.user, '+14165550101')
  assert.match(invite.header('P-Asserted-Identity') ?? '', /<sip:\+14165550101@198\.51\.100\.1>/)
  assert.equal(invite.header('Max-Forwards'), '69')
  const everything = invite.allHeaders().flat().join('\n') + invite.body.toString()
  assert.doesNotMatch(everything.replace(/^c=.*$/m, '').replace(/^o=.*$/m, ''), /192\.0\.2\.1/)
  assert.notEqual(invite.callId, '')
  assert.equal(bench.charging.confirmed.length, 1)
  await bench.pass(10_000)
  carrier.sip.hangup(carrier.lastLeg)
  await bench.pass(500)
  assert.equal(ann.ends.get(leg)?.status, 200)
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.reserved, true)
  assert.equal(cdr.endedBy, 'callee')
  assert.equal(cdr.carrierId, 'northvoice')
})

test('no credit: the caller hears why as early media, and no carrier is asked', async () => {
  const { bench, ann } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  bench.charging.refusal = 'ledger.no_credit'
  ann.dial('12125550100')
  await bench.pass(300)
  assert.deepEqual(ann.diary, ['progress 183 sdp'])
  assert.deepEqual(bench.media.played, ['no_credit'])
  const [call] = bench.house().liveCalls()
  bench.house().onMedia({ kind: 'playDone', callId: call!.callId, legId: '', prompt: 'no_credit' })
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'ended 402 remote')
  assert.deepEqual(carrier.diary, [])
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'ledger.no_credit')
  assert.equal(cdr.answeredAt, undefined)
})

test('charging is away: paid calls are refused, calls within the house and emergencies go on', async () => {
  const { bench, ann } = await twoPhones()
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  bench.charging.isAway = true
  bench.media.isAway = true
  ann.dial('12125550100')
  await bench.pass(500)
  assert.equal(ann.diary.at(-1), 'ended 503 remote')
  bench.media.isAway = false
  const inside = ann.dial('202')
  const urgent = ann.dial('911')
  await bench.pass(500)
  assert.equal(ann.heard.has(inside), true)
  assert.equal(ann.heard.has(urgent), true)
  ann.sip.hangup(inside)
  ann.sip.hangup(urgent)
  await bench.pass(5000)
  assert.equal(bench.cdrs().length, 0)
  bench.charging.isAway = false
  await bench.pass(1000)
  assert.deepEqual(
    bench
      .cdrs()
      .map((cdr) => cdr.class)
      .toSorted(),
    ['domestic', 'emergency', 'onnet'],
  )
  assert.equal(centre.lastInvite?.from?.uri.user, '+14165550101')
})

test('R79 F24 911 from a suspended customer, without charging or media, the first centre silent', async () => {
  const bench = await openBench({
    ...sampleRows,
    routes: [...sampleRows.routes, { carrierId: 'cascade', prefix: '', priority: 2, kind: 'emergency' }],
  })
  const late = await bench.phone('late201', '192.0.2.9')
  assert.equal(await late.register(), 200)
  await bench.peer({ address: '127.0.0.1', port: 7003 }, 'silent')
  const second = await bench.peer({ address: '127.0.0.1', port: 7002 })
  bench.media.isAway = true
  bench.charging.isAway = true
  const leg = late.dial('911', { credentials: false })
  await bench.pass(6000)
  assert.equal(second.lastInvite?.uri, 'sip:911@127.0.0.1:7002')
  assert.equal(second.lastInvite.from?.uri.user, '+14165550150')
  assert.equal(late.diary.at(-1), 'answered')
  assert.match(late.heard.get(leg) ?? '', /127\.0\.0\.1/)
  late.sip.hangup(leg)
  await bench.pass(500)
  assert.equal(second.diary.at(-1), 'ended 200 remote')
})

test('R79 a stranger who dials 911 gets the challenge of everybody; a source is remembered for 30 days', async () => {
  const bench = await openBench(sampleRows)
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const stranger = await bench.phone('nobody', '203.0.113.5')
  stranger.dial('911', { credentials: false })
  stranger.dial('18005550000', { credentials: false })
  stranger.dial('911')
  await bench.pass(500)
  assert.deepEqual(stranger.diary, ['ended 401 remote', 'ended 401 remote', 'ended 401 remote'])
  bench.sources.prove('203.0.113.5', 'device-that-was-removed')
  stranger.dial('911', { credentials: false })
  await bench.pass(500)
  assert.equal(stranger.diary.at(-1), 'answered')
  assert.equal(centre.lastInvite?.uri, 'sip:911@127.0.0.1:7003')
  bench.clock.advance(31 * 24 * 3600 * 1000)
  stranger.dial('911', { credentials: false })
  await bench.pass(500)
  assert.equal(stranger.diary.at(-1), 'ended 401 remote')
})

test('nobody registers with a wrong password, nor any more when his customer is terminated', async () => {
  const bench = await openBench(sampleRows)
  const gone = await bench.phone('gone201', '192.0.2.7')
  assert.equal(await gone.register(), 403)
  const nobody = await bench.phone('nobody', '192.0.2.8')
  assert.equal(await nobody.register(), 401)
  assert.equal(bench.house().registrar.size().bindings, 0)
  assert.equal(bench.house().liveBindings().length, 0)
})

test('a flood gets silence; a phone behind the same address goes on', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const attacker = await bench.phone('guess', '192.0.2.1', 6666)
  for (let i = 0; i < 600; i++) attacker.dial('18005550000')
  await bench.pass(3000)
  const answered = attacker.diary.length
  assert.ok(answered < 600, `${answered} attempts were answered`)
  assert.equal(await ann.register(), 200)
})

test('busy, no answer, nobody registered, cancel: each ends with its cause and costs nothing', async () => {
  const { bench, ann, bob } = await twoPhones()
  bob.behaviour = 'busy'
  ann.dial('202')
  await bench.pass(300)
  bob.behaviour = 'ring'
  const cancelled = ann.dial('202')
  await bench.pass(300)
  ann.sip.hangup(cancelled)
  await bench.pass(300)
  ann.dial('202')
  await bench.pass(62_000)
  ann.dial('203')
  await bench.pass(300)
  assert.deepEqual(
    bench.cdrs().map((cdr) => [cdr.hangupCause, cdr.sipStatus, cdr.answeredAt]),
    [
      ['busy', 486, undefined],
      ['cancelled', 487, undefined],
      ['no_answer', 408, undefined],
      ['unavailable', 480, undefined],
    ],
  )
})

test('all phones of an extension ring together; the first answer wins and the others stop', async () => {
  const { bench, ann, bob } = await twoPhones()
  const second = await bench.phone('acme202', '192.0.2.22')
  assert.equal(await second.register(), 200)
  bob.behaviour = 'ring'
  second.behaviour = 'ring'
  ann.dial('202')
  await bench.pass(300)
  assert.ok(bob.diary.includes('invite') && second.diary.includes('invite'))
  second.sip.answer(second.lastLeg, 200, { sdp: second.heard.get(second.lastLeg)! })
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'answered')
  assert.equal(bob.diary.at(-1), 'ended 487 remote')
})

test('a carrier that fails is followed by the next one, and its early media is passed on', async () => {
  const { bench, ann } = await twoPhones()
  await bench.peer({ address: '127.0.0.1', port: 7001 }, 'fail')
  const second = await bench.peer({ address: '127.0.0.1', port: 7002 }, 'early')
  ann.dial('12125550100')
  await bench.pass(300)
  assert.deepEqual(ann.diary, ['progress 183 sdp'])
  second.sip.answer(second.lastLeg, 200, { sdp: second.heard.get(second.lastLeg)! })
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'answered')
  assert.deepEqual(
    bench.media.requests
      .filter((request) => 'early' in request)
      .map((request) => [request.early, request.signalAddress]),
    [
      [true, '127.0.0.1'],
      [false, '127.0.0.1'],
    ],
  )
})

test('hold: a re-INVITE reaches the other side and its answer comes back', async () => {
  const { bench, ann, bob } = await twoPhones()
  const leg = ann.dial('202')
  await bench.pass(300)
  ann.sip.reinvite(leg, 'v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n')
  await bench.pass(300)
  assert.ok(bob.diary.includes('reinvite'))
  assert.match(bob.heard.get(bob.lastLeg) ?? '', /sendonly/)
  assert.equal(ann.diary.at(-1), 'reinvite done 200')
})

test('the grant runs out: more is asked for in time, and without more both sides are hung up at its end', async () => {
  const { bench, ann } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  bench.charging.grantSeconds = 60
  const leg = ann.dial('12125550100')
  await bench.pass(300)
  bench.charging.isFinal = true
  bench.charging.grantSeconds = 90
  await bench.pass(55_000)
  assert.deepEqual(bench.charging.extended, [48])
  await bench.pass(40_000)
  assert.equal(ann.ends.get(leg)?.by, 'remote')
  assert.equal(carrier.diary.at(-1), 'ended 200 remote')
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'grant_exhausted')
  assert.ok(Math.abs(cdr.endedAt - cdr.answeredAt! - 90_000) <= 20)
})

test('charging goes away in a call: it is cut at the end of what was granted', async () => {
  const { bench, ann } = await twoPhones()
  await bench.peer({ address: '127.0.0.1', port: 7001 })
  bench.charging.grantSeconds = 60
  ann.dial('12125550100')
  await bench.pass(300)
  bench.charging.isAway = true
  await bench.pass(61_000)
  assert.equal(bench.house().liveCalls().length, 0)
  assert.equal(bench.cdrs().length, 0)
  bench.charging.isAway = false
  await bench.pass(1000)
  const [cdr] = bench.cdrs()
  assert.ok(cdr && cdr.endedAt - cdr.answeredAt! <= 60_020)
})

test('media dies: the charge ends at the last packet', async () => {
  const { bench, ann } = await twoPhones()
  await bench.peer({ address: '127.0.0.1', port: 7001 })
  ann.dial('12125550100')
  await bench.pass(20_000)
  const lastPacketAt = bench.clock.now() - 12_000
  const [call] = bench.house().liveCalls()
  bench.house().onMedia({ kind: 'mediaTimeout', callId: call!.callId, lastPacketAt })
  await bench.pass(500)
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.endedAt, lastPacketAt)
  assert.equal(cdr.hangupCause, 'media_timeout')
})

test('a call comes in from a carrier, also to a toll-free number that its owner pays for', async () => {
  const { bench, ann } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  const call = (legId: string, number: string): void =>
    carrier.sip.invite({
      legId,
      nextHop: { protocol: 'udp', remote: HOUSE },
      target: `sip:${number}@${HOUSE.address}`,
      from: '"Ann Lee" <sip:2125550177@carrier.example>',
      to: `<sip:${number}@${HOUSE.address}>`,
      sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n',
    })
  call('c1', '+14165550101')
  call('c2', '18005550199')
  call('c3', '+14165559999')
  await bench.pass(500)
  assert.equal(ann.lastInvite?.from?.uri.user, '+12125550177')
  assert.equal(carrier.ends.get('c3')?.status, 404)
  assert.equal(bench.charging.reserved.length, 1)
  carrier.sip.hangup('c1')
  carrier.sip.hangup('c2')
  await bench.pass(500)
  assert.deepEqual(
    bench
      .cdrs()
      .map((cdr) => `${cdr.direction} ${cdr.class}`)
      .toSorted(),
    ['inbound domestic', 'inbound inbound'],
  )
})

test('an ordered end: both sides are told, and every record is closed at its real end', async () => {
  const { bench, ann, bob } = await twoPhones()
  const leg = ann.dial('202')
  await bench.pass(10_000)
  const closing = bench.house().close()
  ann.dial('202')
  await bench.pass(3000)
  await closing
  assert.equal(ann.ends.get(leg)?.by, 'remote')
  assert.equal(bob.diary.at(-1), 'ended 200 remote')
  const [cdr, ...more] = bench.cdrs()
  assert.equal(more.length, 0)
  assert.equal(cdr?.hangupCause, 'shutdown')
  assert.ok(Math.abs(cdr.endedAt - cdr.answeredAt! - 9900) < 300)
})

test('a phone that is removed, or gets another password, is not rung any more', async () => {
  const { bench, ann, bob } = await twoPhones()
  const before = buildDirectory(bench.rows)
  const changed = bench.rows.devices.map((device) =>
    device.sipUser === 'acme202' ? { ...device, secretVersion: 2 } : device,
  )
  bench.rows = { ...bench.rows, devices: changed.filter((device) => device.sipUser !== 'beta201') }
  bench.house().onDirectory(before)
  assert.deepEqual(
    bench
      .house()
      .liveBindings()
      .map((binding) => binding.sipUser),
    ['acme201'],
  )
  ann.dial('202')
  await bench.pass(300)
  assert.deepEqual(bob.diary, [])
  assert.equal(ann.diary.at(-1), 'ended 480 remote')
})

test('an operator ends a call; a call that is gone is not there to be ended', async () => {
  const { bench, ann } = await twoPhones()
  const leg = ann.dial('202')
  await bench.pass(5000)
  const callId = bench.house().liveCalls()[0]!.callId
  assert.equal(bench.house().endCall(callId), true)
  await bench.pass(300)
  assert.equal(bench.house().endCall(callId), false)
  assert.equal(ann.ends.get(leg)?.by, 'remote')
  assert.equal(bench.cdrs()[0]?.hangupCause, 'ended_by_operator')
  assert.equal(bench.changes.at(-1)?.state, 'ended')
})

test('the media process of a call is lost: the call ends now, and nobody else is touched', async () => {
  const { bench, ann, bob } = await twoPhones()
  const eve = await bench.phone('beta201', '192.0.2.3')
  assert.equal(await eve.register(), 200)
  ann.dial('202')
  await bench.pass(1000)
  const lost = bench
    .house()
    .liveCalls()
    .map((call) => call.callId)
  const other = eve.dial('+14165550101')
  await bench.pass(1000)
  bench.house().onMediaLost(lost)
  await bench.pass(500)
  assert.equal(bob.diary.at(-1), 'ended 200 remote')
  assert.equal(bench.house().liveCalls().length, 1)
  assert.equal(eve.ends.has(other), false)
  assert.equal(bench.cdrs()[0]?.hangupCause, 'media_lost')
})
