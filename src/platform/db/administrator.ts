/** The administrator's connections: for provisioning, migrations, backup and restore; never inside a process. */

import { fail, FailureError, ok, type Result } from '../../base/index.ts'
import { parseAddress, type Address } from './address.ts'
import type { Sql, Tx } from './column-types.ts'
import { codeOf, serverTooOld, unavailable, type MigrationFailure } from './errors.ts'
import { untilDefined } from './pause.ts'
import { OWNER } from './roles.ts'
import { openSession, type Session } from './session.ts'
import { runTransaction } from './transaction.ts'

const OLDEST_SERVER = 150_000
const INVALID_CATALOG_NAME = '3D000'
const INSUFFICIENT_PRIVILEGE = '42501'

/** Only one administrator at a time works on a database: the key of its advisory lock. */
const LOCK_KEY = 8_400_400

/**
 * Connects as the administrator of `url`, without limits of time. A database that does not exist is made.
 * A server that is starting is waited for.
 */
export async function openAdministrator(url: string): Promise<Result<Session, MigrationFailure>> {
  const address = parseAddress(url)
  if (!address.ok) return address
  let last: unknown
  const attempt = () =>
    connect(address.value).catch((thrown: unknown) => {
      last = thrown
      return codeOf(thrown) === '57P03' ? undefined : null
    })
  const session = await untilDefined(30_000, attempt)
  return session ? checkVersion(session) : unavailable(last)
}

async function connect(address: Address): Promise<Session> {
  const options = { address, applicationName: 'dialhouse_administrator', statementTimeoutMs: 0 }
  try {
    return await openSession(options)
  } catch (thrown) {
    if (codeOf(thrown) !== INVALID_CATALOG_NAME) throw thrown
    await createDatabase(address)
    return openSession(options)
  }
}

async function createDatabase(address: Address): Promise<void> {
  const session = await openSession({
    address: { ...address, database: 'postgres' },
    applicationName: 'dialhouse_administrator',
    statementTimeoutMs: 0,
  })
  try {
    await session.sql.unsafe(`create database ${quoted(address.database)} template template0 encoding 'UTF8'`)
  } catch (thrown) {
    // Another administrator was faster.
    if (codeOf(thrown) !== '42P04') throw thrown
  } finally {
    await session.close()
  }
}

async function checkVersion(session: Session): Promise<Result<Session, MigrationFailure>> {
  const [server] = await session.sql<{ version: number; text: string; encoding: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as text,
           current_setting('server_encoding') as encoding`
  if (server!.version >= OLDEST_SERVER && server!.encoding === 'UTF8') return ok(session)
  await session.close()
  if (server!.version < OLDEST_SERVER) return serverTooOld(server!.text)
  return fail(
    'db.not_utf8',
    `the database is in ${server!.encoding}; make it with: create database ... encoding 'UTF8'`,
  )
}

/** Runs `act` while no other administrator works on this database; what the server forbids becomes a failure. */
export async function whileAlone<T>(
  session: Session,
  act: (sql: Sql) => Promise<Result<T, MigrationFailure>>,
): Promise<Result<T, MigrationFailure>> {
  const { sql } = session
  await sql`select pg_advisory_lock(${LOCK_KEY})`
  try {
    return await act(sql)
  } catch (thrown) {
    if (thrown instanceof FailureError) return { ok: false, failure: thrown.failure as MigrationFailure }
    if (codeOf(thrown) !== INSUFFICIENT_PRIVILEGE) throw thrown
    const why = (thrown as Error).message
    return fail(
      'db.not_allowed',
      `the user of DATABASE_URL may not do this (${why}); name a superuser or one with CREATEROLE`,
    )
  } finally {
    if (!session.isLost()) await sql`select pg_advisory_unlock(${LOCK_KEY})`
  }
}

/** One transaction as the owner of the tables, at an instant. */
export function asOwner<T>(session: Session, nowMs: number, act: (tx: Tx) => Promise<T>): Promise<T> {
  return runTransaction(
    session,
    (sql) => sql`select set_config('role', ${OWNER}, true), set_config('dialhouse.now', ${String(nowMs)}, true)`,
    act,
  )
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
