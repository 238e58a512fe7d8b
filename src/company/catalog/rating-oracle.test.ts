/** Rating under plans beside an independent program in exact fractions; `test long/rating-oracle` compares more. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithOracle } from '../../../test/oracles/rating-questions.ts'

test('F22 two thousand random calls cost what exact fractions say, however they are sliced', (t) => {
  const seed = Math.trunc(Number(process.hrtime.bigint() % 2_147_483_647n))
  t.diagnostic(`seed ${seed}`)
  const done = compareWithOracle(2000, seed)
  if (!done) return t.skip('python3 is not installed: apt-get install python3')
  t.diagnostic(`${done.compared} calls, ${done.charged} of them charged`)
  assert(done.charged > done.compared / 4, 'the calls prove something')
})
