/** What some callers do differently: a late offer (RFC 3264 §4), digits as INFO, questions of scanners. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUSE, openBench, sdpFrom } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

test('an INVITE without SDP is offered our codecs, and media learns the address that the ACK brings', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  carrier.sip.invite({
    legId: 'late',
    nextHop: { protocol: 'udp', remote: HOUSE },
    target: `sip:+14165550101@${HOUSE.address}`,
    from: '<sip:+12125550177@carrier.example>',
    to: `<sip:+14165550101@${HOUSE.address}>`,
    sdp: undefined,
  })
  await bench.pass(300)
  assert.match(carrier.heard.get('late') ?? '', /m=audio/)
  assert.match(ann.heard.get(ann.lastLeg) ?? '', /c=IN IP4 0\.0\.0\.0/)
  const own = 'v=0\r\no=- 7 7 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 7400 RTP/AVP 0\r\n'
  carrier.sip.acknowledge('late', own)
  await bench.pass(300)
  const sdps = bench.media.requests.map((request) => request.sdp)
  assert.equal(sdps.at(-2), own)
  assert.equal(sdps.at(-1), sdps[1])
  carrier.sip.hangup('late')
  await bench.pass(300)
  assert.equal(bench.cdrs().length, 1)
})

test('digits pressed as INFO reach the other side', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  assert.deepEqual([await ann.register(), await bob.register()], [200, 200])
  const leg = ann.dial('202')
  await bench.pass(300)
  ann.sip.request(leg, 'INFO', { body: 'Signal=5\r\nDuration=160\r\n' })
  await bench.pass(300)
  assert.equal(bob.diary.at(-1), 'info')
})

test('RFC 4733 digits pressed as INFO become events for a side that hears those, and nothing else does', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  assert.deepEqual([await ann.register(), await bob.register()], [200, 200])
  const events = `${sdpFrom('192.0.2.1').replace('AVP 0', 'AVP 0 101')}a=rtpmap:101 telephone-event/8000\r\n`
  const leg = ann.dial('202', { sdp: events })
  await bench.pass(300)
  const acts: string[] = []
  const { press } = bench.media
  bench.media.press = (request) => {
    acts.push(request.digits)
    return press(request)
  }
  bob.sip.request(bob.lastLeg, 'INFO', { body: 'Signal=#\r\nDuration=160\r\n' })
  bob.sip.request(bob.lastLeg, 'INFO', { body: '7', contentType: 'application/dtmf' })
  await bench.pass(300)
  assert.deepEqual(acts, ['#', '7'])
  assert.ok(!ann.diary.includes('info'))
  bench.media.press = () => Promise.resolve(false)
  bob.sip.request(bob.lastLeg, 'INFO', { body: '7', contentType: 'application/dtmf' })
  await bench.pass(300)
  assert.equal(ann.diary.at(-1), 'info', 'who hears no events gets the INFO')
  bob.sip.request(bob.lastLeg, 'INFO', { body: '<media_control/>', contentType: 'application/media_control+xml' })
  await bench.pass(300)
  assert.equal(ann.diary.filter((line) => line === 'info').length, 2)
  ann.sip.hangup(leg)
})

test('a scanner is not answered at all, a peer that only asks is', async () => {
  const bench = await openBench(sampleRows)
  const asking = await bench.peer({ address: '203.0.113.9', port: 5060 })
  const outcomes: number[] = []
  const ask = (method: string, agent: string): void => {
    const own = `<sip:100@${HOUSE.address}>`
    asking.sip.send(
      {
        nextHop: { protocol: 'udp', remote: HOUSE },
        method,
        target: `sip:${HOUSE.address}`,
        from: own,
        to: own,
        headers: [['User-Agent', agent]],
      },
      ({ status }) => outcomes.push(status),
    )
  }
  ask('OPTIONS', 'desk phone 1.0')
  ask('REGISTER', 'desk phone 1.0')
  await bench.pass(100)
  assert.deepEqual(
    outcomes.toSorted((a, b) => a - b),
    [200, 401],
  )
  ask('OPTIONS', 'friendly-scanner')
  ask('REGISTER', 'UNfriendly-scanner')
  await bench.pass(35_000)
  assert.deepEqual(outcomes.slice(2), [408, 408])
})
