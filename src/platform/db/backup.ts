/** Writes a whole installation into one file: every table as of one instant, and files such as the master keys. */

import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { fail, isoInstant, messageOf, ok, type Clock, type Failure, type Log, type Result } from '../../base/index.ts'
import { openAdministrator } from './administrator.ts'
import { createBackupFile } from './backup-file.ts'
import type { Sql } from './column-types.ts'
import { copiedTables, copyTarget } from './copied-tables.ts'
import type { MigrationFailure } from './errors.ts'
import { appliedMigrations } from './migrate.ts'
import { schemaHash, type AppliedMigration } from './migrations.ts'
import { OWNER } from './roles.ts'

export type BackupOptions = {
  /** The file to write; it must not exist. */
  readonly path: string
  readonly clock: Clock
  readonly log: Log
  /** Small files to carry along, by their names. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

export type BackupDone = { readonly tables: number; readonly rows: number }

export type BackupFailure = MigrationFailure | Failure<'db.nothing_to_back_up' | 'db.backup_not_written'>

/**
 * Backs up a database that may be in use: all of it is read in one snapshot. The file appears under its name when
 * it is whole. It holds secrets and personal data, and is readable by its owner alone.
 */
export async function backup(adminUrl: string, options: BackupOptions): Promise<Result<BackupDone, BackupFailure>> {
  const session = await openAdministrator(adminUrl)
  if (!session.ok) return session
  const { sql } = session.value
  const unfinished = `${options.path}.unfinished`
  try {
    const migrations = await appliedMigrations(sql)
    if (!migrations) return fail('db.nothing_to_back_up', 'the database holds nothing of Dialhouse yet')
    await rm(unfinished, { force: true })
    await sql.unsafe(`begin isolation level repeatable read read only; set local role ${OWNER}`)
    const done = await writeAll(sql, unfinished, migrations, options)
    await sql.unsafe('commit')
    await rename(unfinished, options.path)
    options.log.info('wrote a backup', { tables: done.tables, rows: done.rows })
    return ok(done)
  } catch (thrown) {
    return fail('db.backup_not_written', `the backup ${options.path} was not written: ${messageOf(thrown)}`)
  } finally {
    await rm(unfinished, { force: true })
    await session.value.close()
  }
}

async function writeAll(
  sql: Sql,
  path: string,
  migrations: readonly AppliedMigration[],
  { clock, files }: BackupOptions,
): Promise<BackupDone> {
  const at = isoInstant(clock.now())
  const file = await createBackupFile(path, { section: 'head', at, migrations, schemaHash: schemaHash(migrations) })
  try {
    for (const [name, bytes] of files) await file.write({ section: 'file', name }, Readable.from([Buffer.from(bytes)]))
    const tables = await copiedTables(sql)
    let rows = 0
    for (const table of tables) {
      const content = await sql.unsafe(`copy ${copyTarget(table)} to stdout`).readable()
      rows += await file.write({ section: 'table', ...table }, content)
    }
    await file.finish()
    return { tables: tables.length, rows }
  } finally {
    await file.close()
  }
}
