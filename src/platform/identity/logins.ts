/** Logins: created with or without a password, found by what a person types. */

import { assert, fail, isZone, newId, ok, type Clock, type Failure, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import type { Role } from './roles.ts'

export type NewLogin = {
  readonly tenantId: string
  readonly login: string
  readonly email: string
  readonly name: string
  readonly role: Role
  /** From a `PasswordHasher`; without one the person sets a password through a recovery link. */
  readonly passwordHash?: string
  readonly zone: string
  readonly locale?: string
  /** Required for a phone user. */
  readonly personId?: string
}

/** What the rest of identity needs to know of a login and its tenant. */
export type LoginRow = {
  readonly id: string
  readonly tenantId: string
  readonly tenantPath: string
  readonly login: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly passwordHash: string | null
  readonly zone: string
  readonly locale: string
  readonly personId: string | null
  /** The login is not locked and its tenant not terminated. */
  readonly isOpen: boolean
}

const LOGIN_MAX = 254

/** Creates a login and returns its id; the login name must be free in the whole installation. */
export async function createLogin(tx: Tx, clock: Clock, login: NewLogin): Promise<string> {
  assert(isZone(login.zone), 'a login has an IANA zone')
  const id = newId(clock)
  const now = clock.now()
  await tx`
    insert into login
      (id, tenant_id, login, email, name, role, password_hash, password_at, zone, locale, person_id, status, created_at)
    values
      (${id}, ${login.tenantId}, ${loginText(login.login)}, ${login.email}, ${login.name}, ${login.role},
       ${login.passwordHash ?? null}, ${login.passwordHash === undefined ? null : now}, ${login.zone},
       ${login.locale ?? 'en-CA'}, ${login.personId ?? null}, 'active', ${now})`
  return id
}

/** What a person typed, in the form that is stored and compared: trimmed, lower case, NFKC. */
export function loginText(typed: string): string {
  return typed.trim().normalize('NFKC').toLowerCase().slice(0, LOGIN_MAX)
}

/** The login of that name, or undefined. */
export async function findLogin(tx: Tx, typed: string): Promise<LoginRow | undefined> {
  const [row] = await tx<LoginRow[]>`
    select ${loginColumns(tx)} from login join tenant on tenant.id = login.tenant_id
    where lower(login.login collate "C") = ${loginText(typed)}`
  return row
}

/** The login with that id, or undefined. */
export async function findLoginById(tx: Tx, id: string): Promise<LoginRow | undefined> {
  const [row] = await tx<LoginRow[]>`
    select ${loginColumns(tx)} from login join tenant on tenant.id = login.tenant_id where login.id = ${id}`
  return row
}

/** The columns of a `LoginRow`, for queries that join login and tenant. */
export function loginColumns(tx: Tx) {
  return tx`
    login.id, login.tenant_id as "tenantId", tenant.path as "tenantPath", login.login, login.email, login.name,
    login.role, login.password_hash as "passwordHash", login.zone, login.locale, login.person_id as "personId",
    (login.status = 'active' and tenant.status <> 'terminated') as "isOpen"`
}

type Spoken = { readonly locale: string; readonly zone: string }

/** How pages and reports speak to somebody; what is left out stays. Answers what it was and what it is. */
export async function changeLogin(
  tx: Tx,
  loginId: string,
  { locale, zone }: { readonly locale?: string | undefined; readonly zone?: string | undefined },
): Promise<Result<{ readonly before: Spoken; readonly after: Spoken }, Failure<'identity.unknown_zone'>>> {
  if (zone !== undefined && !isZone(zone)) {
    return fail('identity.unknown_zone', `${zone} is not a time zone; choose one like America/Toronto`)
  }
  const [before] = await tx<Spoken[]>`select locale, zone from login where id = ${loginId} for update`
  assert(before !== undefined, 'whoever is signed in has a login')
  const after = { locale: locale ?? before.locale, zone: zone ?? before.zone }
  await tx`update login set locale = ${after.locale}, zone = ${after.zone} where id = ${loginId}`
  return ok({ before: { ...before }, after })
}

/** Stores a new password. */
export async function setPassword(tx: Tx, at: number, loginId: string, passwordHash: string): Promise<void> {
  await tx`update login set password_hash = ${passwordHash}, password_at = ${at} where id = ${loginId}`
}
