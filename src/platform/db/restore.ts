/** Reads a backup into an empty database, in the schema that it was written in, and brings that to this version. */

import { Writable } from 'node:stream'
import { fail, messageOf, ok, type Clock, type Failure, type Log, type Result } from '../../base/index.ts'
import { openAdministrator, quoted } from './administrator.ts'
import { DamagedBackup, openBackupFile, type BackupReader } from './backup-file.ts'
import type { Sql } from './column-types.ts'
import { advanceIdentities, copiedTables, copyTarget, whileOpen, type CopiedTable } from './copied-tables.ts'
import type { MigrationFailure } from './errors.ts'
import { appliedMigrations, migrateOn, type Migrated } from './migrate.ts'
import { pendingMigrations, readMigrations, type AppliedMigration } from './migrations.ts'
import { provision } from './provision.ts'
import { OWNER } from './roles.ts'
import type { Session } from './session.ts'

export type RestoreOptions = {
  readonly path: string
  readonly clock: Clock
  readonly log: Log
  /** Given each file that the backup carries, once every row is in the database. */
  readonly takeFile: (name: string, bytes: Buffer) => Promise<void> | void
  /** Other migrations than this version's: for tests. */
  readonly folder?: string
}

export type RestoreDone = Migrated & {
  readonly tables: number
  readonly rows: number
  /** When the backup was made, ISO 8601. */
  readonly at: string
}

export type RestoreFailure =
  | MigrationFailure
  | Failure<'db.backup_unreadable' | 'db.not_empty' | 'db.backup_not_restored'>

/**
 * Restores a backup of this version or an older one. The database must be empty; when anything is wrong with the
 * file, it stays empty. `applied` names the migrations that came after it was written.
 */
export async function restore(adminUrl: string, options: RestoreOptions): Promise<Result<RestoreDone, RestoreFailure>> {
  const { path } = options
  let file: BackupReader
  try {
    file = await openBackupFile(path)
  } catch (thrown) {
    return fail('db.backup_unreadable', `the backup ${path} cannot be used: ${messageOf(thrown)}`)
  }
  try {
    const session = await openAdministrator(adminUrl)
    if (!session.ok) return session
    try {
      return await restoreOn(session.value, adminUrl, file, options)
    } catch (thrown) {
      if (thrown instanceof DamagedBackup) {
        return fail('db.backup_unreadable', `the backup ${path} is damaged: ${thrown.message}; nothing was restored`)
      }
      return fail('db.backup_not_restored', `the backup ${path} was not restored: ${messageOf(thrown)}`)
    } finally {
      await session.value.close()
    }
  } finally {
    await file.close()
  }
}

async function restoreOn(
  session: Session,
  adminUrl: string,
  file: BackupReader,
  options: RestoreOptions,
): Promise<Result<RestoreDone, RestoreFailure>> {
  const { clock, log, folder } = options
  const { at, migrations } = file.head
  const known = pendingMigrations(readMigrations(folder), migrations)
  if (!known.ok) return known
  const provisioned = await provision(session, adminUrl)
  if (!provisioned.ok) return provisioned
  const before = await appliedMigrations(session.sql)
  if (before && !(await isEmptyAt(session.sql, before, migrations))) {
    return fail('db.not_empty', 'the database is in use; name an empty one, or an empty data folder')
  }
  const made = await migrateOn(session, { clock, log, ...(folder ? { folder } : {}), through: migrations.length })
  if (!made.ok) return made
  const files = new Map<string, Buffer>()
  const filled = await fillAll(session.sql, file, files)
  for (const [name, bytes] of files) await options.takeFile(name, bytes)
  const brought = await migrateOn(session, { clock, log, ...(folder ? { folder } : {}) })
  return brought.ok ? ok({ ...filled, at, applied: brought.value.applied }) : brought
}

/** Whether the tables are those of the backup's schema and hold nothing. */
async function isEmptyAt(
  sql: Sql,
  applied: readonly AppliedMigration[],
  wanted: readonly AppliedMigration[],
): Promise<boolean> {
  if (applied.length > wanted.length) return false
  await sql.unsafe(`set role ${OWNER}`)
  try {
    for (const { name } of await copiedTables(sql)) {
      const [found] = await sql.unsafe<{ yes: boolean }[]>(`select exists (select from ${quoted(name)}) as yes`)
      if (found!.yes) return false
    }
    return true
  } finally {
    await sql`reset role`
  }
}

async function fillAll(sql: Sql, file: BackupReader, files: Map<string, Buffer>) {
  let tables = 0
  let rows = 0
  await sql.unsafe(`begin; set local role ${OWNER}`)
  try {
    const known = new Map((await copiedTables(sql)).map((table) => [table.name, table]))
    await whileOpen(sql, [...known.values()], async () => {
      for (let section = await file.next(); section; section = await file.next()) {
        if (section.section === 'file') {
          files.set(section.name, await contentOf(file))
          continue
        }
        rows += await fill(sql, file, section, known)
        tables++
      }
    })
    await advanceIdentities(sql)
    await sql.unsafe('commit')
    return { tables, rows }
  } catch (thrown) {
    await sql.unsafe('rollback').catch(() => {})
    throw thrown
  }
}

async function fill(
  sql: Sql,
  file: BackupReader,
  table: CopiedTable,
  known: ReadonlyMap<string, CopiedTable>,
): Promise<number> {
  const columns = new Set(known.get(table.name)?.columns)
  if (!table.columns.every((column) => columns.has(column))) {
    throw new DamagedBackup(`its table ${table.name} is not in the schema that it names`)
  }
  const target = await sql.unsafe(`copy ${copyTarget(table)} from stdin`).writable()
  return file.pour(target)
}

async function contentOf(file: BackupReader): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk)
      done()
    },
  })
  await file.pour(collect)
  return Buffer.concat(chunks)
}
