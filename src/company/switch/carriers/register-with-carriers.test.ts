/** SIPconnect's registration mode outwards: proved, kept up, asked anew after failures; calls both ways. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createDigestServer, type SipMessage } from '../../../network/sip/index.ts'
import { machineHashes } from '../../../network/transport/index.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Peer } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const CARRIER = { address: '127.0.0.1', port: 7001 }

function rowsWith(registration: 'single' | 'bulk') {
  const auth = { user: 'nw-trunk', realm: 'carrier', sealed: 'x' }
  const carriers = sampleRows.carriers.map((one) => (one.id === 'northvoice' ? { ...one, auth, registration } : one))
  return { ...sampleRows, carriers }
}

/** A registrar of somebody else's: what it was asked, and what it grants. */
async function openRegistrar(bench: Bench, password = 'secret of nw-trunk') {
  const digest = createDigestServer({
    realm: 'carrier',
    clock: bench.clock,
    hashes: machineHashes,
    ha1: (user, realm, algorithm) =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(`${user}:${realm}:${password}`)
        .digest('hex'),
  })
  const peer = await bench.peer(CARRIER)
  const asked: SipMessage[] = []
  const registrar = { peer, asked, seconds: 120, refusal: 0, routes: [] as string[] }
  peer.answerOther = (request, flow) => {
    if (request.method !== 'REGISTER') return { status: 200 }
    const verdict = digest.authenticate(request, flow)
    if (!verdict.ok) return verdict.reply
    asked.push(request)
    if (registrar.refusal > 0) return { status: registrar.refusal }
    const contact = `${request.header('Contact')};expires=${registrar.seconds}`
    return {
      status: 200,
      headers: [['Contact', contact], ...registrar.routes.map((one) => ['Service-Route', one] as const)],
    }
  }
  return registrar
}

const stateOf = (bench: Bench): string | undefined =>
  bench
    .house()
    .carrierHealth()
    .find((one) => one.carrierId === 'northvoice')?.registration

function callIn(peer: Peer, target: string, to: string): void {
  peer.sip.invite({
    legId: `in-${target}`,
    nextHop: { protocol: 'udp', remote: HOUSE },
    target,
    from: '<sip:+12125550177@carrier.example>',
    to: `<sip:${to}@carrier.example>`,
    sdp: sdpFrom('127.0.0.1'),
  })
}

test('one address of record: proved, refreshed in time, called by it, and calls pass its Service-Route', async () => {
  const bench = await openBench(rowsWith('single'))
  const registrar = await openRegistrar(bench)
  registrar.routes = ['<sip:127.0.0.1:7001;lr>']
  const ann = await bench.phone('acme201', '192.0.2.1')
  await ann.register()
  await bench.pass(2500)
  assert.equal(stateOf(bench), 'registered')
  const [first] = registrar.asked
  assert.equal(first?.header('Contact'), `<sip:nw-trunk@${HOUSE.address}:${HOUSE.port}>`)
  assert.equal(first?.to?.uri.user, 'nw-trunk')
  await bench.pass(62_000)
  assert.equal(registrar.asked.length, 2, 'refreshed before it runs out')
  const [one, two] = registrar.asked
  assert.ok(two!.callId === one!.callId && two!.cseq!.number > one!.cseq!.number)
  callIn(registrar.peer, `sip:nw-trunk@${HOUSE.address}`, '+14165550101')
  await bench.pass(500)
  assert.ok(ann.diary.includes('invite'), 'the number stands in To')
  ann.dial('2125550100')
  await bench.pass(500)
  assert.equal(registrar.peer.lastInvite?.header('Route'), '<sip:127.0.0.1:7001;lr>')
})

test('RFC 6140 all numbers at once: gin is required, the Contact has no user and bears bnc', async () => {
  const bench = await openBench(rowsWith('bulk'))
  const registrar = await openRegistrar(bench)
  const ann = await bench.phone('acme201', '192.0.2.1')
  await ann.register()
  await bench.pass(2500)
  const [asked] = registrar.asked
  assert.equal(asked?.header('Contact'), `<sip:${HOUSE.address}:${HOUSE.port};bnc>`)
  assert.deepEqual([asked?.header('Require'), asked?.header('Proxy-Require')], ['gin', 'gin'])
  callIn(registrar.peer, `sip:+14165550101@${HOUSE.address}`, '+14165550101')
  await bench.pass(500)
  assert.ok(ann.diary.includes('invite'))
})

test('a refused registration is told, asked for less and less often, and comes back by itself', async () => {
  const bench = await openBench(rowsWith('single'))
  const registrar = await openRegistrar(bench)
  registrar.refusal = 503
  await bench.pass(40_000)
  assert.equal(stateOf(bench), 'failed')
  assert.ok(registrar.asked.length >= 3 && registrar.asked.length <= 6, `${registrar.asked.length} times`)
  registrar.refusal = 0
  await bench.pass(80_000)
  assert.equal(stateOf(bench), 'registered')
  bench.rows = sampleRows
  await bench.pass(2000)
  assert.equal(stateOf(bench), undefined)
})

test('a wrong password is not tried again and again', async () => {
  const bench = await openBench(rowsWith('single'))
  const registrar = await openRegistrar(bench, 'another')
  let requests = 0
  const { answerOther } = registrar.peer
  registrar.peer.answerOther = (request, flow) => {
    requests++
    return answerOther!(request, flow)
  }
  await bench.pass(60_000)
  assert.equal(stateOf(bench), 'failed')
  assert.ok(requests <= 12, `${requests} requests in a minute`)
})
