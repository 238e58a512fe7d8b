/** What goes along with a call: user-to-user information, the wish to be answered at once, who gave a call away. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUSE, openBench } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

async function stage() {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  const beta = await bench.phone('beta201', '192.0.2.3')
  for (const phone of [ann, bob, beta]) assert.equal(await phone.register(), 200)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  return { bench, ann, bob, beta, carrier }
}

const UUI = ['User-to-User', '56a390f3d2b7310023a2;encoding=hex;purpose=foo'] as const

test('RFC 7433 user-to-user information reaches colleagues, other customers and carriers as it came', async () => {
  const { bench, ann, bob, beta, carrier } = await stage()
  for (const [number, peer] of [
    ['202', bob],
    ['16045550101', beta],
    ['2125550100', carrier],
  ] as const) {
    ann.dial(number, { headers: [UUI] })
    await bench.pass(300)
    assert.equal(peer.lastInvite?.header('User-to-User'), UUI[1])
  }
  ann.dial('202', { headers: [['User-to-User', 'x'.repeat(500)]] })
  await bench.pass(300)
  assert.equal(bob.lastInvite?.header('User-to-User'), undefined, 'none that is too long')
})

test('RFC 5373 colleagues may be answered by themselves; nobody else is obeyed', async () => {
  const { bench, ann, bob, beta, carrier } = await stage()
  const wishes = [
    ['Answer-Mode', 'Auto;require'],
    ['Call-Info', '<sip:x>;answer-after=0'],
    ['Alert-Info', '<http://x>;info=alert-autoanswer'],
  ] as const
  for (const wish of wishes) {
    ann.dial('202', { headers: [wish] })
    await bench.pass(300)
    assert.equal(bob.lastInvite?.header('Answer-Mode'), 'Auto')
    assert.equal(bob.lastInvite?.header('Call-Info'), `<sip:${HOUSE.address}>;answer-after=0`)
  }
  ann.dial('202')
  await bench.pass(300)
  assert.equal(bob.lastInvite?.header('Answer-Mode'), undefined)
  ann.dial('16045550101', { headers: [wishes[0]] })
  await bench.pass(300)
  assert.equal(beta.lastInvite?.header('Answer-Mode'), undefined)
  carrier.sip.invite({
    legId: 'in',
    nextHop: { protocol: 'udp', remote: HOUSE },
    target: `sip:+14165550101@${HOUSE.address}`,
    from: '<sip:+12125550177@carrier.example>',
    to: `<sip:+14165550101@${HOUSE.address}>`,
    sdp: undefined,
    headers: [wishes[0]],
  })
  await bench.pass(300)
  assert.equal(ann.lastInvite?.header('Answer-Mode'), undefined)
})

test('RFC 3892 whoever is given a call is told by whom, as we know him', async () => {
  const { bench, ann, bob, beta } = await stage()
  const leg = ann.dial('202')
  await bench.pass(300)
  const asked = [
    ['Refer-To', '<sip:16045550101@x>'],
    ['Referred-By', '<sip:president@elsewhere>'],
  ] as const
  ann.sip.request(leg, 'REFER', { headers: asked })
  await bench.pass(500)
  assert.equal(beta.lastInvite?.header('Referred-By'), `"acme 201" <sip:201@${HOUSE.address}>`)
  assert.ok(bob.lastLeg !== '')
})

test('RFC 5009 what a network does not let be heard before the answer is not heard', async () => {
  const { bench, ann, carrier } = await stage()
  carrier.behaviour = 'ring'
  ann.dial('2125550100')
  await bench.pass(300)
  assert.equal(carrier.lastInvite?.header('P-Early-Media'), 'supported')
  const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n'
  carrier.sip.answer(carrier.lastLeg, 183, { sdp, headers: [['P-Early-Media', 'inactive']] })
  await bench.pass(300)
  assert.ok(!ann.diary.includes('progress 183 sdp'), ann.diary.join('; '))
  ann.dial('2125550100')
  await bench.pass(300)
  carrier.sip.answer(carrier.lastLeg, 183, { sdp, headers: [['P-Early-Media', 'sendrecv']] })
  await bench.pass(300)
  assert.ok(ann.diary.includes('progress 183 sdp'), ann.diary.join('; '))
})
