import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { withEmptyDatabase } from '../../../test/database.ts'
import { silentLog, virtualClock } from '../../base/index.ts'
import { openAdministrator } from './administrator.ts'
import { migrate } from './index.ts'
import { readMigrations, schemaHash } from './migrations.ts'
import { scramVerifier } from './provision.ts'

const clock = virtualClock(1_764_000_000_000)
const surroundings = { clock, log: silentLog }

async function withFolder(act: (folder: string, write: (name: string, sql: string) => void) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  const write = (name: string, sql: string): void => writeFileSync(join(folder, name), sql)
  try {
    write('0001_first.sql', 'create table first (tenant_id uuid, n int);')
    write('0002_second.sql', 'insert into first (n) values (1); create table second (at timestamptz not null);')
    await act(folder, write)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function run(url: string, folder: string): Promise<string> {
  const migrated = await migrate(url, { ...surroundings, folder })
  return migrated.ok ? migrated.value.applied.join() : `${migrated.failure.code}: ${migrated.failure.message}`
}

async function ask(url: string, query: string): Promise<unknown> {
  const session = await openAdministrator(url)
  assert.ok(session.ok)
  const [row] = await session.value.sql.unsafe(query)
  await session.value.close()
  return Object.values(row ?? {})[0]
}

test('migrations are applied once, in order, and by one of two that come at once', async () => {
  await withFolder(async (folder, write) => {
    await withEmptyDatabase(async (url) => {
      const both = await Promise.all([run(url, folder), run(url, folder)])
      assert.deepEqual(new Set(both), new Set(['0001_first.sql,0002_second.sql', '']))
      write('0003_third.sql', 'create table third ()')
      assert.equal(await run(url, folder), '0003_third.sql')
      assert.equal(await run(url, folder), '')
      assert.equal(await ask(url, 'select count(*)::int from first'), 1)
    })
  })
})

test('a migration that fails leaves nothing of itself, and says where', async () => {
  await withFolder(async (folder, write) => {
    await withEmptyDatabase(async (url) => {
      write('0003_third.sql', 'create table third ();\n\nselect wrong;')
      assert.match(await run(url, folder), /^db\.migration_failed: 0003_third\.sql line 3: .*wrong/)
      assert.equal(await ask(url, "select to_regclass('third')::text"), null)
      assert.equal(await ask(url, "select to_regclass('second')::text"), 'second')
      write('0003_third.sql', 'create table third ()')
      assert.equal(await run(url, folder), '0003_third.sql')
    })
  })
})

test('a changed, a newer and a foreign schema are refused', async () => {
  await withFolder(async (folder, write) => {
    await withEmptyDatabase(async (url) => {
      await run(url, folder)
      write('0002_second.sql', 'create table other ()')
      assert.match(await run(url, folder), /^db\.migration_changed: 0002_second\.sql/)
      rmSync(join(folder, '0002_second.sql'))
      assert.match(await run(url, folder), /^db\.schema_newer: .*0002_second\.sql/)
    })
    await withEmptyDatabase(async (url) => {
      await ask(url, 'create table somebody_elses (n int)')
      assert.match(await run(url, folder), /^db\.schema_foreign/)
    })
  })
})

test('line ends do not make another migration, and every file counts for the schema', () => {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'))
  try {
    cpSync(join(import.meta.dirname, '../../../migrations'), folder, { recursive: true })
    const [first, ...rest] = readMigrations()
    writeFileSync(join(folder, first!.name), first!.sql.replaceAll('\n', '\r\n'))
    assert.equal(schemaHash(readMigrations(folder)), schemaHash(readMigrations()))
    assert.notEqual(schemaHash(rest), schemaHash(readMigrations()))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a password is sent as the verifier that PostgreSQL stores', () => {
  // The example of RFC 7677 §3: user "user", password "pencil".
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  assert.equal(
    scramVerifier('pencil', salt),
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=' +
      ':wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
})
