/** What charging is told after a start: which reservations of the process before still have a record to come. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleRows } from './testing.ts'
import { openBench } from './test-bench.ts'

test('a call that was ringing when the switch died is not named any more, one that was answered is', async () => {
  const bench = await openBench(sampleRows)
  const ann = await bench.phone('acme201', '192.0.2.1')
  const carrier = await bench.peer({ address: '127.0.0.1', port: 7001 })
  ann.dial('12125550100')
  await bench.pass(500)
  carrier.behaviour = 'ring'
  ann.dial('12125550101')
  await bench.pass(500)
  const [answered, ringing, ...more] = bench.charging.reserved
  assert.ok(answered && ringing && more.length === 0)
  assert.deepEqual(
    bench.charging.forgotten.map((one) => one.cdrIds),
    [[]],
  )
  await bench.crash()
  bench.charging.isAway = true
  await bench.restart()
  await bench.pass(2000)
  assert.equal(bench.charging.forgotten.length, 1)
  const startedAt = bench.clock.now()
  bench.charging.isAway = false
  await bench.pass(1000)
  const [, told, ...again] = bench.charging.forgotten
  assert.deepEqual(told?.cdrIds, [answered])
  assert.ok(told.startedAt < startedAt, 'calls of this process are not among those meant')
  assert.deepEqual(again, [], 'said once')
  assert.deepEqual(
    bench.cdrs().map((cdr) => [cdr.id, cdr.hangupCause]),
    [[answered, 'signal_restart']],
  )
})
