import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUSE, openBench, type Bench, type Peer, type Phone } from '../test-bench.ts'
import { forwarding, sampleRows } from '../testing.ts'

type Stage = {
  readonly bench: Bench
  readonly ann: Phone
  readonly bob: Phone
  readonly cid: Phone
  readonly beta: Phone
  readonly carrier: Peer
}

const rows = {
  ...sampleRows,
  devices: [
    ...sampleRows.devices,
    { ...sampleRows.devices[0]!, id: 'third', extensionId: 'acme-203', sipUser: 'acme203' },
  ],
}

/** Ann (201), Bob (202) and Cid (203) of one customer, beta of another, and a carrier. */
async function openStage(directory = rows): Promise<Stage> {
  const bench = await openBench(directory)
  const [ann, bob, cid, beta] = [
    await bench.phone('acme201', '192.0.2.1'),
    await bench.phone('acme202', '192.0.2.2'),
    await bench.phone('acme203', '192.0.2.3'),
    await bench.phone('beta201', '192.0.2.4'),
  ]
  for (const phone of [ann, bob, cid, beta]) assert.equal(await phone.register(), 200)
  return { bench, ann, bob, cid, beta, carrier: await bench.peer({ address: '127.0.0.1', port: 7001 }) }
}

const told = (bench: Bench) =>
  bench
    .cdrs()
    .map((cdr) => `${cdr.from}>${cdr.to} ${cdr.direction} ${cdr.reserved ? 'paid' : 'free'} ${cdr.hangupCause}`)
    .toSorted()

const notes = (peer: Peer) => peer.diary.filter((line) => line.startsWith('NOTIFY'))

const refer = (to: string, more: readonly (readonly [string, string])[] = []) => ({
  headers: [['Refer-To', to], ['Referred-By', '<sip:ann@x>'], ...more] as const,
})

/** The Replaces of a phone's own dialog, as it stands in a URI. */
function replacesOf(phone: Phone, legId: string): string {
  const dialog = phone.sip.dialogOf(legId)!
  const value = `${dialog.callId};to-tag=${dialog.toTag};from-tag=${dialog.fromTag}`
  return encodeURIComponent(value)
}

/** Waits until all have hung up, and nothing may be left. */
async function overWith({ bench, ann, bob, cid, beta, carrier }: Stage): Promise<void> {
  for (const peer of [ann, bob, cid, beta, carrier]) for (const leg of peer.heard.keys()) peer.sip.hangup(leg)
  await bench.pass(40_000)
  assert.deepEqual(bench.house().liveCalls(), [])
  assert.equal(bench.media.calls.size, 0)
  assert.ok([ann, bob, cid, beta].every((phone) => phone.sip.load().legs === 0))
}

test('blind transfer by the callee: the caller goes on with an extension, who gave away is told', async () => {
  const stage = await openStage()
  const { bench, ann, cid, beta } = stage
  const call = beta.dial('4165550101')
  await bench.pass(500)
  ann.sip.request(ann.lastLeg, 'REFER', refer(`<sip:203@${HOUSE.address}>`))
  await bench.pass(1000)
  assert.deepEqual(notes(ann), [
    'NOTIFY active SIP/2.0 100 Trying',
    'NOTIFY active SIP/2.0 180 Ringing',
    'NOTIFY terminated SIP/2.0 200 OK',
  ])
  assert.equal(ann.sip.load().legs, 0)
  assert.equal(cid.lastInvite?.from?.uri.user, '+16045550101')
  assert.equal(beta.ends.size, 0)
  assert.ok(beta.diary.includes('reinvite'), 'the caller is told where to speak now')
  assert.match(cid.heard.get(cid.lastLeg) ?? '', /192\.0\.2\.4|relayed/)
  beta.sip.hangup(call)
  await bench.pass(500)
  assert.equal(cid.ends.get(cid.lastLeg)?.by, 'remote')
  await overWith(stage)
})

test('blind transfer by the caller: whom he called goes on, and he pays both legs to the end', async () => {
  const stage = await openStage()
  const { bench, ann, carrier } = stage
  const call = ann.dial('2125550100')
  await bench.pass(500)
  const first = carrier.lastLeg
  ann.sip.request(call, 'REFER', refer(`<sip:2125550177@${HOUSE.address}>`))
  await bench.pass(1000)
  assert.equal(notes(ann).at(-1), 'NOTIFY terminated SIP/2.0 200 OK')
  assert.notEqual(carrier.lastLeg, first)
  assert.match(carrier.lastInvite?.header('P-Asserted-Identity') ?? '', /\+14165550101/)
  assert.equal(bench.charging.reserved.length, 2)
  await bench.pass(5000)
  carrier.sip.hangup(first)
  await bench.pass(1000)
  assert.equal(carrier.sip.load().legs, 0)
  assert.deepEqual(told(bench), [
    '+14165550101>+12125550100 outbound paid normal',
    '+14165550101>+12125550177 outbound paid normal',
  ])
  for (const cdr of bench.cdrs()) assert.ok(cdr.endedAt - cdr.answeredAt! >= 5000)
  await overWith(stage)
})

test('whom nobody reaches: the first call goes on, and the one who tried is told why', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid } = stage
  for (const [behaviour, status] of [
    ['busy', 486],
    ['fail', 503],
  ] as const) {
    const call = ann.dial('202')
    await bench.pass(500)
    cid.behaviour = behaviour
    ann.sip.request(call, 'REFER', refer('<sip:203@house>'))
    await bench.pass(1000)
    assert.match(notes(ann).at(-1) ?? '', new RegExp(`^NOTIFY terminated SIP/2.0 ${status}`))
    assert.equal(ann.ends.has(call), false)
    ann.sip.reinvite(
      call,
      'v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n',
    )
    await bench.pass(500)
    assert.equal(ann.diary.at(-1), 'reinvite done 200', 'he takes it off hold')
    ann.sip.hangup(call)
    await bench.pass(500)
    assert.equal(bob.ends.get(bob.lastLeg)?.status, 200)
  }
  const call = ann.dial('202')
  await bench.pass(500)
  ann.sip.request(call, 'REFER', refer('<sip:9@house>'))
  await bench.pass(500)
  assert.match(notes(ann).at(-1) ?? '', /terminated SIP\/2.0 404/)
  bench.charging.refusal = 'ledger.no_credit'
  ann.sip.request(call, 'REFER', refer('<sip:2125550100@house>'))
  await bench.pass(500)
  assert.match(notes(ann).at(-1) ?? '', /terminated SIP\/2.0 402/)
  await overWith(stage)
})

test('a phone that leaves after giving away: the transfer is made, or ends the call when it fails', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid } = stage
  for (const behaviour of ['answer', 'busy'] as const) {
    const call = ann.dial('202')
    await bench.pass(500)
    cid.behaviour = behaviour
    ann.sip.request(call, 'REFER', refer('<sip:203@house>'))
    await bench.pass(5)
    ann.sip.hangup(call)
    await bench.pass(1000)
    assert.equal(bob.ends.has(bob.lastLeg), behaviour === 'busy')
    bob.sip.hangup(bob.lastLeg)
    await bench.pass(500)
  }
  await overWith(stage)
})

test('the one who is given away hangs up while it rings: everybody is free', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid } = stage
  const call = ann.dial('202')
  await bench.pass(500)
  cid.behaviour = 'ring'
  ann.sip.request(call, 'REFER', refer('<sip:203@house>'))
  await bench.pass(500)
  bob.sip.hangup(bob.lastLeg)
  await bench.pass(500)
  assert.equal(cid.ends.get(cid.lastLeg)?.status, 487)
  assert.ok(ann.ends.has(call))
  await overWith(stage)
})

test('attended transfer: two conversations become one, both paid legs go on to its end', async () => {
  const stage = await openStage()
  const { bench, ann, carrier } = stage
  const first = ann.dial('2125550100')
  await bench.pass(500)
  const firstFar = carrier.lastLeg
  const second = ann.dial('2125550177')
  await bench.pass(500)
  const secondFar = carrier.lastLeg
  ann.sip.request(first, 'REFER', refer(`<sip:2125550177@house?Replaces=${replacesOf(ann, second)}>`))
  await bench.pass(1000)
  assert.equal(notes(ann).at(-1), 'NOTIFY terminated SIP/2.0 200 OK')
  assert.equal(ann.sip.load().legs, 0)
  assert.equal(carrier.sip.load().legs, 2)
  assert.equal(bench.house().liveCalls().length, 1)
  await bench.pass(60_000)
  carrier.sip.hangup(secondFar)
  await bench.pass(1000)
  assert.ok(carrier.ends.has(firstFar))
  assert.equal(told(bench).length, 2)
  for (const cdr of bench.cdrs()) assert.ok(cdr.endedAt - cdr.answeredAt! >= 60_000)
  await overWith(stage)
})

test('attended transfer of a transferred call, from the called side; either grant is its hard stop', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid, beta, carrier } = stage
  beta.dial('4165550101')
  await bench.pass(500)
  ann.sip.request(ann.lastLeg, 'REFER', refer('<sip:202@house>'))
  await bench.pass(1000)
  bench.charging.grantSeconds = 30
  bench.charging.isFinal = true
  const consult = bob.dial('2125550100')
  await bench.pass(500)
  const withBeta = [...bob.heard.keys()].find((leg) => leg !== consult)!
  bob.sip.request(withBeta, 'REFER', refer(`<sip:2125550100@house?Replaces=${replacesOf(bob, consult)}>`))
  await bench.pass(1000)
  assert.equal(notes(bob).at(-1), 'NOTIFY terminated SIP/2.0 200 OK')
  assert.equal(bob.sip.load().legs, 0)
  assert.equal(cid.diary.length, 0)
  await bench.pass(30_000)
  assert.equal(beta.sip.load().legs, 0)
  assert.ok(carrier.ends.has(carrier.lastLeg), 'nobody talks on an unpaid leg')
  assert.ok(told(bench).includes('+14165550101>+12125550100 outbound paid grant_exhausted'))
  await overWith(stage)
})

test('attended transfer before the answer: whom the phone called is called anew for the other', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid } = stage
  const first = ann.dial('202')
  await bench.pass(500)
  cid.behaviour = 'ring'
  const second = ann.dial('203')
  await bench.pass(500)
  ann.sip.request(first, 'REFER', refer(`<sip:203@house?Replaces=${replacesOf(ann, second)}>`))
  cid.behaviour = 'answer'
  await bench.pass(1000)
  assert.equal(ann.ends.get(second)?.status, 487)
  assert.equal(notes(ann).at(-1), 'NOTIFY terminated SIP/2.0 200 OK')
  assert.equal(bob.ends.size, 0)
  await overWith(stage)
})

test('an attended transfer to no conversation, or to a side that refuses, changes nothing', async () => {
  const stage = await openStage()
  const { bench, ann, bob, beta, cid } = stage
  const first = ann.dial('202')
  await bench.pass(500)
  ann.sip.request(first, 'REFER', refer('<sip:203@house?Replaces=nobody%3Bto-tag%3Da%3Bfrom-tag%3Db>'))
  await bench.pass(500)
  assert.equal(notes(ann).at(-1), 'NOTIFY terminated SIP/2.0 481 Call Does Not Exist')
  const theirs = beta.dial('*43')
  await bench.pass(200)
  ann.sip.request(first, 'REFER', refer(`<sip:203@house?Replaces=${replacesOf(beta, theirs)}>`))
  await bench.pass(500)
  assert.equal(notes(ann).at(-1), 'NOTIFY terminated SIP/2.0 481 Call Does Not Exist')
  const second = ann.dial('203')
  await bench.pass(500)
  cid.refuses = 488
  ann.sip.request(first, 'REFER', refer(`<sip:203@house?Replaces=${replacesOf(ann, second)}>`))
  await bench.pass(500)
  assert.match(notes(ann).at(-1) ?? '', /NOTIFY terminated SIP\/2.0 488/)
  assert.equal(ann.sip.load().legs, 2)
  assert.equal(bob.ends.size + cid.ends.size, 0)
  await overWith(stage)
})

test('no REFER of a carrier, outside a call, or without one target; Refer-Sub: false is kept', async () => {
  const stage = await openStage()
  const { bench, ann, bob, carrier } = stage
  const answers: number[] = []
  const ask = async (peer: Peer, legId: string, options: { headers: readonly (readonly [string, string])[] }) => {
    peer.sip.request(legId, 'REFER', options, ({ status }) => answers.push(status))
    await bench.pass(300)
  }
  const out = ann.dial('2125550100')
  await bench.pass(500)
  await ask(carrier, carrier.lastLeg, refer('<sip:201@house>'))
  await ask(ann, out, { headers: [] })
  await ask(ann, out, {
    headers: [
      ['Refer-To', '<sip:202@house>'],
      ['Refer-To', '<sip:203@house>'],
    ],
  })
  await ask(ann, out, refer('<sip:202@house;method=BYE>'))
  assert.deepEqual(answers, [403, 400, 400, 400])
  await ask(ann, out, refer('<sip:202@house>', [['Refer-Sub', 'false']]))
  await bench.pass(1000)
  assert.equal(answers.at(-1), 202)
  assert.deepEqual(notes(ann), [])
  assert.ok(bob.diary.includes('confirmed'))
  const outside = await outsideRefer(bench, ann)
  assert.equal(outside, 403)
  await overWith(stage)
})

async function outsideRefer(bench: Bench, phone: Phone): Promise<number> {
  let status = 0
  const own = `<sip:${phone.user}@${HOUSE.address}>`
  const credentials = { user: phone.user, password: `secret of ${phone.user}`, realm: 'c0ffee' }
  phone.sip.send(
    {
      nextHop: { protocol: 'udp', remote: HOUSE },
      method: 'REFER',
      target: `sip:202@${HOUSE.address}`,
      from: own,
      to: own,
      headers: [['Refer-To', '<sip:203@house>']],
      credentials,
    },
    (outcome) => (status = outcome.status),
  )
  await bench.pass(500)
  return status
}

test('R79 a call may be given away to 911: it goes through with no credit and no charging', async () => {
  const stage = await openStage()
  const { bench, ann } = stage
  const psap = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const call = ann.dial('202')
  await bench.pass(500)
  bench.charging.isAway = true
  ann.sip.request(call, 'REFER', refer('<sip:911@house>'))
  await bench.pass(500)
  assert.ok(psap.diary.includes('confirmed'))
  bench.charging.isAway = false
  psap.sip.hangup(psap.lastLeg)
  await overWith(stage)
})

test('a transfer to an extension that forwards: the leg outside is paid by whoever forwards', async () => {
  const stage = await openStage({ ...rows, extensions: forwarding('acme-203', { always: '2125550177' }).extensions })
  const { bench, ann, carrier } = stage
  const call = ann.dial('202')
  await bench.pass(500)
  ann.sip.request(call, 'REFER', refer('<sip:203@house>'))
  await bench.pass(1000)
  // 203 shows a number without an active address: its calls do not go out, and the transfer fails for that.
  assert.equal(carrier.lastInvite, undefined)
  assert.match(notes(ann).at(-1) ?? '', /terminated SIP\/2.0 403/)
  await overWith(stage)
})

test('a phone takes the place of another one in a conversation (INVITE with Replaces); no stranger', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid, beta, carrier } = stage
  const call = ann.dial('2125550100')
  await bench.pass(500)
  const named = (early = '') => [['Replaces', decodeURIComponent(replacesOf(ann, call)) + early]] as const
  const status = async (phone: Phone, headers: readonly (readonly [string, string])[]) => {
    const leg = phone.dial('201', { headers })
    await bench.pass(500)
    return phone.ends.get(leg)?.status ?? 0
  }
  assert.equal(await status(beta, named()), 481, 'another customer')
  assert.equal(await status(cid, [['Replaces', 'x;to-tag=a;from-tag=b']]), 481)
  assert.equal(await status(cid, [...named(), ...named()]), 400)
  assert.equal(await status(cid, [['Replaces', 'x']]), 400)
  assert.equal(await status(cid, named(';early-only')), 486)
  assert.equal(ann.ends.size, 0)
  assert.equal(await status(bob, named()), 0)
  assert.ok(ann.ends.has(call))
  assert.ok(carrier.diary.includes('reinvite'))
  await bench.pass(2000)
  assert.equal(bench.house().liveCalls().length, 1)
  await overWith(stage)
  assert.deepEqual(told(bench), ['+14165550101>+12125550100 outbound paid normal'])
})

test('a phone takes a call that rings at another one (Replaces of an early dialog)', async () => {
  const stage = await openStage()
  const { bench, ann, bob, cid, beta } = stage
  bob.behaviour = 'ring'
  const call = ann.dial('202')
  await bench.pass(500)
  const ringing = bob.sip.dialogOf(bob.lastLeg)!
  const value = `${ringing.callId};to-tag=${ringing.toTag};from-tag=${ringing.fromTag}`
  const stranger = beta.dial('201', { headers: [['Replaces', value]] })
  await bench.pass(300)
  assert.equal(beta.ends.get(stranger)?.status, 481)
  const taken = cid.dial('202', { headers: [['Replaces', value]] })
  await bench.pass(500)
  assert.ok(ann.heard.has(call) && cid.heard.has(taken))
  assert.equal(bob.ends.get(bob.lastLeg)?.status, 487)
  cid.sip.hangup(taken)
  await bench.pass(500)
  assert.ok(ann.ends.has(call))
  await overWith(stage)
  assert.deepEqual(told(bench), ['201>202 internal free normal'])
})
