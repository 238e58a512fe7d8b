/**
 * Looking through a customer's eyes: a short session of the other's login that names who it really is. Everything in it
 * stands twice in the audit: in the customer's, and in the book of the company whose person looked.
 */

import { newToken, ok, type Clock, type RandomBytes, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import type { Caller } from './caller.ts'
import { noSuchLogin, type LoginFailure } from './errors.ts'
import { findLoginById } from './logins.ts'
import { hashOfToken } from './secrets.ts'
import { openSession, type NewSession } from './sessions.ts'

const LOOK_MS = 60 * 60_000

/**
 * Opens a session of `loginId` for somebody above it in the tree; his own session waits meanwhile. The transaction's
 * scope already shows him only what is below him.
 */
export async function impersonate(
  tx: Tx,
  clock: Clock,
  caller: Caller,
  request: { readonly loginId: string; readonly source: string; readonly userAgent: string },
  random?: RandomBytes,
): Promise<Result<NewSession & { readonly tenantId: string; readonly login: string }, LoginFailure>> {
  const login = await findLoginById(tx, request.loginId)
  const isBelow = login && login.tenantPath !== caller.tenantPath && login.tenantPath.startsWith(caller.tenantPath)
  if (!isBelow || !login.isOpen || caller.loginId === undefined || caller.impersonatorId !== undefined) {
    return noSuchLogin
  }
  const session = await openSession(tx, clock, login, request, random)
  const until = clock.now() + LOOK_MS
  await tx`
    update session set impersonator_id = ${caller.loginId}, parent_session_id = ${caller.sessionId ?? null},
      expires_at = ${until}, idle_expires_at = ${until}
    where id = ${session.sessionId}`
  return ok({ ...session, tenantId: login.tenantId, login: login.login })
}

/** Ends the look; a new token of the own session when that is still open. For services: the own is out of scope. */
export async function endImpersonation(
  tx: Tx,
  clock: Clock,
  sessionId: string,
  random?: RandomBytes,
): Promise<string | undefined> {
  const now = clock.now()
  const [ended] = await tx<{ parentId: string | null }[]>`
    update session set ended_at = ${now}, end_reason = 'looked_through'
    where id = ${sessionId} and ended_at is null and impersonator_id is not null
    returning parent_session_id as "parentId"`
  if (!ended?.parentId) return undefined
  const token = newToken(random)
  const back = await tx`
    update session set token_hash = ${hashOfToken(token)}, last_seen_at = ${now}
    where id = ${ended.parentId} and ended_at is null and expires_at > ${now} and idle_expires_at > ${now}
    returning id`
  return back.length > 0 ? token : undefined
}
