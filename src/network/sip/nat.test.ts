/** Phones behind address translators: answers and later requests find them whatever they believe their address is. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { answerSdp, createBench, rawPeer } from './testing.ts'
import { parseVia, responseAddress, stampVia } from './via.ts'

const inside = { address: '192.168.1.20', port: 5062 }

function request(method: string, via: string, more = ''): string {
  return (
    `${method} sip:204@192.0.2.2 SIP/2.0\nVia: SIP/2.0/UDP ${via}\nMax-Forwards: 70\nFrom: <sip:201@home>;tag=1\n` +
    `To: <sip:204@home>${more}\nCall-ID: nat\nCSeq: 1 ${method}\n` +
    `Contact: <sip:201@${inside.address}:${inside.port}>\nContent-Length: 0\n\n`
  )
}

async function bench() {
  const one = createBench(2)
  const server = await one.peer('192.0.2.2')
  // The translator shows the phone under its own address and a port of its choice.
  const phone = await rawPeer(one, '203.0.113.5', 40_001)
  return { ...one, server, phone }
}

test('a request with rport is answered to its source, which it is told (RFC 3581 §4)', async () => {
  const { server, phone, clock } = await bench()
  phone.send(request('OPTIONS', `${inside.address}:${inside.port};branch=z9hG4bKa;rport`), server.address)
  clock.advance(20)
  assert.match(phone.heard[0]!, /^SIP\/2\.0 200/)
  assert.match(phone.heard[0]!, /;rport=40001;received=203\.0\.113\.5\r\n/)
})

test('without rport a phone whose address was translated is still answered to its source', async () => {
  const { server, phone, clock } = await bench()
  phone.send(request('OPTIONS', `${inside.address}:${inside.port};branch=z9hG4bKa`), server.address)
  clock.advance(20)
  assert.match(phone.heard[0]!, /;received=203\.0\.113\.5\r\n/)
})

test('without rport and translation the answer goes to the port of the Via (RFC 3261 §18.2.2)', async () => {
  const one = createBench(2)
  const server = await one.peer('192.0.2.2')
  const sender = await rawPeer(one, '192.0.2.7', 50_000)
  const listener = await rawPeer(one, '192.0.2.7', 5070)
  sender.send(request('OPTIONS', '192.0.2.7:5070;branch=z9hG4bKa'), server.address)
  one.clock.advance(20)
  assert.deepEqual([sender.heard.length, listener.heard.length], [0, 1])
  // Port 0 is nobody's: the default port stands for it, and nothing breaks.
  sender.send(request('OPTIONS', '192.0.2.7:0;branch=z9hG4bKb'), server.address)
  one.clock.advance(20)
  assert.equal(server.sip.size(), 0)
})

test('requests of ours in a call reach the phone where it speaks from, not where its Contact points', async () => {
  const { server, phone, clock } = await bench()
  phone.send(request('INVITE', `${inside.address}:${inside.port};branch=z9hG4bKi;rport`), server.address)
  clock.advance(20)
  server.sip.answer(server.lastLeg, 200, { sdp: answerSdp })
  clock.advance(20)
  const tag = /To: .*;tag=(\w+)/.exec(phone.heard.at(-1)!)![1]!
  phone.send(request('ACK', `${inside.address}:${inside.port};branch=z9hG4bKk;rport`, `;tag=${tag}`), server.address)
  clock.advance(20)
  server.sip.hangup(server.lastLeg)
  clock.advance(20)
  const bye = phone.heard.at(-1)!
  assert.match(bye, /^BYE sip:201@192\.168\.1\.20:5062 /, 'its own Contact in the Request-URI')
  phone.reply(bye, 200)
  clock.advance(20)
  assert.deepEqual(server.diary.at(-1), 'ended 200 local')
})

test('a Via is stamped with the truth, however often, and answers always have a port', () => {
  const host = fc.constantFrom('192.0.2.1', '10.0.0.1', 'phone.invalid', '[2001:db8::1]')
  const params = fc.constantFrom('', ';rport', ';rport=7', ';received=1.2.3.4', ';received=1.2.3.4;rport;ttl=3')
  const port = fc.constantFrom('', ':5062', ':0', ':65535')
  const source = fc.record({
    address: fc.constantFrom('192.0.2.1', '203.0.113.5'),
    port: fc.integer({ min: 1, max: 65_535 }),
  })
  fc.assert(
    fc.property(host, port, params, source, (name, number, more, from) => {
      const via = parseVia(`SIP/2.0/UDP ${name}${number};branch=z9hG4bKq${more}`)
      assert.ok(via)
      const stamped = parseVia(stampVia(via, from))
      assert.ok(stamped && stamped.branch === via.branch && stamped.sentBy === via.sentBy)
      assert.equal(stampVia(stamped, from), stampVia(via, from))
      const to = responseAddress(via, from)
      assert.ok(to.port > 0 && to.address === from.address)
    }),
  )
})
