/**
 * The torture messages of RFC 4475 on the wire. The oracle is the section of the RFC that a message belongs
 * to: §3.1.1 is accepted, §3.1.2 refused, §3.2 to §3.4 draw the answer that the section names.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SocketAddress } from '../transport/index.ts'
import type { Reply } from './endpoint.ts'
import { parseMessage } from './message/parse.ts'
import { tortureMessages } from './mutate.ts'
import { answerSdp, createBench, inviteTo } from './testing.ts'

/** First answer to each message, 0 for silence. A server of ours knows REGISTER, OPTIONS and INVITE. */
const expected: Readonly<Record<string, number>> = {
  // RFC 4475 §3.1.1, valid. wsinv is inside a dialog that we do not have; responses that answer nothing
  // are dropped; unknown methods are told so.
  wsinv: 481,
  intmeth: 501,
  esc01: 100,
  escnull: 200,
  esc02: 501,
  lwsdisp: 200,
  longreq: 100,
  dblreq: 200,
  semiuri: 200,
  transports: 200,
  mpart01: 501,
  unreason: 0,
  noreason: 0,
  // §3.1.2, invalid. Bad responses are discarded.
  badinv01: 400,
  clerr: 400,
  ncl: 400,
  scalar02: 400,
  scalarlg: 0,
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 400,
  baddate: 400,
  regbadct: 400,
  badaspec: 400,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 400,
  bigcode: 0,
  // §3.2: found by the rule for branches without the cookie's uniqueness.
  badbranch: 200,
  // §3.3, for the layer above the syntax.
  insuf: 400,
  unkscm: 416,
  novelsc: 416,
  unksm2: 200,
  bext01: 420,
  invut: 415,
  regaut01: 200,
  multi01: 400,
  mcl01: 400,
  bcast: 0,
  zeromf: 483,
  cparam01: 200,
  cparam02: 200,
  regescrt: 200,
  sdp01: 406,
  // §3.4: the syntax of RFC 2543.
  inv2543: 100,
  // Not of the RFC: nothing says where an answer would go.
  test: 0,
}

const stranger: SocketAddress = { address: '192.0.2.66', port: 5060 }

async function firstAnswer(bytes: Buffer): Promise<{ status: number; survived: boolean }> {
  const bench = createBench(7)
  const server = await bench.peer('192.0.2.2')
  const phone = await bench.peer('192.0.2.1')
  const known = ['REGISTER', 'OPTIONS']
  server.events.onRequest = (request): Reply => ({ status: known.includes(request.method) ? 200 : 501 })
  const statuses: number[] = []
  bench.network.setDrop((sent, from) => {
    if (from.address !== server.address.address) return false
    const response = parseMessage(sent)
    if (response.ok && !response.value.isRequest) statuses.push(response.value.status)
    return false
  })
  const raw = bench.network.host(stranger)
  await raw.open({ onMessage() {}, onFlowClosed() {} })
  raw.flowTo('udp', server.address).send(bytes)
  bench.clock.advance(250)
  const status = statuses[0] ?? 0
  // The next ordinary call still completes.
  phone.sip.invite(inviteTo(server, 'next'))
  bench.clock.advance(50)
  server.sip.answer(server.lastLeg, 200, { sdp: answerSdp })
  bench.clock.advance(50)
  return { status, survived: phone.diary.includes('answered next sdp') }
}

for (const [name, bytes] of tortureMessages()) {
  test(`RFC 4475 ${name} draws ${expected[name] || 'silence'}, and the next call goes through`, async () => {
    const { status, survived } = await firstAnswer(bytes)
    assert.equal(status, expected[name])
    assert.ok(survived)
  })
}

test('every message of RFC 4475 is here', () => {
  assert.deepEqual([...tortureMessages().keys()].toSorted(), Object.keys(expected).toSorted())
})
