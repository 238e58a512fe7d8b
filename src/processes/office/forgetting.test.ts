import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { secureRandom, silentLog, virtualClock } from '../../base/index.ts'
import { createLogin, findLoginById, openSession } from '../../platform/identity/index.ts'
import { createWorker, writeEvents } from '../../platform/jobs/index.ts'
import { plantTree } from '../../company/tenant/testing.ts'
import { forgettingHandling, forgettingSchedule } from './forgetting.ts'

const DAY_MS = 86_400_000

test('what nobody needs any more is forgotten within the hour, and nothing else', async () => {
  await withTestDatabase(async ({ ownerSql, openDb }) => {
    const clock = virtualClock(1_764_000_000_000)
    const db = await openDb('office', { clock })
    const { provider } = await plantTree(db, clock)
    const { tenantId } = provider
    const comeIn = () =>
      db.asService(async (tx) => {
        const login = `admin-${clock.now()}`
        const person = { tenantId, login, email: 'a@b.example', name: 'A', role: 'provider_admin' as const }
        const row = await findLoginById(tx, await createLogin(tx, clock, { ...person, zone: 'America/Toronto' }))
        await openSession(tx, clock, row!, { source: '127.0.0.1', userAgent: '' })
        await writeEvents(tx, clock, [{ tenantId, topic: 'test.happened', payload: login }])
        await tx`update outbox_event set published_at = ${clock.now()} where published_at is null`
      })
    await comeIn()
    clock.advance(120 * DAY_MS)
    await comeIn()
    const parts = { db, clock, log: silentLog, random: secureRandom, name: 'office' }
    const schedules = [forgettingSchedule(tenantId)]
    const worker = createWorker({ ...parts, handlings: [forgettingHandling({ db, clock })], schedules })
    await worker.runDue()
    clock.advance(3_600_000)
    await worker.runDue()
    await worker.stop()
    const sessions = await ownerSql<{ createdAt: number }[]>`select created_at as "createdAt" from session`
    assert.deepEqual(
      sessions.map(({ createdAt }) => createdAt),
      [1_764_000_000_000 + 120 * DAY_MS],
    )
    assert.equal((await ownerSql`select from outbox_event`).length, 1)
    const jobs = await ownerSql<{ state: string }[]>`select state from job where kind = 'office.forget'`
    assert.deepEqual(
      jobs.map(({ state }) => state),
      ['done'],
    )
  })
})
