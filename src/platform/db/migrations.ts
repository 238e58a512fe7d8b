/** The numbered files of migrations/, and what a database has had of them. */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert, fail, ok, type Result } from '../../base/index.ts'
import type { MigrationFailure } from './errors.ts'

export type Migration = {
  readonly number: number
  /** The file without its folder: 0001_platform.sql. */
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

export type AppliedMigration = { readonly number: number; readonly name: string; readonly sha256: string }

/** The migrations of this version. */
export const migrationsFolder = join(import.meta.dirname, '../../../migrations')

/** The migrations of a folder in their order. Their numbers begin with 1 and leave out none. */
export function readMigrations(folder = migrationsFolder): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
  const migrations = names.toSorted().map((name) => {
    const sql = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n')
    return {
      number: Number(/^(\d{4})_/.exec(name)?.[1]),
      name,
      sql,
      sha256: createHash('sha256').update(sql).digest('hex'),
    }
  })
  migrations.forEach(({ number, name }, at) => assert(number === at + 1, `${name} should begin with ${at + 1}`))
  return migrations
}

/** Identifies a schema: the same for the same migrations. */
export function schemaHash(migrations: readonly AppliedMigration[]): string {
  const lines = migrations.map(({ name, sha256 }) => `${name} ${sha256}\n`)
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/** What is still to be done. Fails when the database has had something else than these files. */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): Result<readonly Migration[], MigrationFailure> {
  for (const { number, name, sha256 } of applied) {
    const migration = migrations[number - 1]
    if (!migration) {
      return fail(
        'db.schema_newer',
        `the database has had ${name}, which this version does not know; start a newer version`,
      )
    }
    if (migration.sha256 !== sha256) {
      return fail(
        'db.migration_changed',
        `${migration.name} is not the file that this database has had; restore the file, or use an empty database`,
      )
    }
  }
  return ok(migrations.slice(applied.length))
}
