/** Refuses a database role that row-level security does not hold: the last gate before the first statement. */

import { ok, type Result } from '../../base/index.ts'
import { serverTooOld, unsafeRole } from './errors.ts'
import type { Sql } from './column-types.ts'

const OLDEST_SERVER = 150_000

type Answer = {
  role: string
  version: number
  versionText: string
  isSuperuser: boolean
  bypasses: boolean
  owned: string | null
}

/**
 * Looks at who this connection is, and at every role that it may become. Fails with `db.unsafe_role` for a
 * superuser, a role with BYPASSRLS or an owner of any table, and with `db.server_too_old` before PostgreSQL 15.
 */
export async function checkRole(sql: Sql): Promise<Result<true>> {
  const [answer] = await sql<Answer[]>`
    select session_user::text as role,
           current_setting('server_version_num')::int as version,
           current_setting('server_version') as "versionText",
           coalesce(bool_or(rolsuper), false) as "isSuperuser",
           coalesce(bool_or(rolbypassrls), false) as bypasses,
           (select min(c.oid::regclass::text) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm')
              and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
              and pg_has_role(session_user, c.relowner, 'MEMBER')) as owned
    from pg_roles where pg_has_role(session_user, oid, 'MEMBER')`
  if (!answer) return unsafeRole('?', 'is unknown')
  if (answer.version < OLDEST_SERVER) return serverTooOld(answer.versionText)
  if (answer.isSuperuser) return unsafeRole(answer.role, 'is a superuser')
  if (answer.bypasses) return unsafeRole(answer.role, 'has BYPASSRLS')
  if (answer.owned) return unsafeRole(answer.role, `owns the table ${answer.owned}`)
  return ok(true)
}
