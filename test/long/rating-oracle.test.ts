/** A hundred thousand random calls under random decks and plans, beside exact fractions; about five minutes. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareWithOracle } from '../oracles/rating-questions.ts'

const CALLS = 100_000
const PORTION = 10_000

test('F22 a hundred thousand random calls cost what exact fractions say, with zero differences', (t) => {
  let [compared, charged] = [0, 0]
  while (compared < CALLS) {
    const seed = Math.trunc(Number(process.hrtime.bigint() % 2_147_483_647n))
    t.diagnostic(`seed ${seed}`)
    const done = compareWithOracle(PORTION, seed)
    if (!done) return t.skip('python3 is not installed: apt-get install python3')
    compared += done.compared
    charged += done.charged
  }
  t.diagnostic(`${compared} calls, ${charged} of them charged, no difference`)
  assert(charged > compared / 4, 'the calls prove something')
})
