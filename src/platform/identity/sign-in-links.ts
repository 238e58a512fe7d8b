/** Links that sign in a persona of the demo, once. The process offers them only where the demo is on. */

import { newId, newToken, ok, type Result } from '../../base/index.ts'
import { linkInvalid, type RecoveryFailure } from './errors.ts'
import { findLogin, findLoginById } from './logins.ts'
import { hashOfToken, isToken } from './secrets.ts'
import { letIn, type IdentityParts, type SignedIn, type SignInRequest } from './sign-in.ts'

/** Long enough for somebody to come back to the terminal after lunch. */
const LINK_LIFE_MS = 12 * 3_600_000

/** The token of a new link for a login; undefined when nobody has that login. */
export async function issueSignInLink(
  { db, clock, random }: Pick<IdentityParts, 'db' | 'clock' | 'random'>,
  login: string,
): Promise<string | undefined> {
  return db.asService(async (tx) => {
    const found = await findLogin(tx, login)
    if (!found?.isOpen) return undefined
    const token = newToken(random)
    const now = clock.now()
    await tx`
      insert into sign_in_link (id, tenant_id, login_id, token_hash, created_at, expires_at)
      values (${newId(clock)}, ${found.tenantId}, ${found.id}, ${hashOfToken(token)}, ${now}, ${now + LINK_LIFE_MS})`
    return token
  })
}

/** Uses a link up and signs its login in. */
export async function signInByLink(
  parts: IdentityParts,
  token: string,
  from: Pick<SignInRequest, 'source' | 'userAgent' | 'replaces'>,
): Promise<Result<SignedIn, RecoveryFailure>> {
  if (!isToken(token)) return linkInvalid
  const { db, clock } = parts
  const now = clock.now()
  const login = await db.asService(async (tx) => {
    const [used] = await tx<{ loginId: string }[]>`
      update sign_in_link set used_at = ${now}
      where token_hash = ${hashOfToken(token)} and used_at is null and expires_at > ${now}
      returning login_id as "loginId"`
    return used && findLoginById(tx, used.loginId)
  })
  if (!login?.isOpen) return linkInvalid
  return ok(await letIn(parts, login, from, 'identity.signInByLink'))
}
