/** Whole calls as each side sees them: nothing in them tells where the other side is, or what it is. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '../../../base/index.ts'
import { HOUSE, openBench, sdpFrom, type Bench, type Peer } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

type Seen = { readonly texts: string[]; readonly own: string[] }

/** Every message that reached a side, and every one that it sent itself. */
function capture(bench: Bench): Map<string, Seen> {
  const sides = new Map<string, Seen>()
  const of = (address: string, port: number): Seen => {
    const key = `${address}:${port}`
    const seen = sides.get(key) ?? { texts: [], own: [] }
    sides.set(key, seen)
    return seen
  }
  bench.network.setDrop((bytes, from, to) => {
    const text = bytes.toString('latin1')
    if (to.address !== HOUSE.address) of(to.address, to.port).texts.push(text)
    if (from.address !== HOUSE.address) of(from.address, from.port).own.push(text)
    return false
  })
  return sides
}

/** What names a dialog or a hop: Call-IDs, tags, branches. */
function namesIn(texts: readonly string[]): Set<string> {
  const names = new Set<string>()
  for (const text of texts) {
    for (const [, name] of text.matchAll(/(?:^Call-ID: |;tag=|;branch=)([^;\r\n>]+)/gim)) names.add(name!)
  }
  return names
}

/** Nobody's messages hold what is another one's. */
function assertHidden(sides: ReadonlyMap<string, Seen>, markers: ReadonlyMap<string, readonly string[]>): number {
  let compared = 0
  for (const [key, { texts }] of sides) {
    const names = namesIn(texts)
    for (const [other, seen] of sides) {
      if (other === key) continue
      for (const name of namesIn([...seen.texts, ...seen.own])) {
        assert.ok(!names.has(name), `${key} sees ${name} of ${other}`)
        compared++
      }
      for (const marker of markers.get(other) ?? []) {
        const found = texts.find((text) => text.includes(marker))
        assert.equal(found, undefined, `${key} sees ${marker} of ${other}`)
      }
    }
  }
  return compared
}

const secret = (name: string) => ({
  reason: `${name} on gw.internal failed`,
  headers: [
    ['Warning', `399 ${name}.internal "link down"`],
    ['Server', `${name} Phone 1.0`],
    ['Reason', `SIP;cause=486;text="${name}.internal"`],
    ['P-Charging-Vector', `icid-value=${name}-vector`],
    ['Organization', `${name}.internal`],
    ['Subject', `${name}.internal`],
    ['In-Reply-To', `1@${name}.internal`],
    ['Error-Info', `<sip:busy@${name}.internal>`],
    ['Alert-Info', `<http://${name}.internal/ring>`],
    ['Call-Info', `<http://${name}.internal/face>;purpose=icon`],
    ['History-Info', `<sip:x@${name}.internal>;index=1`],
    ['Diversion', `<sip:x@${name}.internal>;reason=unknown`],
    ['Path', `<sip:edge@${name}.internal;lr>`],
    ['Service-Route', `<sip:edge@${name}.internal;lr>`],
    ['P-Access-Network-Info', `ADSL; dsl-location="${name}.internal"`],
    ['Geolocation', `<https://${name}.internal/here>`],
    ['Identity', `${name}.internal`],
    ['X-Hop', `${name}.internal`],
  ] as const,
})

/** Headers that say what everybody says: a line of one side may stand in the messages of another one by chance. */
const common = new Set(
  (
    'allow supported require content-type content-length max-forwards cseq expires min-se event subscription-state ' +
    'session-expires rseq rack content-disposition privacy p-early-media'
  ).split(' '),
)

/** No header line of one side is seen by another one, whatever its name. */
function assertNoLineShared(sides: ReadonlyMap<string, Seen>): void {
  const linesOf = (texts: readonly string[]): Set<string> =>
    new Set(texts.flatMap((text) => text.split('\r\n\r\n', 1)[0]!.split('\r\n').slice(1)))
  for (const [key, { own }] of sides) {
    const said = linesOf(own)
    for (const [other, seen] of sides) {
      if (other === key) continue
      for (const line of linesOf(seen.texts)) {
        const isCommon = common.has(line.split(':', 1)[0]!.toLowerCase())
        assert.ok(isCommon || !said.has(line), `${other} sees the line of ${key}: ${line}`)
      }
    }
  }
}

const candidates = (address: string, name: string): string =>
  `${sdpFrom(address).replace('o=- 1', `o=${name} 1`)}a=candidate:1 1 UDP 2130706431 ${address} 4000 typ host\r\n`

test('whole calls hide the other side, in every method, header and line of SDP', async () => {
  const bench = await openBench(sampleRows, { session: { seconds: 100, minSeconds: 90 } })
  // What media writes is media's to prove; here it is one text, so that any other SDP is one that was passed on.
  Object.assign(bench.media, {
    offer: () => Promise.resolve(ok(sdpFrom(HOUSE.address))),
    answer: () => Promise.resolve(ok(sdpFrom(HOUSE.address))),
  })
  const ann = await bench.phone('acme201', '192.0.2.11')
  const bob = await bench.phone('acme202', '192.0.2.12')
  const beta = await bench.phone('beta201', '192.0.2.13')
  const carrier = await bench.peer({ address: '203.0.113.9', port: 7001 })
  bench.rows = {
    ...bench.rows,
    carriers: bench.rows.carriers.map((row) => (row.id === 'northvoice' ? { ...row, host: '203.0.113.9' } : row)),
  }
  const sides = capture(bench)
  for (const phone of [ann, bob, beta]) assert.equal(await phone.register(), 200)

  const answerAs = (peer: Peer, name: string) => {
    peer.sip.answer(peer.lastLeg, 183, { ...secret(name), sdp: candidates(peer.address.address, name) })
    peer.sip.answer(peer.lastLeg, 200, { ...secret(name), sdp: candidates(peer.address.address, name) })
  }
  const dial = async (number: string) => {
    const sdp = candidates('192.0.2.11', 'ann')
    const legId = ann.dial(number, { sdp, agent: 'ann Phone 1.0', headers: secret('ann').headers })
    await bench.pass(300)
    return legId
  }
  for (const [peer, number, name] of [
    [bob, '202', 'bob'],
    [beta, '6045550101', 'beta'],
    [carrier, '2125550100', 'carrier'],
  ] as const) {
    peer.behaviour = 'ring'
    // Answered, changed by both sides, digits both ways, hung up.
    const call = await dial(number)
    answerAs(peer, name)
    await bench.pass(500)
    assert.ok(ann.heard.has(call), name)
    ann.sip.reinvite(call, candidates('192.0.2.11', 'ann').replace('1 1 IN', '1 2 IN'))
    await bench.pass(300)
    peer.sip.reinvite(peer.lastLeg, candidates(peer.address.address, name).replace('1 1 IN', '1 2 IN'))
    await bench.pass(300)
    ann.sip.request(call, 'INFO', { body: 'Signal=5', contentType: 'application/dtmf-relay' })
    peer.sip.request(peer.lastLeg, 'INFO', { body: 'Signal=7', contentType: 'application/dtmf-relay' })
    ann.sip.request(call, 'OPTIONS', { headers: secret('ann').headers })
    await bench.pass(300)
    const moved = (peerName: string, address: string) => ({
      body: candidates(address, peerName).replace('1 1 IN', '1 3 IN'),
      contentType: 'application/sdp',
      headers: secret(peerName).headers,
    })
    ann.sip.request(call, 'UPDATE', moved('ann', '192.0.2.11'))
    await bench.pass(300)
    peer.sip.request(peer.lastLeg, 'UPDATE', moved(name, peer.address.address))
    // Until the sessions of both legs are refreshed.
    for (let seconds = 0; seconds < 60; seconds++) {
      bench.clock.advance(1000)
      await bench.pass(10)
    }
    assert.ok(peer.diary.includes('info') && ann.diary.includes('info'), 'digits pass both ways')
    peer.sip.hangup(peer.lastLeg, secret(name))
    await bench.pass(300)
    // Refused in words of its own, and cancelled.
    const refused = await dial(number)
    peer.sip.hangup(peer.lastLeg, { status: 486, ...secret(name) })
    await bench.pass(300)
    assert.equal(ann.ends.get(refused)?.status, 486)
    const cancelled = await dial(number)
    ann.sip.hangup(cancelled, secret('ann'))
    await bench.pass(300)
  }
  // Given away: who stays and who comes know nothing of each other, and nothing of who left.
  bob.behaviour = 'answer'
  const given = await dial('2125550100')
  answerAs(carrier, 'carrier')
  await bench.pass(300)
  ann.sip.request(given, 'REFER', { headers: [['Refer-To', '<sip:202@house>'], ...secret('ann').headers] })
  await bench.pass(1000)
  assert.ok(ann.diary.some((line) => line.startsWith('NOTIFY terminated')))
  carrier.sip.hangup(carrier.lastLeg, secret('carrier'))
  await bench.pass(1000)

  const markers = new Map([
    ['192.0.2.11:5060', ['192.0.2.11', 'ann.internal', 'ann Phone', 'ann-vector', 'ann on gw', 'o=ann']],
    ['192.0.2.12:5060', ['192.0.2.12', 'bob.internal', 'bob Phone', 'bob-vector', 'bob on gw', 'o=bob']],
    ['192.0.2.13:5060', ['192.0.2.13', 'beta.internal', 'beta Phone', 'beta-vector', 'beta on gw', 'o=beta']],
    ['203.0.113.9:7001', ['203.0.113.9', 'carrier.internal', 'carrier Phone', 'carrier-vector', 'carrier on gw']],
  ])
  assert.ok(assertHidden(sides, markers) > 100)
  assertNoLineShared(sides)
  const methods = new Set([...sides.values()].flatMap(({ texts }) => texts.map((text) => text.split(' ', 1)[0])))
  for (const method of ['INVITE', 'ACK', 'BYE', 'CANCEL', 'PRACK', 'UPDATE', 'INFO', 'NOTIFY', 'SIP/2.0'])
    assert.ok(methods.has(method), method)
})
