/**
 * Password Recovery: whoever asks gets the same answer after the same work, because all that differs (looking the
 * login up, making a link, writing the mail) is done afterwards by a job. Links work once, for 30 minutes.
 */

import { newId, newToken, ok, type Clock, type RandomBytes, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { enqueue, jobKind } from '../jobs/index.ts'
import { busy, linkInvalid, tooManyAttempts, type RecoveryFailure, type ThrottleFailure } from './errors.ts'
import { findLogin, findLoginById, loginText, setPassword, type LoginRow } from './logins.ts'
import { checkPassword } from './password.ts'
import { recordAudit } from './record-audit.ts'
import { hashOfToken, isToken } from './secrets.ts'
import { endSessionsOfLogin } from './sessions.ts'
import type { IdentityParts } from './sign-in.ts'
import { sourceOf } from './source.ts'
import { recoveryBuckets } from './throttle.ts'

const LINK_LIFE_MS = 30 * 60_000
/** Who is invited may be on holiday. */
const WELCOME_LIFE_MS = 7 * 24 * 3_600_000

/** Follows up a request: `mailRecoveryLink` handles it. */
export const recoveryJob = jobKind<{ login: string; source: string }>('identity.recover', { attempts: 5 })

/** Follows up an invitation: `welcomeHandling` writes the one welcome mail. */
export const welcomeJob = jobKind<{ loginId: string }>('identity.welcome', { attempts: 5 })

export type RecoveryRequest = { readonly login: string; readonly source: string }

/**
 * Takes a request for a link. It succeeds for unknown logins too, and silently does nothing when this login was
 * asked for too often; a source that asks too often is told to wait. The job is the provider's, whoever asked.
 */
export async function requestRecovery(
  { db, clock, throttle }: IdentityParts,
  request: RecoveryRequest,
): Promise<Result<true, ThrottleFailure>> {
  const login = loginText(request.login)
  const wait = throttle.begin([
    { key: `recovery source ${sourceOf(request.source)}`, bucket: recoveryBuckets.source },
    { key: 'recovery everybody', bucket: recoveryBuckets.everybody },
  ])
  if (wait > 0) return tooManyAttempts(wait)
  if (throttle.begin([{ key: `recovery login ${login}`, bucket: recoveryBuckets.login }]) > 0) return ok(true)
  await db.asService(async (tx) => {
    const [provider] = await tx<{ id: string }[]>`select id from tenant where kind = 'provider' order by path limit 1`
    if (!provider) return
    await enqueue(tx, clock, recoveryJob, { tenantId: provider.id, payload: { login, source: request.source } })
  })
  return ok(true)
}

export type RecoveryLink = { readonly login: LoginRow; readonly token: string }

/** Makes a link for a login, in place of earlier ones; undefined when nobody has that login. */
export async function issueRecoveryLink(
  tx: Tx,
  clock: Clock,
  request: RecoveryRequest,
  random?: RandomBytes,
): Promise<RecoveryLink | undefined> {
  const login = await findLogin(tx, request.login)
  if (!login?.isOpen) return undefined
  const token = await linkFor(tx, clock, login, 'recovery', random)
  await recordAudit(tx, clock, { ...auditOf(login, request.source), action: 'identity.requestRecovery' })
  return { login, token }
}

/** Makes the one link with which somebody who was invited chooses his password; undefined when he is gone. */
export async function issueWelcomeLink(
  tx: Tx,
  clock: Clock,
  loginId: string,
  random?: RandomBytes,
): Promise<RecoveryLink | undefined> {
  const login = await findLoginById(tx, loginId)
  return login?.isOpen ? { login, token: await linkFor(tx, clock, login, 'welcome', random) } : undefined
}

/** A new link in place of the earlier ones. */
async function linkFor(
  tx: Tx,
  clock: Clock,
  login: LoginRow,
  purpose: 'recovery' | 'welcome',
  random?: RandomBytes,
): Promise<string> {
  const now = clock.now()
  const token = newToken(random)
  const expiresAt = now + (purpose === 'welcome' ? WELCOME_LIFE_MS : LINK_LIFE_MS)
  await tx`update recovery_token set used_at = ${now} where login_id = ${login.id} and used_at is null`
  await tx`
    insert into recovery_token (id, tenant_id, login_id, token_hash, created_at, expires_at, purpose)
    values (${newId(clock)}, ${login.tenantId}, ${login.id}, ${hashOfToken(token)}, ${now}, ${expiresAt}, ${purpose})`
  return token
}

/** The login that a link is for, without using it up; undefined when the link is not valid. */
export async function loginOfRecoveryLink({ db, clock }: IdentityParts, token: string): Promise<LoginRow | undefined> {
  if (!isToken(token)) return undefined
  return db.asService(async (tx) => {
    const [row] = await tx<{ loginId: string }[]>`
      select login_id as "loginId" from recovery_token
      where token_hash = ${hashOfToken(token)} and used_at is null and expires_at > ${clock.now()}`
    const login = row && (await findLoginById(tx, row.loginId))
    return login?.isOpen ? login : undefined
  })
}

/**
 * Uses a link up: sets the password and ends every session of the login. Of two uses at once one succeeds.
 * `told` writes the notice to the login's mail address, in the same transaction.
 */
export async function resetPassword(
  parts: IdentityParts,
  request: { readonly token: string; readonly password: string; readonly source: string },
  told: (tx: Tx, login: LoginRow) => Promise<void>,
): Promise<Result<LoginRow, RecoveryFailure>> {
  const { db, clock, hasher } = parts
  // Looked up first: hashing is dear, and strangers must not be able to order it.
  const login = await loginOfRecoveryLink(parts, request.token)
  if (!login) return linkInvalid
  const fits = checkPassword(request.password, login)
  if (!fits.ok) return fits
  const hash = await hasher.hash(request.password)
  if (!hash.ok) return busy
  return db.asService(async (tx) => {
    const now = clock.now()
    const used = await tx`
      update recovery_token set used_at = ${now}
      where token_hash = ${hashOfToken(request.token)} and used_at is null and expires_at > ${now} returning id`
    if (used.length === 0) return linkInvalid
    await setPassword(tx, now, login.id, hash.value)
    const ended = await endSessionsOfLogin(tx, now, login.id, 'recovered')
    await recordAudit(tx, clock, {
      ...auditOf(login, request.source),
      action: 'identity.resetPassword',
      after: { endedSessions: ended },
    })
    await told(tx, login)
    return ok(login)
  })
}

function auditOf(login: LoginRow, source: string) {
  return {
    tenantId: login.tenantId,
    actorId: undefined,
    actorRole: 'public',
    source,
    subjectKind: 'login',
    subjectId: login.id,
  }
}
