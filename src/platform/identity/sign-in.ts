/** Signing in with a login and a password: one answer and one duration for every way of being wrong. */

import { ok, type Clock, type Log, type RandomBytes, type Result } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import type { Caller } from './caller.ts'
import { codeNeeded, tooManyAttempts, wrongLogin, type SignInFailure } from './errors.ts'
import { findLogin, loginText, type LoginRow } from './logins.ts'
import type { PasswordHasher } from './password.ts'
import type { Pending } from './pending.ts'
import { recordAudit } from './record-audit.ts'
import { callerOfLogin, endSessionOfToken, knownAddresses, openSession } from './sessions.ts'
import { sourceOf } from './source.ts'
import { signInBuckets, type BucketKey, type Throttle } from './throttle.ts'

/** A sign-in whose password was right. */
export type HalfSignIn = { readonly loginId: string; readonly replaces: string | undefined }

/** What the acts of identity work with; made once by the process. */
export type IdentityParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly throttle: Throttle
  /** Passwords that were right and wait for a one-time code. */
  readonly halves: Pending<HalfSignIn>
  /** Challenges for passkeys. */
  readonly challenges: Pending<true>
  readonly random?: RandomBytes
}

export type SignInRequest = {
  readonly login: string
  readonly password: string
  /** Address of the client. */
  readonly source: string
  readonly userAgent: string
  /** The session that the browser still had: it ends, so that a planted one is worth nothing. */
  readonly replaces: string | undefined
  /** Path of the brand whose host was asked: logins of other brands are unknown there. Without one all may. */
  readonly within?: string
}

export type SignedIn = { readonly token: string; readonly caller: Caller }

/**
 * Checks a password and opens a session. Attempts are counted before they are checked, by source, by login and
 * altogether; a place from which this login has signed in before has a bucket of its own, so that an attacker
 * elsewhere cannot keep its owner out.
 */
export async function signIn(parts: IdentityParts, request: SignInRequest): Promise<Result<SignedIn, SignInFailure>> {
  const { db, clock, log, hasher, throttle } = parts
  const source = sourceOf(request.source)
  const ofSource: BucketKey = { key: `source ${source}`, bucket: signInBuckets.source }
  const waitForSource = throttle.begin([ofSource])
  if (waitForSource > 0) return tooManyAttempts(waitForSource)
  const { login, isKnownPlace } = await db.asService(async (tx) => {
    const found = await findLogin(tx, request.login)
    // Asked for unknown logins too: both ways cost two queries.
    const addresses = await knownAddresses(tx, clock.now(), found?.id ?? nobody)
    return { login: found, isKnownPlace: addresses.some((address) => sourceOf(address) === source) }
  })
  const keys = bucketsOf(loginText(request.login), source, isKnownPlace)
  const wait = throttle.begin(keys)
  if (wait > 0) return tooManyAttempts(wait)
  const fits = await hasher.verify(request.password, login?.passwordHash ?? undefined)
  if (!fits.ok) return fits
  const isHere = login?.tenantPath.startsWith(request.within ?? '')
  if (!fits.value || !login?.isOpen || !isHere) {
    log.info('a sign-in was refused', { 'pii.login': request.login, 'pii.source': request.source })
    return wrongLogin
  }
  throttle.forgive([ofSource, ...keys])
  throttle.clear(keys[0]!)
  if (await db.asService((tx) => usesCodes(tx, login.id))) {
    return codeNeeded(parts.halves.keep({ loginId: login.id, replaces: request.replaces }))
  }
  return ok(await letIn(parts, login, request, 'identity.signIn'))
}

/** Whether a login is asked for a one-time code. */
export async function usesCodes(tx: Tx, loginId: string): Promise<boolean> {
  const rows = await tx`select from one_time_code where login_id = ${loginId} and confirmed_at is not null`
  return rows.length > 0
}

const nobody = '00000000-0000-0000-0000-000000000000'

/** The login's own bucket first. */
function bucketsOf(login: string, source: string, isKnownPlace: boolean): readonly BucketKey[] {
  if (isKnownPlace) return [{ key: `place ${source} ${login}`, bucket: signInBuckets.knownPlace }]
  return [
    { key: `login ${login}`, bucket: signInBuckets.login },
    { key: 'everybody', bucket: signInBuckets.everybody },
  ]
}

/** Opens a session in place of the one the browser had, with its audit entry. */
export async function letIn(
  { db, clock, random }: IdentityParts,
  login: LoginRow,
  from: Pick<SignInRequest, 'source' | 'userAgent' | 'replaces'>,
  action: string,
): Promise<SignedIn> {
  return db.asService(async (tx) => {
    if (from.replaces !== undefined) await endSessionOfToken(tx, clock.now(), from.replaces, 'replaced')
    const { sessionId, token } = await openSession(tx, clock, login, from, random)
    await recordAudit(tx, clock, {
      tenantId: login.tenantId,
      actorId: login.id,
      actorRole: login.role,
      source: from.source,
      action,
      subjectKind: 'session',
      subjectId: sessionId,
    })
    return { token, caller: callerOfLogin(login, sessionId) }
  })
}

/** Ends the caller's session; the operation that does so writes the audit entry. Programs have none. */
export async function signOut(tx: Tx, at: number, caller: Caller): Promise<void> {
  const { sessionId } = caller
  if (sessionId === undefined) return
  await tx`
    update session set ended_at = ${at}, end_reason = 'signed_out' where id = ${sessionId} and ended_at is null`
}
