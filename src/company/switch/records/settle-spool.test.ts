/** Finished calls reach charging; after a start it is told which former reservations still have a record to come. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog, virtualClock } from '../../../base/index.ts'
import { startSettling } from './settle-spool.ts'
import type { Spool } from './spool.ts'
import { openBench, pass } from '../test-bench.ts'
import { diskSpool, fakeCharging } from '../test-fakes.ts'
import { sampleCdr, sampleRows } from '../testing.ts'

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
  // Its media died with it.
  bench.media.calls.clear()
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

test('a call that ends in the very moment in which the spool was found empty is handed over all the same', async () => {
  // The settler stops some promises after its last look; a call may end between any two of them.
  for (let turns = 0; turns < 12; turns++) {
    const clock = virtualClock(0)
    const charging = fakeCharging()
    const spool = diskSpool({ lines: [], journal: [] }, clock)
    let isLate = false
    const watched: Spool = {
      ...spool,
      closed(limit) {
        const found = spool.closed(limit)
        if (found.length === 0 && charging.stored.size === 1 && !isLate) {
          isLate = true
          void endLater(turns)
        }
        return found
      },
    }
    const settler = startSettling({ spool: watched, charging, clock, log: silentLog })
    const end = (id: string): void => {
      void spool.append({ kind: 'closed', record: sampleCdr(id) })
      settler.wake()
    }
    const endLater = async (left: number): Promise<void> => {
      for (let turn = 0; turn < left; turn++) await Promise.resolve()
      end('second')
    }
    end('first')
    await pass(clock, 100)
    assert.deepEqual([...charging.stored.keys()], ['first', 'second'], `${turns} promises later`)
    settler.stop()
  }
})
