/** STIR/SHAKEN in calls: signed on the way out by who owns the number, judged on the way in, marked for the phone. */

import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issueCertificate } from '../../../platform/certificates/index.ts'
import { systemClock } from '../../../base/index.ts'
import { createCertificateCache, createSigner, verifyIdentity } from '../../../network/stir/index.ts'
import type { IdentityPort } from './signed-identity.ts'
import { HOUSE, openBench, sdpFrom, type Peer } from '../test-bench.ts'
import { forwarding, sampleRows } from '../testing.ts'

const START_MS = 1_800_000_000_000
const LIFE_MS = 10 * 365 * 86_400_000
const URL = 'https://certificates.example/a.pem'

const authority = issueCertificate({ subject: 'Authority', atMs: START_MS, lifeMs: LIFE_MS, isAuthority: true })
const issuer = { subject: 'Authority', key: authority.key }
const ours = issueCertificate({ subject: 'Ours', atMs: START_MS, lifeMs: LIFE_MS, providerCode: '709J', issuer })
const signer = createSigner({ key: createPrivateKey(ours.key), certificateUrl: URL })

function portOf({ isRequired = false, delay = Promise.resolve() } = {}): IdentityPort {
  const certificates = createCertificateCache({
    clock: systemClock(),
    fetch: () => delay.then(() => ({ pem: ours.cert, maxAgeMs: 0 })),
    allowedHosts: ['certificates.example'],
  })
  const roots = [new X509Certificate(authority.cert)]
  return {
    signer,
    isRequired,
    verify: (request) => verifyIdentity({ certificates, roots }, request),
    originOf: (id) => id,
  }
}

type House = Awaited<ReturnType<typeof houseOf>>

async function houseOf(port: IdentityPort, rows = sampleRows) {
  const bench = await openBench(rows, { identity: port })
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  return { bench, ann, carrier }
}

function callIn({ bench, carrier }: House, legId: string, identity?: string): void {
  carrier.sip.invite({
    legId,
    nextHop: { protocol: 'udp', remote: HOUSE },
    target: `sip:+14165550101@${HOUSE.address}`,
    from: '<sip:+12125550177;verstat=TN-Validation-Passed@carrier.example>',
    to: `<sip:+14165550101@${HOUSE.address}>`,
    sdp: sdpFrom('127.0.0.1'),
    headers: identity === undefined ? [] : [['Identity', identity]],
  })
  assert.ok(bench)
}

const origin = (at: number, to = '+14165550101'): string =>
  signer.origin({ attest: 'A', from: '+12125550177', to, origid: 'x', at })!

const identityOf = (peer: Peer): readonly string[] => peer.lastInvite!.headers('Identity')

test('F15 a call to a carrier is signed, attestation A for a number of the customer; an emergency never', async () => {
  const { bench, ann, carrier } = await houseOf(portOf())
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  ann.dial('12125550100')
  await bench.pass(300)
  const [identity] = identityOf(carrier)
  const to = carrier.lastInvite!.to!.uri.user
  const verdict = await portOf().verify({ identities: [identity!], from: '+14165550101', to, at: bench.clock.now() })
  assert.deepEqual(verdict, { ok: true, value: { attest: 'A', origid: 'acme' } })
  ann.dial('911')
  await bench.pass(300)
  assert.deepEqual(identityOf(centre), [])
})

test('F15 phone and live page are told whether the caller is who he says; his word counts nothing', async () => {
  const house = await houseOf(portOf())
  const { bench, ann } = house
  callIn(house, 'good', origin(bench.clock.now()))
  await bench.pass(300)
  assert.equal(ann.lastInvite?.from?.uri.user, '+12125550177;verstat=TN-Validation-Passed')
  assert.equal(bench.changes.at(-1)?.verstat, 'TN-Validation-Passed')
  callIn(house, 'forged', origin(bench.clock.now(), '+14165550199'))
  await bench.pass(300)
  assert.equal(ann.lastInvite?.from?.uri.user, '+12125550177;verstat=TN-Validation-Failed')
  callIn(house, 'plain')
  await bench.pass(300)
  assert.equal(ann.lastInvite?.from?.uri.user, '+12125550177;verstat=No-TN-Validation')
})

test('where identities are required, each failure is refused with its own answer', async () => {
  const house = await houseOf(portOf({ isRequired: true }))
  const { bench, carrier, ann } = house
  callIn(house, 'none')
  callIn(house, 'stale', origin(bench.clock.now() - 100_000))
  callIn(house, 'forged', origin(bench.clock.now(), '+14165550199'))
  callIn(house, 'good', origin(bench.clock.now()))
  await bench.pass(300)
  const statuses = ['none', 'stale', 'forged'].map((leg) => carrier.ends.get(leg)?.status)
  assert.deepEqual(statuses, [428, 403, 438])
  assert.equal(ann.diary.filter((line) => line === 'invite').length, 1)
})

test('a caller who gives up while his identity is looked at rings nobody', async () => {
  const gate = Promise.withResolvers<void>()
  const house = await houseOf(portOf({ delay: gate.promise }))
  const { bench, ann, carrier } = house
  callIn(house, 'hasty', origin(bench.clock.now()))
  await bench.pass(300)
  carrier.sip.hangup('hasty')
  await bench.pass(100)
  gate.resolve()
  await bench.pass(300)
  assert.deepEqual(ann.diary, [])
  assert.deepEqual(bench.house().liveCalls(), [])
})

test('F15 a call that is sent on keeps the identity that it came with, and says that it was sent on', async () => {
  const rows = forwarding('acme-201', { always: '+12125550123' })
  const house = await houseOf(portOf(), rows)
  const { bench, carrier } = house
  callIn(house, 'in', origin(bench.clock.now()))
  await bench.pass(500)
  const identities = identityOf(carrier)
  assert.equal(identities.length, 2)
  const from = '+12125550177'
  const verdict = await portOf().verify({ identities, from, to: '+12125550123', at: bench.clock.now() })
  assert.ok(verdict.ok, JSON.stringify(verdict))
})

test('a call back to somebody who was cut off from 911 waits for no certificate, and none is asked for', async () => {
  const never = new Promise<void>(() => {})
  const { bench, ann, carrier } = await houseOf(portOf({ isRequired: true, delay: never }))
  const house = { bench, ann, carrier }
  const centre = await bench.peer({ address: '127.0.0.1', port: 7003 })
  const urgent = ann.dial('911')
  await bench.pass(100)
  assert.equal(centre.diary[0], 'invite', 'an emergency is signed and judged by nobody')
  ann.sip.hangup(urgent)
  await bench.pass(100)
  ann.lastLeg = ''
  callIn(house, 'back', origin(bench.clock.now()))
  await bench.pass(100)
  assert.notEqual(ann.lastLeg, '')
})
