/**
 * The ceiling at two reseller levels: 500 calls at once on 10.00 of credit, charging replaced twice in the middle of a
 * transaction, PostgreSQL killed by SIGKILL once. Half a minute.
 */

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FailureError, seededRandom, silentLog, systemClock, type Result } from '../../src/base/index.ts'
import { assertSettled, liveThrough, picker } from '../../src/company/ledger/test-calls.ts'
import { openMortal } from '../../src/company/ledger/test-kills.ts'
import { buildTestChain } from '../../src/company/ledger/testing.ts'
import { migrate, openDb, startServer } from '../../src/platform/db/index.ts'

const clock = systemClock({ keepAlive: true })
const pause = (ms: number): Promise<void> => new Promise((resolve) => void clock.after(ms, resolve))
/** 10.00 */
const CREDIT = 10_000_000n

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new FailureError(result.failure)
  return result.value
}

test('R48 500 calls on 10.00 at two levels, three deaths: no level above its limit', async (t) => {
  const seed = Math.trunc(Number(process.hrtime.bigint() % 1_000_000_007n))
  t.diagnostic(`seed ${seed}`)
  const dataFolder = mkdtempSync(join(tmpdir(), 'dialhouse-ceiling-'))
  chmodSync(dataFolder, 0o755)
  const server = valueOf(await startServer({ dataFolder, clock, log: silentLog }))
  try {
    const address = new URL(server.url)
    address.pathname = '/ceiling'
    const url = address.href
    valueOf(await migrate(url, { clock, log: silentLog }))
    const office = valueOf(await openDb({ url, role: 'office', clock, log: silentLog, max: 1 }))
    const chain = await buildTestChain(office, { customer: CREDIT, sub: CREDIT, partner: CREDIT })
    await office.close()
    const db = valueOf(await openDb({ url, role: 'charge', clock, log: silentLog, max: 3, patienceMs: 400 }))
    const pick = picker(seededRandom(seed))
    const mortal = await openMortal(db, pick, { killsMax: 2, lifeMax: 40 })
    try {
      // It is started again by whoever started it.
      const killed = pause(1500).then(() => process.kill(server.pid, 'SIGKILL'))
      const lived = await liveThrough(mortal.asked, chain, { calls: 500, pick, spreadMs: 4000 })
      await killed
      const owed = await assertSettled(db, chain, lived, [CREDIT, CREDIT, CREDIT])
      assert.equal(mortal.kills(), 2)
      const { granted, refused } = lived
      t.diagnostic(JSON.stringify({ granted, refused, owed: owed.map(String), overspend: 0 }))
    } finally {
      await mortal.close()
      await db.close()
    }
  } finally {
    await server.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  }
})
