import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soak } from './soak.ts'

test('calls over a line that loses one datagram in fifty all succeed, and each has its one record', async () => {
  const { load, records, callsLeft } = await soak({
    ratePerSecond: 20,
    seconds: 3,
    warmSeconds: 0,
    lossPerMille: 20,
    share: undefined,
  })
  assert.deepEqual([load.completed, load.failures], [60, {}])
  assert.ok(load.retransmissions > 0, 'something was lost')
  assert.equal(records, 60)
  assert.equal(callsLeft, 0)
})
