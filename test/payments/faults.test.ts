import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dieAnywhere } from './die-anywhere.ts'

test('R63 whatever step a card payment dies at, nothing is charged twice and no money is lost', async (context) => {
  const seed = Math.trunc(performance.timeOrigin) % 1_000_000
  const tally = await dieAnywhere({ points: 16, seed })
  context.diagnostic(`seed ${seed}: ${JSON.stringify(tally)}`)
  assert.ok(tally.died >= 4)
})
