/** The only door through which a process asks the database: one transaction at a time, always in a scope. */

import type { Kysely } from 'kysely'
import { assert, FailureError, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import { asRole, parseAddress, socketAddress, type SocketOptions } from './address.ts'
import type { Tx } from './column-types.ts'
import { kyselyOn } from './dialect.ts'
import { createListener, type NotificationHandler } from './listener.ts'
import { checkRole } from './role-check.ts'
import { loginOf, serviceRoleOf, type Role } from './roles.ts'
import type { Schema } from './schema.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import { createSessionPool } from './session-pool.ts'
import { runTransaction } from './transaction.ts'

/** Whose rows a transaction may see and write: the tenants below this path, such as `nw/maple/`. */
export type Scope = { readonly tenantPath: string }

export type Db = {
  /** One transaction bound by row-level security to a subtree of the tenant tree. Only `office` has such scopes. */
  as<T>(scope: Scope, act: (tx: Tx) => Promise<T>): Promise<T>
  /** One transaction for work of no tenant, on the tables that list this process as a service. */
  asService<T>(act: (tx: Tx) => Promise<T>): Promise<T>
  /** Composed queries in an open transaction. */
  kysely(tx: Tx): Kysely<Schema>
  /** Calls `handler` on each notification, and once with '' after a broken connection: look, do not trust. */
  listen(channel: string, handler: NotificationHandler): Promise<void>
  /** Waits for open transactions, then disconnects. */
  close(): Promise<void>
}

export type OpenDbOptions = {
  /** DATABASE_URL or a role's own URL, or the socket of a server on this machine. */
  readonly url: string | SocketOptions
  readonly role: Role
  readonly clock: Clock
  readonly log: Log
  /** Connections at most. */
  readonly max?: number
  /** `later` returns before the server was reached: for a process that can begin without it. */
  readonly connect?: 'now' | 'later'
  /** How long a transaction waits for a connection and for a server that is away. */
  readonly patienceMs?: number
  readonly statementTimeoutMs?: number
}

const tenantPath = /^([a-z0-9-]{1,40}\/)+$/

/**
 * Connects as the role of a process. Fails with `db.bad_url`, `db.unavailable`, `db.server_too_old`, and with
 * `db.unsafe_role` when row-level security would not hold that role. Broken connections are replaced as long
 * as it stays open; every new one is checked again.
 */
export async function openDb(options: OpenDbOptions): Promise<Result<Db>> {
  const { url, role, clock, log } = options
  const address = typeof url === 'string' ? parseAddress(url) : ok(socketAddress(url))
  if (!address.ok) return address
  const session: SessionOptions = {
    address: asRole(address.value, role),
    applicationName: loginOf(role),
    ...(options.statementTimeoutMs === undefined ? {} : { statementTimeoutMs: options.statementTimeoutMs }),
  }
  const pool = createSessionPool({
    open: (onLost) => openChecked({ ...session, onLost }),
    max: options.max ?? 8,
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
  })
  const listener = createListener({ open: (onLost, onNotify) => openSession({ ...session, onLost, onNotify }), log })

  const db: Db = {
    async as({ tenantPath: path }, act) {
      assert(role === 'office', `${role} has no tenant scopes`)
      assert(tenantPath.test(path), 'a scope is the path of a tenant, such as nw/maple/')
      return pool.lend((lent) =>
        runTransaction(
          lent,
          (sql) => sql`
            select set_config('dialhouse.scope', ${path}, true),
                   set_config('dialhouse.now', ${String(clock.now())}, true)`,
          act,
        ),
      )
    },
    async asService(act) {
      return pool.lend((lent) =>
        runTransaction(
          lent,
          (sql) => sql`
            select set_config('role', ${serviceRoleOf(role)}, true),
                   set_config('dialhouse.now', ${String(clock.now())}, true)`,
          act,
        ),
      )
    },
    kysely: kyselyOn,
    listen: (channel, handler) => listener.listen(channel, handler),
    async close() {
      await Promise.all([listener.close(), pool.close()])
    },
  }
  if (options.connect === 'later') return ok(db)
  try {
    await pool.lend(() => Promise.resolve())
    return ok(db)
  } catch (thrown) {
    await db.close()
    if (thrown instanceof FailureError) return { ok: false, failure: thrown.failure }
    throw thrown
  }
}

async function openChecked(options: SessionOptions): Promise<Session> {
  const session = await openSession(options)
  const checked = await checkRole(session.sql)
  if (checked.ok) return session
  await session.close()
  throw new FailureError(checked.failure)
}
