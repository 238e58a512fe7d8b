import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareDueTimes, compareTickets } from '../../../../test/oracles/sla-questions.ts'

test('F11 due times and broken promises equal those of an oracle in another language', (t) => {
  const seed = Math.trunc(Number(process.hrtime.bigint() % 2_147_483_647n))
  t.diagnostic(`seed ${seed}`)
  const compared = compareDueTimes(400, seed)
  const tickets = compareTickets(200, seed)
  if (compared === undefined || !tickets) return t.skip('python3 is not installed: apt-get install python3')
  assert.equal(compared, 400)
  assert.ok(tickets.breaches > 20, `${tickets.breaches} broken promises`)
})
