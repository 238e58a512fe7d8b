/** Brings a database to this version: roles, then one transaction a migration, in order, once. */

import { FailureError, fail, messageOf, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import { asOwner, openAdministrator, whileAlone } from './administrator.ts'
import type { Sql } from './column-types.ts'
import { codeOf, type MigrationFailure } from './errors.ts'
import { pendingMigrations, readMigrations, type AppliedMigration, type Migration } from './migrations.ts'
import { provision } from './provision.ts'
import { OWNER } from './roles.ts'
import type { Session } from './session.ts'

export type MigrateOptions = {
  readonly clock: Clock
  readonly log: Log
  /** Other migrations than this version's: for tests. */
  readonly folder?: string
  /** The last migration to apply; all of them by default. */
  readonly through?: number
}

export type Migrated = { readonly applied: readonly string[] }

/**
 * Provisions the database and applies the migrations that it has not had; safe to call at every start, and by
 * two processes at once. A migration that fails leaves nothing of itself.
 */
export async function migrate(adminUrl: string, options: MigrateOptions): Promise<Result<Migrated, MigrationFailure>> {
  const session = await openAdministrator(adminUrl)
  if (!session.ok) return session
  try {
    const provisioned = await provision(session.value, adminUrl)
    if (!provisioned.ok) return provisioned
    return await migrateOn(session.value, options)
  } finally {
    await session.value.close()
  }
}

/** The migrations alone, on a connection of the administrator to a provisioned database. */
export function migrateOn(session: Session, options: MigrateOptions): Promise<Result<Migrated, MigrationFailure>> {
  const { clock, log, folder, through = Infinity } = options
  return whileAlone(session, async (sql) => {
    const applied = await appliedMigrations(sql)
    if (!applied && (await hasTables(sql))) {
      return fail('db.schema_foreign', 'the database holds tables that Dialhouse did not make; name an empty database')
    }
    if (!applied) await asOwner(session, clock.now(), (tx) => tx.unsafe(BOOK))
    const pending = pendingMigrations(readMigrations(folder), applied ?? [])
    if (!pending.ok) return pending
    const due = pending.value.filter(({ number }) => number <= through)
    for (const migration of due) {
      await apply(session, clock.now(), migration)
      log.info('applied a migration', { migration: migration.name })
    }
    return ok({ applied: due.map(({ name }) => name) })
  })
}

/** Written by the owner only; no process may read it. */
const BOOK = `
  create table schema_migration (
    number      integer primary key,
    name        text not null,
    sha256      text not null,
    applied_at  timestamptz not null
  );
  alter table schema_migration enable row level security;
  alter table schema_migration force row level security;
  create policy owner on schema_migration to ${OWNER} using (true) with check (true);`

/** What the database has had, in order; undefined when it never was ours. */
export async function appliedMigrations(sql: Sql): Promise<readonly AppliedMigration[] | undefined> {
  const [book] = await sql<{ found: string | null }[]>`select to_regclass('public.schema_migration')::text as found`
  if (!book?.found) return undefined
  await sql.unsafe(`set role ${OWNER}`)
  try {
    return await sql<AppliedMigration[]>`select number, name, sha256 from schema_migration order by number`
  } finally {
    await sql`reset role`
  }
}

async function hasTables(sql: Sql): Promise<boolean> {
  const [found] = await sql<{ yes: boolean }[]>`
    select exists (select from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm'))
           as yes`
  return found!.yes
}

async function apply(session: Session, nowMs: number, { number, name, sql, sha256 }: Migration): Promise<void> {
  try {
    await asOwner(session, nowMs, async (tx) => {
      await tx.unsafe(sql)
      await tx`
        insert into schema_migration (number, name, sha256, applied_at)
        values (${number}, ${name}, ${sha256}, ${nowMs})`
    })
  } catch (thrown) {
    if (codeOf(thrown) === '42501') throw thrown
    const position = Number((thrown as { position?: string }).position)
    const line = position > 0 ? ` line ${sql.slice(0, position).split('\n').length}` : ''
    throw new FailureError(
      fail('db.migration_failed', `${name}${line}: ${messageOf(thrown)}; nothing of it was kept`).failure,
    )
  }
}
