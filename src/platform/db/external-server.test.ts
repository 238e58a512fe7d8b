import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withTestDatabase } from '../../../test/database.ts'
import { silentLog, virtualClock } from '../../base/index.ts'
import { serverAccount } from './account.ts'
import { socketAddress } from './address.ts'
import { openAdministrator } from './administrator.ts'
import { prepareCluster } from './cluster.ts'
import { backup, migrate, openDb, restore, roleUrl } from './index.ts'
import { launch, stopPostmaster } from './launch.ts'
import { unsafeButFast } from './server-settings.ts'
import { openSession } from './session.ts'
import { makePrivateFolder } from './account.ts'
import { plantSmallHouse } from './testing.ts'

const programs = '/usr/lib/postgresql/15/bin'
const skip = existsSync(join(programs, 'postgres'))
  ? false
  : 'PostgreSQL 15 is not installed: apt-get install postgresql-15'
const clock = virtualClock(1_764_000_000_000)
const surroundings = { clock, log: silentLog }

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Debian's PostgreSQL 15 on TCP with passwords; gives the URL of an administrator who is no superuser. */
async function withExternalServer(act: (adminUrl: (database: string) => string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'external-'))
  chmodSync(folder, 0o755)
  const account = serverAccount()
  const clusterFolder = join(folder, 'cluster')
  const socketFolder = join(folder, 'socket')
  const binaries = { folder: programs, major: 15 }
  const port = await freePort()
  const settings = { ...unsafeButFast, listen_addresses: '127.0.0.1', password_encryption: 'scram-sha-256' }
  let pid = 0
  try {
    const made = await prepareCluster({ folder: clusterFolder, binaries, account, isDurable: false })
    assert.ok(made.ok, JSON.stringify(made))
    makePrivateFolder(socketFolder, account)
    writeFileSync(join(clusterFolder, 'pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n')
    const address = socketAddress({ socketFolder, port, database: 'postgres' })
    const logFile = join(folder, 'log')
    const launched = await launch({ binaries, account, clusterFolder, socketFolder, port, settings, logFile }, address)
    assert.ok(launched.ok, JSON.stringify(launched))
    pid = launched.value
    const superuser = await openSession({ address, applicationName: 'test' })
    await superuser.sql.unsafe(`create role operator login createrole createdb password 'p@ss/word'`)
    await superuser.close()
    await act((database) => `postgres://operator:p%40ss%2Fword@127.0.0.1:${port}/${database}`)
  } finally {
    if (pid) await stopPostmaster(pid, clusterFolder)
    rmSync(folder, { recursive: true, force: true })
  }
}

test(
  'PostgreSQL 15 of an operator who is no superuser: migrated, scoped, restored from the embedded one',
  { skip },
  async () => {
    await withExternalServer(async (adminUrl) => {
      const url = adminUrl('dialhouse')
      const migrated = await migrate(url, surroundings)
      assert.ok(migrated.ok, JSON.stringify(migrated))
      assert.ok(migrated.value.applied.length >= 4)
      assert.deepEqual(await migrate(url, surroundings), { ok: true, value: { applied: [] } })

      const office = roleUrl(url, 'office')
      assert.ok(office.ok)
      assert.ok(!office.value.includes('word'), "the role's URL does not tell the administrator's password")
      const folder = mkdtempSync(join(tmpdir(), 'external-backup-'))
      try {
        const path = join(folder, 'house.backup')
        await withTestDatabase(async ({ ownerSql, url: embedded }) => {
          await plantSmallHouse(ownerSql)
          assert.ok((await backup(embedded, { ...surroundings, path, files: new Map() })).ok)
        })
        const restored = await restore(url, { ...surroundings, path, takeFile: () => {} })
        assert.ok(restored.ok, JSON.stringify(restored))
        const again = await backup(url, { ...surroundings, path: join(folder, 'again.backup'), files: new Map() })
        assert.deepEqual(again.ok && again.value.rows, restored.value.rows)
      } finally {
        rmSync(folder, { recursive: true })
      }
      const db = await openDb({ url: office.value, role: 'office', ...surroundings })
      assert.ok(db.ok, JSON.stringify(db))
      const rows = (tenantPath: string) => db.value.as({ tenantPath }, (tx) => tx`select name from person`)
      assert.equal((await rows('nw/acme/')).length, 1)
      assert.equal((await rows('nw/beta/')).length, 0)
      assert.equal((await db.value.asService((tx) => tx`select login from login`)).length, 1)
      await db.value.close()
      const wrong = await openDb({ url: url.replace('p%40ss', 'guess'), role: 'office', ...surroundings })
      assert.equal(!wrong.ok && wrong.failure.code, 'db.unavailable')
      const admin = await openAdministrator(url.replace('p%40ss', 'guess'))
      assert.equal(!admin.ok && admin.failure.code, 'db.unavailable')
    })
  },
)
