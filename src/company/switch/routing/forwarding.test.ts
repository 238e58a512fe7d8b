import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryRows } from '../directory/directory.ts'
import { openBench, type Bench, type Peer, type Phone } from '../test-bench.ts'
import { forwarding, sampleRows } from '../testing.ts'

type Stage = {
  readonly bench: Bench
  readonly ann: Phone
  readonly bob: Phone
  readonly beta: Phone
  readonly carrier: Peer
}

/** Ann (acme 201) and Bob (acme 202) of one customer, beta of another, and a carrier. */
async function openStage(rows: DirectoryRows): Promise<Stage> {
  const bench = await openBench(rows)
  const [ann, bob, beta] = [
    await bench.phone('acme201', '192.0.2.1'),
    await bench.phone('acme202', '192.0.2.2'),
    await bench.phone('beta201', '192.0.2.3'),
  ]
  for (const phone of [ann, bob, beta]) assert.equal(await phone.register(), 200)
  return { bench, ann, bob, beta, carrier: await bench.peer({ address: '127.0.0.1', port: 7001 }) }
}

/** What of the records matters here. */
const told = (bench: Bench) =>
  bench
    .cdrs()
    .map(
      (cdr) =>
        `${cdr.tenantId} ${cdr.direction} ${cdr.from}>${cdr.to} ${cdr.reserved ? 'paid' : 'free'} ${cdr.hangupCause}`,
    )
    .toSorted()

test('all calls go on to an outside number: the extension pays for its leg, the caller for its own', async () => {
  const { bench, beta, carrier } = await openStage(forwarding('acme-201', { always: '2125550177' }))
  const legId = beta.dial('4165550101')
  await bench.pass(500)
  assert.ok(beta.heard.has(legId), 'the caller is answered')
  const invite = carrier.lastInvite!
  assert.equal(invite.header('Diversion'), '"acme 201" <sip:+14165550101@198.51.100.1>;reason=unconditional;counter=1')
  assert.equal(
    invite.header('History-Info'),
    '<sip:+14165550101@198.51.100.1>;index=1, <sip:+12125550177@198.51.100.1;cause=302>;index=1.1;mp=1',
  )
  assert.equal(invite.from?.uri.user, '+16045550101', 'the first caller is shown')
  assert.match(invite.header('P-Asserted-Identity') ?? '', /\+14165550101/, 'ours who sent it on answers for it')
  beta.sip.hangup(legId)
  await bench.pass(1000)
  assert.deepEqual(told(bench), [
    'acme inbound +16045550101>+14165550101 free normal',
    'acme outbound +14165550101>+12125550177 paid normal',
    'beta outbound +16045550101>+14165550101 free normal',
  ])
  assert.equal(bench.charging.confirmed.length, 1)
})

test('a busy phone sends the call on, and so does a phone that declines', async () => {
  const { bench, ann, bob, beta } = await openStage(forwarding('acme-202', { busy: '6045550101' }))
  bob.behaviour = 'busy'
  const legId = ann.dial('202')
  await bench.pass(500)
  assert.ok(ann.heard.has(legId))
  assert.match(beta.lastInvite?.header('Diversion') ?? '', /reason=user-busy/)
})

test('when nobody answers the phone stops ringing and the call goes on', async () => {
  const { bench, ann, bob, beta } = await openStage(
    forwarding('acme-202', { noAnswer: '6045550101', afterSeconds: 10 }),
  )
  bob.behaviour = 'ring'
  const legId = ann.dial('202')
  await bench.pass(9500)
  assert.ok(!beta.diary.includes('invite'))
  await bench.pass(1500)
  assert.ok(ann.heard.has(legId))
  assert.match(beta.lastInvite?.header('Diversion') ?? '', /reason=no-answer/)
  assert.equal(bob.ends.get(bob.lastLeg)?.status, 487)
})

test('an extension without a phone that is registered sends calls on as unavailable', async () => {
  const { bench, ann, beta } = await openStage(forwarding('acme-203', { noAnswer: '6045550101' }))
  ann.dial('203')
  await bench.pass(500)
  assert.match(beta.lastInvite?.header('Diversion') ?? '', /reason=unavailable/)
})

test('a phone that redirects (302) does what a forward does: its extension pays', async () => {
  const { bench, ann, bob, carrier } = await openStage(sampleRows)
  Object.assign(bob, { behaviour: 'redirect', redirectTo: '12125550177' })
  const legId = ann.dial('202')
  await bench.pass(500)
  assert.match(carrier.lastInvite?.header('Diversion') ?? '', /reason=deflection/)
  ann.sip.hangup(legId)
  await bench.pass(1000)
  assert.deepEqual(told(bench), [
    'acme internal 201>202 free normal',
    'acme outbound +14165550101>+12125550177 paid normal',
  ])
})

test('a forward that its extension may not make is not made, and the caller hears nothing of why', async () => {
  const { bench, beta, carrier } = await openStage(forwarding('acme-201', { always: '2125550177' }))
  bench.charging.refusal = 'ledger.no_credit'
  const legId = beta.dial('4165550101')
  await bench.pass(500)
  assert.equal(carrier.lastInvite, undefined)
  assert.equal(beta.ends.get(legId)?.status, 480)
  assert.deepEqual(told(bench), [
    'acme inbound +16045550101>+14165550101 free unavailable',
    'acme outbound +14165550101>+12125550177 free ledger.no_credit',
    'beta outbound +16045550101>+14165550101 free unavailable',
  ])
})

test('two extensions that forward to each other end the call; what came before us is told on', async () => {
  const both = forwarding('acme-201', { always: '202' })
  const extensions = both.extensions.map((row) =>
    row.id === 'acme-202' ? { ...row, forward: { ...row.forward, always: '201' } } : row,
  )
  const { bench, beta, carrier } = await openStage({ ...both, extensions })
  const legId = beta.dial('4165550101')
  await bench.pass(500)
  assert.equal(beta.ends.get(legId)?.status, 482)
  const invite = {
    legId: 'far',
    nextHop: { protocol: 'udp', remote: { address: '198.51.100.1', port: 5060 } },
    target: 'sip:+16045550101@198.51.100.1',
    from: '<sip:+12125550100@198.51.100.9>',
    to: '<sip:+16045550101@198.51.100.1>',
    sdp: undefined,
    headers: [['Diversion', '<sip:+12125550111@far.example>;reason=user-busy;counter=2']],
  } as const
  carrier.sip.invite(invite)
  await bench.pass(500)
  assert.equal(beta.lastInvite?.header('Diversion'), '<sip:+12125550111@198.51.100.1>;reason=user-busy;counter=2')
  assert.match(beta.lastInvite?.header('History-Info') ?? '', /^<sip:\+12125550111@198.51.100.1>;index=1, /)
  const headers = [['History-Info', '<sip:+1212@x>;index=1,<sip:+1213@x;cause=302>;index=1.1']] as const
  carrier.sip.invite({ ...invite, legId: 'again', headers })
  await bench.pass(500)
  assert.equal(
    beta.lastInvite?.header('Diversion'),
    '<sip:+1212@198.51.100.1>;reason=unconditional;counter=1',
    'translated from History-Info',
  )
})

test('R79 a phone that redirects to 911 is obeyed at once', async () => {
  const { bench, ann, bob } = await openStage(sampleRows)
  const psap = await bench.peer({ address: '127.0.0.1', port: 7003 })
  Object.assign(bob, { behaviour: 'redirect', redirectTo: '911' })
  bench.charging.isAway = true
  ann.dial('202')
  await bench.pass(500)
  assert.ok(psap.lastInvite)
})
