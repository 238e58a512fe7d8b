import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { createMetrics, readConfig, secureRandom, silentLog, systemClock } from '../../base/index.ts'
import { createLocalBusNetwork } from '../../platform/bus/index.ts'
import { plantTree } from '../../company/tenant/testing.ts'
import { startOffice } from './run.ts'

const settings = { mailServer: undefined, peers: [], isDemo: false, patienceMs: 300 }

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    if (await isSo()) return
    await new Promise<void>((resolve) => void setTimeout(resolve, 20))
  }
  assert.fail('it did not happen in five seconds')
}

test('office begins without PostgreSQL, says so, and works once it is there', async (suite) => {
  await withTestDatabase(async ({ openDb, url }) => {
    const clock = systemClock()
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-away-'))
    const sockets = decodeURIComponent(new URL(url).hostname)
    if (!sockets.startsWith('/')) return suite.diagnostic('the server of the tests is not on a socket: not tried')
    const away = url.replace(encodeURIComponent(sockets), encodeURIComponent(join(folder, 'sockets')))
    const bus = await createLocalBusNetwork().join({ name: 'office', clock, log: silentLog })
    const config = readConfig({ DIALHOUSE_HTTP: '127.0.0.1:0', DIALHOUSE_DATA: folder })
    assert.ok(config.ok)
    const metrics = createMetrics()
    const parts = { config: config.value, databaseUrl: away, bus, clock, log: silentLog, metrics, random: secureRandom }
    const office = await startOffice(parts, settings)
    assert.ok(office.ok)
    try {
      const ask = (path: string) => fetch(`${office.value.url}${path}`)
      assert.ok(office.value.notes().includes('PostgreSQL does not answer'))
      assert.equal((await ask('/healthz')).status, 503)
      const key = { authorization: `Bearer dh_000000000000.${'x'.repeat(43)}` }
      const refused = await fetch(`${office.value.url}/api/v1/me`, { headers: key })
      assert.equal(refused.status, 503)
      assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
      await plantTree(await openDb('office'), clock)
      symlinkSync(sockets, join(folder, 'sockets'))
      await until(async () => (await ask('/healthz')).status === 200)
      await until(() => office.value.notes().every((note) => note.includes('mail')))
      assert.equal(((await (await ask('/api/v1/brand')).json()) as { name: string }).name, 'Northwind Voice')
    } finally {
      await office.value.close()
      await bus.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
