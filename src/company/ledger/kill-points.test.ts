/** Deaths of charging at random points of reserve, extend, settle and commit; a thousand of them in test/long. */

import { test } from 'node:test'
import { seededRandom } from '../../base/index.ts'
import { withTestDatabase } from '../../../test/database.ts'
import { assertSettled, liveThrough, picker } from './test-calls.ts'
import { openMortal } from './test-kills.ts'
import { buildTestChain } from './testing.ts'

const newSeed = (): number => Math.trunc(Number(process.hrtime.bigint() % 1_000_000_007n))

test('R48 forty deaths at random points: nothing lost, nothing twice, no level above its limit', async (t) => {
  const seed = newSeed()
  t.diagnostic(`seed ${seed}`)
  await withTestDatabase(async (database) => {
    const limits = { customer: 100_000_000n, sub: 10_000_000n, partner: 10_000_000n }
    const chain = await buildTestChain(await database.openDb('office'), limits)
    const db = await database.openDb('charge')
    const pick = picker(seededRandom(seed))
    const mortal = await openMortal(db, pick, { killsMax: 40, lifeMax: 12 })
    try {
      const lived = await liveThrough(mortal.asked, chain, { calls: 60, pick, spreadMs: 1200 })
      const owed = await assertSettled(db, chain, lived, [limits.customer, limits.sub, limits.partner])
      const { granted, refused } = lived
      t.diagnostic(JSON.stringify({ kills: mortal.kills(), granted, refused, owed: owed.map(String) }))
    } finally {
      await mortal.close()
    }
  })
})
