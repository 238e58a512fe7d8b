/** Passkeys of logins: added by somebody who is signed in, used instead of a password and a code. */

import { newId, ok, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import {
  checkAssertion,
  checkNewPasskey,
  type Ceremony,
  type NewPasskeyAnswer,
  type PasskeyAssertion,
  type StoredPasskey,
} from './check-passkey.ts'
import { passkeyRefused, wrongLogin, type PasskeyFailure, type SignInFailure } from './errors.ts'
import { findLoginById } from './logins.ts'
import { letIn, type IdentityParts, type SignedIn, type SignInRequest } from './sign-in.ts'

const PASSKEYS_MAX = 20

/** Where a ceremony takes place. */
export type Place = Omit<Ceremony, 'challenge'>

/** Begins a ceremony: the challenge that the browser has to sign. */
export function beginPasskey({ challenges }: IdentityParts): string {
  return challenges.keep(true)
}

function challengeOf(clientDataJson: string): string {
  try {
    const client = JSON.parse(Buffer.from(clientDataJson, 'base64url').toString()) as { challenge?: unknown }
    return typeof client.challenge === 'string' ? client.challenge : ''
  } catch {
    return ''
  }
}

export type AddedPasskey = {
  readonly tenantId: string
  readonly loginId: string
  readonly label: string
  readonly answer: NewPasskeyAnswer
  readonly place: Place
}

/** Stores a new passkey of a login; the id. */
export async function addPasskey(
  tx: Tx,
  { clock, challenges }: IdentityParts,
  { tenantId, loginId, label, answer, place }: AddedPasskey,
): Promise<Result<string, PasskeyFailure>> {
  const challenge = challengeOf(answer.clientDataJson)
  if (!challenges.take(challenge)) return passkeyRefused
  const stored = checkNewPasskey(answer, { ...place, challenge })
  if (!stored) return passkeyRefused
  const [count] = await tx<{ n: number }[]>`
    select count(*)::int as n from passkey where tenant_id = ${tenantId} and login_id = ${loginId}`
  if (count!.n >= PASSKEYS_MAX) return passkeyRefused
  const id = newId(clock)
  const added = await tx`
    insert into passkey
      (id, tenant_id, login_id, credential_id, public_key, algorithm, sign_count, label, created_at)
    values (${id}, ${tenantId}, ${loginId}, ${Buffer.from(answer.credentialId, 'base64url')}, ${stored.publicKey},
            ${stored.algorithm}, ${stored.signCount}, ${label}, ${clock.now()})
    on conflict (credential_id) do nothing returning id`
  return added.length > 0 ? ok(id) : passkeyRefused
}

export type ListedPasskey = {
  readonly id: string
  readonly label: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** The passkeys of a login, the oldest first. */
export function listPasskeys(tx: Tx, loginId: string): Promise<readonly ListedPasskey[]> {
  return tx<ListedPasskey[]>`
    select id, label, created_at as "createdAt", last_used_at as "lastUsedAt" from passkey
    where login_id = ${loginId} order by created_at, id`
}

/** Takes one of a login's passkeys away; false when it has no such one. */
export async function removePasskey(tx: Tx, loginId: string, id: string): Promise<boolean> {
  const gone = await tx`delete from passkey where id = ${id} and login_id = ${loginId} returning id`
  return gone.length > 0
}

type FoundPasskey = Omit<StoredPasskey, 'signCount'> & {
  readonly id: string
  readonly loginId: string
  readonly signCount: bigint
}

/** Signs in with a passkey, on the portal of the brand where it was made. */
export async function signInByPasskey(
  parts: IdentityParts,
  assertion: PasskeyAssertion,
  place: Place,
  from: Pick<SignInRequest, 'source' | 'userAgent' | 'replaces' | 'within'>,
): Promise<Result<SignedIn, SignInFailure>> {
  const { db, clock, challenges } = parts
  const challenge = challengeOf(assertion.clientDataJson)
  if (!challenges.take(challenge)) return wrongLogin
  const login = await db.asService(async (tx) => {
    const [found] = await tx<FoundPasskey[]>`
      select id, login_id as "loginId", public_key as "publicKey", algorithm, sign_count as "signCount" from passkey
      where credential_id = ${Buffer.from(assertion.credentialId, 'base64url')}`
    if (!found) return undefined
    const stored = { ...found, signCount: Number(found.signCount) }
    const count = checkAssertion(assertion, { ...place, challenge }, stored)
    if (count === undefined) return undefined
    await tx`update passkey set sign_count = ${count}, last_used_at = ${clock.now()} where id = ${found.id}`
    return findLoginById(tx, found.loginId)
  })
  if (!login?.isOpen || !login.tenantPath.startsWith(from.within ?? '')) return wrongLogin
  return ok(await letIn(parts, login, from, 'identity.signInByPasskey'))
}
