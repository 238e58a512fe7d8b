/** Reason (RFC 3326): kept on its way through, made where none came, understood where a status says little. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench, sdpFrom, type Peer } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const reasonOf = (peer: Peer, legId: string): string | undefined => peer.ends.get(legId)?.message?.header('Reason')

async function stage() {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const bob = await bench.phone('acme202', '192.0.2.2')
  const desk = await bench.phone('acme202', '192.0.2.3')
  for (const phone of [ann, bob, desk]) assert.equal(await phone.register(), 200)
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  const second = await bench.peer({ address: '127.0.0.1', port: 7002 })
  return { bench, ann, bob, desk, carrier, second }
}

test('the reason of one side reaches the other, without words that could name hosts', async () => {
  const { bench, ann, carrier } = await stage()
  const leg = ann.dial('2125550100')
  await bench.pass(300)
  const text = 'Q.850;cause=31;text="normal, says sbc7.internal"'
  carrier.sip.hangup(carrier.lastLeg, { headers: [['Reason', text]] })
  await bench.pass(300)
  assert.equal(reasonOf(ann, leg), 'Q.850;cause=31')
  const other = ann.dial('2125550100')
  await bench.pass(300)
  ann.sip.hangup(other, { headers: [['Reason', 'SIP ;cause=200 ;text="x"']] })
  await bench.pass(300)
  assert.equal(reasonOf(carrier, carrier.lastLeg), 'SIP;cause=200')
})

test('no reason said is one by the status; phones beside the one that answered show no missed call', async () => {
  const { bench, ann, bob, desk, carrier } = await stage()
  const plain = ann.dial('2125550100')
  await bench.pass(300)
  ann.sip.hangup(plain)
  await bench.pass(300)
  assert.equal(reasonOf(carrier, carrier.lastLeg), 'Q.850;cause=16')
  carrier.behaviour = 'busy'
  const busy = ann.dial('2125550100')
  await bench.pass(6000)
  assert.equal(reasonOf(ann, busy), 'Q.850;cause=17')
  const cancels: (string | undefined)[] = []
  bob.behaviour = desk.behaviour = 'ring'
  bench.network.setDrop((bytes, _, to) => {
    const text = bytes.toString('latin1')
    if (to.address === '192.0.2.3' && text.startsWith('CANCEL ')) cancels.push(/^Reason: (.*)\r$/m.exec(text)?.[1])
    return false
  })
  ann.dial('202')
  await bench.pass(300)
  bob.sip.answer(bob.lastLeg, 200, { sdp: sdpFrom('192.0.2.2') })
  await bench.pass(300)
  assert.deepEqual(cancels, ['SIP;cause=200;text="Call completed elsewhere"'])
})

test('a 503 that means a busy number is not tried at the next carrier', async () => {
  const { bench, ann, carrier, second } = await stage()
  carrier.behaviour = 'ring'
  const leg = ann.dial('2125550100')
  await bench.pass(300)
  carrier.sip.hangup(carrier.lastLeg, { status: 503, headers: [['Reason', 'Q.850;cause=17']] })
  await bench.pass(6000)
  assert.equal(second.lastLeg, '')
  assert.equal(ann.ends.get(leg)?.status, 486)
  assert.equal(bench.cdrs().at(-1)?.hangupCause, 'busy')
})
