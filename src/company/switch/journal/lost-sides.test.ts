/** A side that vanishes: session timers find it, both legs are closed, and nobody pays for the time of searching. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRows } from '../testing.ts'
import { openBench, type Bench, type Peer, type Phone } from '../test-bench.ts'

const SESSION = { seconds: 100, minSeconds: 90 }
const CARRIER = { address: '127.0.0.1', port: 7001 }

async function paidCall(): Promise<{ bench: Bench; ann: Phone; carrier: Peer; leg: string }> {
  const bench = await openBench(sampleRows, { session: SESSION })
  const ann = await bench.phone('acme201', '192.0.2.1')
  assert.equal(await ann.register(), 200)
  const carrier = await bench.peer(CARRIER)
  const leg = ann.dial('12125550100')
  await bench.pass(300)
  assert.equal(bench.house().liveCalls()[0]?.state, 'talking')
  return { bench, ann, carrier, leg }
}

test('a carrier that is gone is found by its session timer; the charge ends at its last sign of life', async () => {
  const { bench, ann, leg } = await paidCall()
  bench.network.setDrop((_, from, to) => to.port === CARRIER.port || from.port === CARRIER.port)
  await bench.pass(120_000)
  assert.equal(ann.ends.get(leg)?.by, 'remote')
  await bench.pass(1000)
  const [cdr] = bench.cdrs()
  assert.deepEqual([cdr?.hangupCause, cdr?.endedBy, cdr?.estimated], ['peer_lost', 'callee', true])
  assert.ok(cdr!.endedAt - cdr!.answeredAt! < 1000, `${cdr!.endedAt - cdr!.answeredAt!} ms`)
})

test('a side whose signalling is lost while its audio went on pays for its audio', async () => {
  const { bench } = await paidCall()
  bench.network.setDrop((_, from, to) => to.port === CARRIER.port || from.port === CARRIER.port)
  const [call] = bench.house().liveCalls()
  const lastPacketAt = bench.clock.now() + 30_000
  const legId = `${call!.callId}.1`
  const figures = { packetsIn: 1, packetsOut: 1, bytesIn: 1, lost: 0, jitterMs: 0, rtcpIn: 0, dropped: 0 }
  bench.media.release = () => Promise.resolve([{ legId, ...figures, lastPacketAt, codec: 'PCMU' }])
  await bench.pass(125_000)
  const [cdr] = bench.cdrs()
  assert.equal(cdr?.hangupCause, 'peer_lost')
  assert.equal(cdr.endedAt, lastPacketAt)
})

test('both legs are refreshed each by itself, and the call goes on', async () => {
  const { bench, ann, carrier, leg } = await paidCall()
  await bench.pass(400_000)
  assert.equal(bench.house().liveCalls().length, 1)
  ann.sip.hangup(leg)
  await bench.pass(500)
  assert.equal(carrier.diary.at(-1), 'ended 200 remote')
  assert.equal(bench.cdrs()[0]?.hangupCause, 'normal')
})
