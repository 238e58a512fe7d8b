/** The call simulator for a minute of CPU: `node dialhouse.mjs test long/simulator`. */

import { test } from 'node:test'
import { liveForSeconds } from '../../src/company/switch/simulation/test-many-days.ts'

test('F1 a minute of bad days loses no record, doubles none, and bills no second that was not talked', async (t) => {
  await liveForSeconds(t, 60, process.env['DIALHOUSE_TEST_SEED'])
})
