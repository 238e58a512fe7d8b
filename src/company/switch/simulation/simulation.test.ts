/** Bad days, each from a seed that is printed: `DIALHOUSE_TEST_SEED` repeats one; `test long/simulator` has more. */

import { test } from 'node:test'
import { liveForSeconds } from './test-many-days.ts'

test('F1 bad days lose no record, double none, and bill no second that was not talked', async (t) => {
  await liveForSeconds(t, 5, process.env['DIALHOUSE_TEST_SEED'])
})
