/** A thousand deaths of charging at random points of reserve, extend, settle and commit; some minutes. */

import { test } from 'node:test'
import { seededRandom } from '../../src/base/index.ts'
import { assertSettled, liveThrough, picker } from '../../src/company/ledger/test-calls.ts'
import { openMortal } from '../../src/company/ledger/test-kills.ts'
import { buildTestChain } from '../../src/company/ledger/testing.ts'
import { withTestDatabase } from '../database.ts'

const ROUNDS = 20
const KILLS = 50
const newSeed = (): number => Math.trunc(Number(process.hrtime.bigint() % 1_000_000_007n))

test('R48 a thousand deaths: nothing lost, nothing twice, no level above its limit', async (t) => {
  let kills = 0
  for (let round = 0; round < ROUNDS || kills < ROUNDS * KILLS; round++) {
    const seed = newSeed()
    await withTestDatabase(async (database) => {
      const limits = { customer: 100_000_000n, sub: 10_000_000n, partner: 10_000_000n }
      const chain = await buildTestChain(await database.openDb('office'), limits)
      const db = await database.openDb('charge')
      const pick = picker(seededRandom(seed))
      const mortal = await openMortal(db, pick, { killsMax: KILLS, lifeMax: 12 })
      try {
        const lived = await liveThrough(mortal.asked, chain, { calls: 120, pick, spreadMs: 2000 })
        await assertSettled(db, chain, lived, [limits.customer, limits.sub, limits.partner])
        kills += mortal.kills()
        t.diagnostic(JSON.stringify({ round, seed, kills: mortal.kills(), granted: lived.granted }))
      } finally {
        await mortal.close()
      }
    })
  }
  t.diagnostic(`${kills} deaths`)
})
