/** Sessions of people: opened at sign-in, found by a token that only the browser knows, ended by many causes. */

import { newId, newToken, type Clock, type RandomBytes } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import type { Caller } from './caller.ts'
import { loginColumns, type LoginRow } from './logins.ts'
import { isStaff, keptFromImpersonators, permissionsOf, type Permission, type Role } from './roles.ts'
import { hashOfToken, isToken } from './secrets.ts'

const minute = 60_000
const hour = 60 * minute

/** Staff sessions guard everybody's data and are short; customers may leave a dashboard open for a day. */
const lifetimes = {
  staff: { idleMs: 30 * minute, absoluteMs: 12 * hour },
  customer: { idleMs: 12 * hour, absoluteMs: 14 * 24 * hour },
}

/** Use is written down at most this often; the idle time is exact to as much. */
const SEEN_EVERY_MS = minute

export type SessionEnd = 'signed_out' | 'revoked' | 'replaced' | 'recovered' | 'locked' | 'role_changed'

export type NewSession = { readonly sessionId: string; readonly token: string }

function lifetimeOf(role: Role) {
  return isStaff(role) ? lifetimes.staff : lifetimes.customer
}

/** Opens a session for a login; the token is returned once and stored hashed. */
export async function openSession(
  tx: Tx,
  clock: Clock,
  login: LoginRow,
  from: { source: string; userAgent: string },
  random?: RandomBytes,
): Promise<NewSession> {
  const sessionId = newId(clock)
  const token = newToken(random)
  const now = clock.now()
  const { idleMs, absoluteMs } = lifetimeOf(login.role)
  await tx`
    insert into session
      (id, tenant_id, login_id, token_hash, created_at, last_seen_at, idle_expires_at, expires_at, source_address,
       user_agent)
    values
      (${sessionId}, ${login.tenantId}, ${login.id}, ${hashOfToken(token)}, ${now}, ${now}, ${now + idleMs},
       ${now + absoluteMs}, ${from.source}, ${from.userAgent.slice(0, 300)})`
  return { sessionId, token }
}

type SessionRow = LoginRow & {
  readonly sessionId: string
  readonly lastSeenAt: number
  readonly impersonatorId: string | null
}

/** The caller behind a session token, or undefined when the session is over. Counts as use unless `quiet`. */
export async function callerOfSession(
  db: Db,
  clock: Clock,
  token: string,
  options: { quiet?: boolean } = {},
): Promise<Caller | undefined> {
  if (!isToken(token)) return undefined
  const now = clock.now()
  return db.asService(async (tx) => {
    const [row] = await tx<SessionRow[]>`
      select session.id as "sessionId", session.last_seen_at as "lastSeenAt",
             session.impersonator_id as "impersonatorId", ${loginColumns(tx)}
      from session join login on login.id = session.login_id join tenant on tenant.id = login.tenant_id
      where session.token_hash = ${hashOfToken(token)} and session.ended_at is null
        and session.expires_at > ${now} and session.idle_expires_at > ${now}`
    if (!row?.isOpen) return undefined
    // A look does not grow longer by being used.
    if (!options.quiet && row.impersonatorId === null && now - row.lastSeenAt >= SEEN_EVERY_MS) {
      const idleExpiresAt = now + lifetimeOf(row.role).idleMs
      await tx`
        update session set last_seen_at = ${now}, idle_expires_at = ${idleExpiresAt} where id = ${row.sessionId}`
    }
    const caller = callerOfLogin(row, row.sessionId)
    return row.impersonatorId === null ? caller : lookedThrough(caller, row.impersonatorId)
  })
}

function lookedThrough(caller: Caller, impersonatorId: string): Caller {
  const kept = new Set<Permission>(keptFromImpersonators)
  const permissions = new Set([...caller.permissions].filter((one) => !kept.has(one)))
  return { ...caller, impersonatorId, permissions }
}

/** What a login stands for. */
export function callerOfLogin(login: LoginRow, sessionId?: string): Caller {
  return {
    tenantPath: login.tenantPath,
    tenantId: login.tenantId,
    role: login.role,
    loginId: login.id,
    apiKeyId: undefined,
    sessionId,
    personId: login.personId ?? undefined,
    name: login.name,
    zone: login.zone,
    locale: login.locale,
    permissions: permissionsOf(login.role),
  }
}

/** Ends the session of a token; nothing happens when it is over already. */
export async function endSessionOfToken(tx: Tx, at: number, token: string, reason: SessionEnd): Promise<void> {
  await tx`
    update session set ended_at = ${at}, end_reason = ${reason}
    where token_hash = ${hashOfToken(token)} and ended_at is null`
}

/** Ends every session of a login; returns how many. */
export async function endSessionsOfLogin(tx: Tx, at: number, loginId: string, reason: SessionEnd): Promise<number> {
  const ended = await tx`
    update session set ended_at = ${at}, end_reason = ${reason}
    where login_id = ${loginId} and ended_at is null returning id`
  return ended.length
}

export type OpenSession = {
  readonly id: string
  readonly createdAt: number
  readonly lastSeenAt: number
  readonly sourceAddress: string
  readonly userAgent: string
}

/** The caller's own open sessions, the last used first. */
export async function listSessions(tx: Tx, at: number, loginId: string): Promise<readonly OpenSession[]> {
  return tx<OpenSession[]>`
    select id, created_at as "createdAt", last_seen_at as "lastSeenAt", source_address as "sourceAddress",
           user_agent as "userAgent"
    from session
    where login_id = ${loginId} and ended_at is null and expires_at > ${at} and idle_expires_at > ${at}
    order by last_seen_at desc, id limit 100`
}

/** Ends one of the login's own sessions; false when it has no such session open. */
export async function revokeSession(tx: Tx, at: number, loginId: string, sessionId: string): Promise<boolean> {
  const ended = await tx`
    update session set ended_at = ${at}, end_reason = 'revoked'
    where id = ${sessionId} and login_id = ${loginId} and ended_at is null returning id`
  return ended.length > 0
}

const REMEMBERED_MS = 90 * 24 * hour

/** Addresses from which a login has signed in lately: guesses from elsewhere do not slow these down. */
export async function knownAddresses(tx: Tx, at: number, loginId: string): Promise<readonly string[]> {
  const rows = await tx<{ sourceAddress: string }[]>`
    select distinct source_address as "sourceAddress" from session
    where login_id = ${loginId} and created_at > ${at - REMEMBERED_MS} limit 200`
  return rows.map((row) => row.sourceAddress)
}

/** Removes sessions and links that have been over for 90 days; returns how many sessions. */
export async function forgetSessions(tx: Tx, at: number): Promise<number> {
  const before = at - REMEMBERED_MS
  await tx`delete from recovery_token where expires_at < ${before}`
  await tx`delete from sign_in_link where expires_at < ${before}`
  const gone = await tx`delete from session where expires_at < ${before} returning id`
  return gone.length
}
