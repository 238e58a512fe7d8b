/** `migrate`: brings the database to this version, as every start does. */

import { ok } from '../base/index.ts'
import { migrate } from '../platform/db/index.ts'
import { withDatabase } from './with-database.ts'

/** `migrate`: makes the roles and the database where they are missing, then applies what is new. */
export function run(): Promise<number> {
  return withDatabase(async ({ adminUrl, clock, log }) => {
    const migrated = await migrate(adminUrl, { clock, log })
    if (!migrated.ok) return migrated
    const { applied } = migrated.value
    return ok(applied.length === 0 ? 'the database is up to date' : `applied ${applied.join(', ')}`)
  })
}
