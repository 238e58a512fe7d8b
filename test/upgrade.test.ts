/**
 * Every state of the schema that ever landed, with data, is brought to this version. A state is a backup in
 * test/data/landed, named after its last migration; it is written once, by
 * DIALHOUSE_WRITE=1 node dialhouse.mjs test upgrade, and never changed afterwards.
 */

import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { newId, silentLog, virtualClock } from '../src/base/index.ts'
import { openAdministrator } from '../src/platform/db/administrator.ts'
import type { Sql } from '../src/platform/db/column-types.ts'
import { copiedTables } from '../src/platform/db/copied-tables.ts'
import { backup, openDb, restore } from '../src/platform/db/index.ts'
import { migrationsFolder, readMigrations } from '../src/platform/db/migrations.ts'
import { OWNER } from '../src/platform/db/roles.ts'
import { plantSmallHouse } from '../src/platform/db/testing.ts'
import { sealAudit, verifyAudit } from '../src/platform/identity/index.ts'
import { withEmptyDatabase, withTestDatabase } from './database.ts'

const folder = join(import.meta.dirname, 'data/landed')
const clock = virtualClock(1_764_000_000_000)
const surroundings = { clock, log: silentLog }
const newest = String(readMigrations().length).padStart(4, '0')

/** A payment and a charged call on top of the small house. */
async function plantMoney(sql: Sql, { provider, acme }: { provider: string; acme: string }): Promise<void> {
  const [deck, version, account, cash, revenue, cdr] = Array.from<unknown, string>({ length: 6 }, () => newId(clock))
  const at = clock.now()
  await sql`
    insert into rate_deck (id, tenant_id, name, currency, created_at)
    values (${deck!}, ${provider}, 'Retail', 'CAD', ${at})`
  await sql`
    insert into rate_deck_version (id, tenant_id, deck_id, number, row_count, sha256, imported_at, activated_at)
    values (${version!}, ${provider}, ${deck!}, 1, 0, ${Buffer.alloc(32, 1)}, ${at}, ${at})`
  await sql`update rate_deck set active_version_id = ${version!} where id = ${deck!}`
  for (const [id, tenantId, kind, deckId] of [
    [account!, acme, 'customer', deck!],
    [cash!, provider, 'cash', null],
    [revenue!, provider, 'revenue', null],
  ] as const) {
    await sql`
      insert into account (id, tenant_id, kind, currency, rate_deck_id, status, created_at)
      values (${id}, ${tenantId}, ${kind}, 'CAD', ${deckId}, 'open', ${at})`
  }
  for (const [kind, from, to, amount] of [
    ['payment', account!, cash!, 50_000_000n],
    ['usage', revenue!, account!, 716_667n],
  ] as const) {
    const posting = newId(clock)
    await sql`
      insert into posting (id, tenant_id, kind, occurred_at, posted_at, cdr_id)
      values (${posting}, ${acme}, ${kind}, ${at}, ${at}, ${kind === 'usage' ? cdr! : null})`
    for (const [line, id, signed] of [
      [1, from, -amount],
      [2, to, amount],
    ] as const) {
      await sql`
        insert into ledger_entry (posting_id, line, tenant_id, account_id, amount_micros, currency)
        values (${posting}, ${line}, ${id === account ? acme : provider}, ${id}, ${signed}, 'CAD')`
    }
  }
}

async function writeState(path: string): Promise<void> {
  await withTestDatabase(async ({ ownerSql, url, openDb: open }) => {
    const ids = await plantSmallHouse(ownerSql)
    await plantMoney(ownerSql, ids)
    const db = await open('office', { clock })
    await db.asService(sealAudit)
    const keys = Buffer.from('{"keys":[{"id":1,"secret":"of-a-test-worth-nothing-of-a-test-worth-nothing"}]}\n')
    const done = await backup(url, { ...surroundings, path, files: new Map([['master-keys.json', keys]]) })
    assert.ok(done.ok, JSON.stringify(done))
  })
}

/** Names, columns, keys and protection of every table. */
async function shapeOf(url: string): Promise<unknown> {
  const session = await openAdministrator(url)
  assert.ok(session.ok)
  const { sql } = session.value
  try {
    await sql.unsafe(`set role ${OWNER}`)
    const rules = await sql`
      select c.relname, c.relforcerowsecurity, p.polname, pg_get_expr(p.polqual, p.polrelid) as policy
      from pg_class c left join pg_policy p on p.polrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1, 3`
    const keys = await sql`
      select conrelid::regclass::text as name, pg_get_constraintdef(oid) as key from pg_constraint
      where connamespace = 'public'::regnamespace order by 1, 2`
    return { tables: [...(await copiedTables(sql))], rules: [...rules], keys: [...keys] }
  } finally {
    await session.value.close()
  }
}

test('the newest migration has its landed state', async () => {
  const path = join(folder, `${newest}.backup`)
  if (process.env['DIALHOUSE_WRITE'] === '1') {
    mkdirSync(folder, { recursive: true })
    rmSync(path, { force: true })
    await writeState(path)
  }
  assert.ok(existsSync(path), `run: DIALHOUSE_WRITE=1 node dialhouse.mjs test upgrade, and commit ${path}`)
})

test('every landed state is brought to this version, with its data and its protection', async () => {
  const fresh = await withTestDatabase(({ url }) => shapeOf(url))
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    await withEmptyDatabase(async (url) => {
      const files: string[] = []
      const takeFile = (file: string): void => void files.push(file)
      const restored = await restore(url, { ...surroundings, path: join(folder, name), takeFile })
      assert.ok(restored.ok, `${name}: ${JSON.stringify(restored)}`)
      assert.equal(restored.value.applied.length, readMigrations().length - Number(name.slice(0, 4)))
      assert.deepEqual(files, ['master-keys.json'])
      assert.deepEqual(await shapeOf(url), fresh, name)
      const office = await openDb({ url, role: 'office', ...surroundings })
      const charge = await openDb({ url, role: 'charge', ...surroundings })
      assert.ok(office.ok && charge.ok)
      const [person] = await office.value.as({ tenantPath: 'nw/acme/' }, (tx) => tx`select name from person`)
      assert.equal(person?.['name'], 'Ann')
      const sums = await charge.value.asService((tx) => tx`select sum(amount_micros)::int8 as sum from ledger_entry`)
      assert.equal(sums[0]?.['sum'], 0n)
      const verdict = await office.value.asService(verifyAudit)
      assert.deepEqual(verdict, { sealed: 3, unsealed: 0, fault: undefined })
      await Promise.all([office.value.close(), charge.value.close()])
    })
  }
})

test('a state is brought through a migration that came after it', async () => {
  const later = mkdtempSync(join(tmpdir(), 'later-'))
  try {
    cpSync(migrationsFolder, later, { recursive: true })
    const number = String(readMigrations().length + 1).padStart(4, '0')
    const added = `${number}_nickname.sql`
    writeFileSync(join(later, added), `alter table person add column nickname text not null default 'none';`)
    await withEmptyDatabase(async (url) => {
      const path = join(folder, `${newest}.backup`)
      const restored = await restore(url, { ...surroundings, path, folder: later, takeFile: () => {} })
      assert.ok(restored.ok, JSON.stringify(restored))
      assert.deepEqual(restored.value.applied, [added])
      const office = await openDb({ url, role: 'office', ...surroundings })
      assert.ok(office.ok)
      const [person] = await office.value.as({ tenantPath: 'nw/acme/' }, (tx) => tx`select name, nickname from person`)
      assert.deepEqual({ ...person }, { name: 'Ann', nickname: 'none' })
      await office.value.close()
    })
  } finally {
    rmSync(later, { recursive: true })
  }
})
