import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { verifyAudit } from '../../platform/identity/index.ts'
import { withOffice } from './testing.ts'

test('office', async (suite) => {
  await withTestDatabase(async ({ openDb, url }) => {
    const db = await openDb('office')
    await withOffice({ url, db }, async ({ ask, people, media }) => {
      const admin = people.get('provider_admin@nw')!

      await suite.test('says who is asking', async () => {
        const answer = await ask(admin, 'GET', '/api/v1/me')
        assert.equal(answer.status, 200)
        const me = (await answer.json()) as { role: string; permissions: string[] }
        assert.equal(me.role, 'provider_admin')
        assert.ok(me.permissions.includes('audit.read'))
      })

      await suite.test('shows its brand on the host of a brand', async () => {
        const answer = await ask(undefined, 'GET', '/api/v1/brand')
        assert.equal(((await answer.json()) as { name: string }).name, 'Northwind Voice')
      })

      await suite.test('is healthy when every process answers, and says which does not', async () => {
        const well = await ask(undefined, 'GET', '/healthz')
        assert.equal(well.status, 200)
        const { status, processes } = (await well.json()) as { status: string; processes: Record<string, string> }
        assert.equal(status, 'ok')
        assert.deepEqual(
          new Set(Object.keys(processes)),
          new Set(['office', 'postgres', 'signal', 'charge', 'media-1']),
        )
        await media.close()
        const ill = await ask(undefined, 'GET', '/healthz')
        assert.equal(ill.status, 503)
        assert.equal(((await ill.json()) as { processes: Record<string, string> }).processes['media-1'], 'silent')
      })

      await suite.test('seals the audit trail behind those who write it', async () => {
        const written = await ask(admin, 'POST', '/api/v1/carriers', { name: 'x', host: 'x', port: 1, protocol: 'udp' })
        assert.equal(written.status, 200)
        let verdict = await db.asService(verifyAudit)
        for (let tries = 0; tries < 100 && verdict.unsealed > 0; tries++) {
          await new Promise<void>((resolve) => void setTimeout(resolve, 50))
          verdict = await db.asService(verifyAudit)
        }
        assert.equal(verdict.unsealed, 0)
        assert.ok(verdict.sealed > 0)
        assert.equal(verdict.fault, undefined)
      })

      await suite.test('gives its metrics to this machine', async () => {
        const text = await (await ask(undefined, 'GET', '/metrics')).text()
        assert.match(text, /dialhouse_http_requests_total\{process="office"/)
      })
    })
  })
})
