/** What people try who want to talk without paying, and clocks that somebody sets meanwhile. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRows } from '../testing.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Phone } from '../test-bench.ts'

async function twoPhones(): Promise<{ bench: Bench; ann: Phone; bob: Phone }> {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  assert.equal(await ann.register(), 200)
  assert.equal(await bob.register(), 200)
  return { bench, ann, bob }
}

test('setting the clock of the machine makes no call longer, shorter or free', async () => {
  for (const byMs of [-7_200_000, 7_200_000]) {
    const { bench, ann } = await twoPhones()
    await bench.peer({ address: '127.0.0.1', port: 7001 })
    const leg = ann.dial('12125550100')
    await bench.pass(300)
    assert.ok(ann.diary.includes('answered'))
    await bench.pass(20_000)
    bench.clock.setWall(byMs)
    await bench.pass(40_000)
    ann.sip.hangup(leg)
    await bench.pass(500)
    const [cdr] = bench.cdrs()
    assert.ok(Math.abs(cdr!.endedAt - cdr!.answeredAt! - 60_000) < 500, `${cdr!.endedAt - cdr!.answeredAt!} ms`)
    assert.equal(cdr!.estimated, false)
  }
})

test('a grant ends after its seconds, whatever the clock on the wall says', async () => {
  const { bench, ann } = await twoPhones()
  await bench.peer({ address: '127.0.0.1', port: 7001 })
  bench.charging.grantSeconds = 30
  ann.dial('12125550100')
  await bench.pass(300)
  bench.clock.setWall(-3_600_000)
  bench.charging.isFinal = true
  await bench.pass(31_000)
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'grant_exhausted')
  assert.ok(Math.abs(cdr.endedAt - cdr.answeredAt! - 30_000) < 500)
})

test('a phone that talks before it answers is heard by its own house, not by callers from outside', async () => {
  const { bench, ann, bob } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  ann.behaviour = 'early'
  const target = 'sip:+18005550199@198.51.100.1'
  carrier.sip.invite({
    legId: 'free',
    target,
    from: '<sip:+12125550199@127.0.0.1>',
    to: `<${target}>`,
    nextHop: { protocol: 'udp', remote: HOUSE },
    sdp: 'v=0\r\n',
  })
  await bench.pass(300)
  assert.deepEqual(carrier.diary, ['progress 180'])
  carrier.sip.hangup('free')
  await bench.pass(300)
  bob.dial('201')
  await bench.pass(300)
  assert.deepEqual(bob.diary, ['progress 183 sdp'])
})

test('a challenge is not passed on, and a carrier is not redirected by: neither costs anybody anything', async () => {
  const { bench, ann, bob } = await twoPhones()
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  bob.behaviour = 'ring'
  for (const [status, told] of [
    [407, 503],
    [401, 503],
  ] as const) {
    const leg = ann.dial('202')
    await bench.pass(300)
    bob.sip.hangup(bob.lastLeg, { status, headers: [['Contact', '<sip:+12125550100@198.51.100.1>']] })
    await bench.pass(300)
    assert.equal(ann.ends.get(leg)?.status, told)
  }
  assert.equal(carrier.lastInvite, undefined)
  Object.assign(carrier, { behaviour: 'redirect', redirectTo: '+12125550199' })
  ann.dial('2125550100')
  await bench.pass(300)
  assert.equal(carrier.diary.filter((line) => line === 'invite').length, 1)
})

test('one customer cannot take every port with calls that cost nothing; an emergency passes all the same', async () => {
  const { bench, ann, bob } = await twoPhones()
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  for (let i = 0; i < 52; i++) ann.dial('202')
  await bench.pass(2000)
  assert.equal(bench.house().liveCalls().length, 50)
  assert.equal(ann.diary.filter((line) => line === 'ended 486 remote').length, 2)
  const other = await bench.phone('beta201', '192.0.2.9')
  assert.equal(await other.register(), 200)
  other.dial('*43')
  ann.dial('911')
  await bench.pass(500)
  assert.equal(other.diary.at(-1), 'answered')
  assert.equal(centre.lastInvite?.uri, 'sip:911@127.0.0.1:7003')
  assert.ok(bob.diary.length >= 50)
})

test('a clock that is set forward ends no registration, and one that is set back prolongs none', async () => {
  const { bench, ann } = await twoPhones()
  bench.clock.setWall(86_400_000)
  ann.dial('202')
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'answered')
  bench.clock.setWall(-2 * 86_400_000)
  await bench.pass(100)
  bench.clock.advance(3_700_000)
  assert.equal(bench.house().registrar.size().bindings, 0)
})

test('a clock that was set and a crash make no call longer than it was', async () => {
  const bench = await openBench(sampleRows)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 }, 'ring')
  const ann = await bench.phone('acme201', '192.0.2.1')
  ann.dial('12125550100')
  await bench.pass(500)
  bench.clock.setWall(3_600_000)
  carrier.sip.answer(carrier.lastLeg, 200, { sdp: sdpFrom(carrier.address.address) })
  await bench.pass(1000)
  bench.clock.setWall(3_600_000)
  await bench.pass(20_000)
  await bench.crash()
  bench.media.calls.clear()
  await bench.restart()
  await bench.pass(1000)
  const [cdr, ...more] = bench.cdrs()
  assert.ok(cdr?.answeredAt !== undefined && more.length === 0)
  const talkedMs = cdr.endedAt - cdr.answeredAt
  assert.ok(talkedMs >= 15_000 && talkedMs <= 21_000, `${talkedMs} ms`)
})
