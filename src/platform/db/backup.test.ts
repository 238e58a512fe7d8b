import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { withEmptyDatabase, withTestDatabase } from '../../../test/database.ts'
import { silentLog, virtualClock } from '../../base/index.ts'
import { copiedTables } from './copied-tables.ts'
import type { Sql } from './column-types.ts'
import { backup, openDb, restore } from './index.ts'
import { openAdministrator } from './administrator.ts'
import { openBackupFile } from './backup-file.ts'
import { OWNER } from './roles.ts'
import { plantSmallHouse } from './testing.ts'

const clock = virtualClock(1_764_000_000_000)
const surroundings = { clock, log: silentLog }
const keys = Buffer.from('{"keys":[]}\n')

async function inFolder(act: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'backup-'))
  try {
    await act(join(folder, 'house.backup'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Every row of every table as text. */
async function contentsOf(sql: Sql): Promise<Record<string, unknown>> {
  const contents: Record<string, unknown> = {}
  for (const { name } of await copiedTables(sql)) {
    const rows = await sql<{ row: object }[]>`select to_jsonb(t) - 'xid' as row from ${sql(name)} t order by 1`
    contents[name] = rows.map(({ row }) => row)
  }
  return contents
}

/** What the catalogue says of keys, policies and triggers. */
async function protectionOf(sql: Sql): Promise<unknown> {
  return sql`
    select c.relname, c.relrowsecurity, c.relforcerowsecurity,
           (select array_agg(pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k
            where k.conrelid = c.oid) as keys,
           (select array_agg(t.tgname::text || t.tgenabled::text order by t.tgname) from pg_trigger t
            where t.tgrelid = c.oid and not t.tgisinternal) as triggers
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`
}

async function asOwner<T>(url: string, act: (sql: Sql) => Promise<T>): Promise<T> {
  const session = await openAdministrator(url)
  assert.ok(session.ok)
  try {
    await session.value.sql.unsafe(`set role ${OWNER}`)
    return await act(session.value.sql)
  } finally {
    await session.value.close()
  }
}

test('a backup restores every row, key, policy and trigger into an empty database, and the files', async () => {
  await inFolder(async (path) => {
    await withTestDatabase(async ({ ownerSql, url }) => {
      await plantSmallHouse(ownerSql)
      const done = await backup(url, { ...surroundings, path, files: new Map([['master-keys.json', keys]]) })
      assert.ok(done.ok, JSON.stringify(done))
      assert.equal(statSync(path).mode & 0o777, 0o600)
      const before = { contents: await contentsOf(ownerSql), protection: await protectionOf(ownerSql) }
      const again = await backup(url, { ...surroundings, path, files: new Map() })
      assert.ok(again.ok, 'a backup replaces the one before it')
      await backup(url, { ...surroundings, path, files: new Map([['master-keys.json', keys]]) })
      await withEmptyDatabase(async (emptyUrl) => {
        const files: [string, Buffer][] = []
        const takeFile = (name: string, bytes: Buffer): void => void files.push([name, bytes])
        const restored = await restore(emptyUrl, { ...surroundings, path, takeFile })
        assert.ok(restored.ok, JSON.stringify(restored))
        assert.deepEqual(
          { tables: restored.value.tables, rows: restored.value.rows, applied: restored.value.applied },
          { ...done.value, applied: [] },
        )
        assert.deepEqual(files, [['master-keys.json', keys]])
        await asOwner(emptyUrl, async (sql) => {
          assert.deepEqual({ contents: await contentsOf(sql), protection: await protectionOf(sql) }, before)
        })
        const db = await openDb({ url: emptyUrl, role: 'office', ...surroundings })
        assert.ok(db.ok)
        const mine = await db.value.as({ tenantPath: 'nw/acme/' }, (tx) => tx`select number from extension`)
        assert.deepEqual(mine[0]?.['number'], '201')
        await db.value.close()
        const twice = await restore(emptyUrl, { ...surroundings, path, takeFile })
        assert.equal(!twice.ok && twice.failure.code, 'db.not_empty')
      })
    })
  })
})

/** Reads a whole backup and keeps nothing of it. */
async function readAll(path: string): Promise<void> {
  const file = await openBackupFile(path)
  try {
    const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })
    while (await file.next()) await file.pour(nowhere())
  } finally {
    await file.close()
  }
}

test('a damaged or foreign file is found out, and restores nothing', async () => {
  await inFolder(async (path) => {
    await withTestDatabase(async ({ ownerSql, url }) => {
      await plantSmallHouse(ownerSql)
      assert.ok((await backup(url, { ...surroundings, path, files: new Map() })).ok)
    })
    const whole = readFileSync(path)
    await readAll(path)
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK\x03\x04 something else\n')]) {
      writeFileSync(path, bytes)
      await assert.rejects(readAll(path))
    }
    const seed = 20_251_124
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, difference) => {
        const changed = Buffer.from(whole)
        changed[at]! ^= difference
        writeFileSync(path, changed)
        await assert.rejects(readAll(path), 'a changed byte')
        writeFileSync(path, whole.subarray(0, at))
        await assert.rejects(readAll(path), 'cut off')
      }),
      { numRuns: 60, seed },
    )
    // The last row of the last table, which is found out when all the others were read.
    const changed = Buffer.from(whole)
    changed[whole.lastIndexOf('{"section":"end"') - 20]! ^= 1
    writeFileSync(path, changed)
    await withEmptyDatabase(async (url) => {
      const restored = await restore(url, { ...surroundings, path, takeFile: () => assert.fail('no file is taken') })
      assert.equal(restored.ok, false)
      await asOwner(url, async (sql) => {
        for (const { name } of await copiedTables(sql)) assert.equal((await sql`select from ${sql(name)}`).length, 0)
      })
    })
  })
})
