/** Due times of a hundred thousand random calendars, and ten thousand tickets of a year, beside an oracle; minutes. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareDueTimes, compareTickets } from '../oracles/sla-questions.ts'

const drawSeed = (): number => Math.trunc(Number(process.hrtime.bigint() % 2_147_483_647n))

test('F11 a hundred thousand due times equal the oracle’s, and between takes each back', (t) => {
  let compared = 0
  while (compared < 100_000) {
    const seed = drawSeed()
    t.diagnostic(`seed ${seed}`)
    const done = compareDueTimes(20_000, seed)
    if (done === undefined) return t.skip('python3 is not installed: apt-get install python3')
    compared += done
  }
  t.diagnostic(`${compared} due times, no difference`)
})

test('F11 the broken promises of ten thousand tickets of a year are exactly the oracle’s', (t) => {
  const seed = drawSeed()
  t.diagnostic(`seed ${seed}`)
  const done = compareTickets(10_000, seed)
  if (!done) return t.skip('python3 is not installed: apt-get install python3')
  t.diagnostic(`${done.tickets} tickets, ${done.breaches} broken promises, no difference`)
  assert.ok(done.breaches > 2000, 'the tickets prove something')
})
