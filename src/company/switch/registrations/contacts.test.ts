/** Several contacts of one extension: which ring together, which after the others, and through which proxies. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBench } from '../test-bench.ts'
import { sampleRows } from '../testing.ts'

const ID = (last: string): string => `+sip.instance="<urn:uuid:00000000-0000-1000-8000-0000000000${last}>"`

test('contacts of one preference ring together, those of a lower one only after them', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  await ann.register()
  const desk = await bench.phone('acme202', '192.0.2.2')
  const lamp = await bench.phone('acme202', '192.0.2.3')
  const mobile = await bench.phone('acme202', '192.0.2.4')
  await desk.register(3600, [], ';q=0.9')
  await lamp.register(3600, [], ';q=0.9')
  await mobile.register(3600, [], ';q=0.2')
  desk.behaviour = lamp.behaviour = 'busy'
  ann.dial('202')
  await bench.pass(20)
  assert.deepEqual(
    [desk, lamp, mobile].map((phone) => phone.lastInvite !== undefined),
    [true, true, false],
  )
  await bench.pass(1000)
  assert.ok(mobile.lastInvite)
  assert.ok(ann.diary.includes('answered'), ann.diary.join())
})

test('a phone registered through proxies is called through them: INVITE, CANCEL and all', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  await ann.register()
  const edge = await bench.phone('acme202', '192.0.2.2')
  edge.behaviour = 'ring'
  await edge.register(3600, [['Path', '<sip:edge1@192.0.2.2;lr>, <sip:near@192.0.2.9;lr>']])
  const seen: string[] = []
  bench.network.setDrop((bytes, _from, to) => {
    if (to.address === '192.0.2.2') seen.push(bytes.toString('latin1'))
    return false
  })
  const leg = ann.dial('202')
  await bench.pass(300)
  ann.sip.hangup(leg)
  await bench.pass(300)
  const routes = '\r\nRoute: <sip:edge1@192.0.2.2;lr>\r\nRoute: <sip:near@192.0.2.9;lr>\r\n'
  for (const method of ['INVITE', 'CANCEL', 'ACK']) {
    assert.ok(seen.find((text) => text.startsWith(`${method} `))?.includes(routes), method)
  }
})

test('of two flows of one phone the better rings; the other one is tried when that one did not even ring', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  await ann.register()
  const outbound = [['Supported', 'outbound']] as const
  const old = await bench.phone('acme202', '192.0.2.2', 5070)
  await old.register(3600, outbound, `;reg-id=1;${ID('01')}`)
  await bench.pass(1000)
  const fresh = await bench.phone('acme202', '192.0.2.2', 5071)
  await fresh.register(3600, outbound, `;reg-id=2;${ID('01')}`)
  fresh.behaviour = 'silent'
  const asked: number[] = []
  bench.network.setDrop((bytes, _from, to) => {
    if (to.address === '192.0.2.2' && bytes.subarray(0, 7).toString() === 'INVITE ') asked.push(to.port)
    return false
  })
  ann.dial('202')
  await bench.pass(1000)
  assert.deepEqual([...new Set(asked)], [5071])
  await bench.pass(64_000)
  assert.ok(old.lastInvite, 'the other flow was tried')
})
