/** People who may come in: invited with one mail, listed, locked, given another role. */

import { ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import { enqueue } from '../jobs/index.ts'
import { mayGrant } from './api-keys.ts'
import type { Caller } from './caller.ts'
import { loginTaken, noSuchLogin, roleTooWide, wrongRole, type LoginFailure } from './errors.ts'
import { createLogin, loginText } from './logins.ts'
import { welcomeJob } from './recovery.ts'
import { audienceOf, type Role } from './roles.ts'
import { endSessionsOfLogin } from './sessions.ts'

export type Invitation = {
  readonly tenantId: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly zone: string
  readonly locale?: string
  readonly personId?: string
}

type Place = { readonly kind: string; readonly path: string }

async function placeOf(tx: Tx, tenantId: string): Promise<Place | undefined> {
  const [place] = await tx<Place[]>`select kind, path from tenant where id = ${tenantId}`
  return place
}

/** In his own company nobody gives more than he has; below it he decides. */
function mayGive(caller: Caller, role: Role, place: Place): Result<true, LoginFailure> {
  if (audienceOf(role) !== place.kind) return wrongRole
  const isBelow = place.path !== caller.tenantPath && place.path.startsWith(caller.tenantPath)
  return isBelow || mayGrant(caller, role) ? ok(true) : roleTooWide
}

/** Creates a login whose name is its mail address, and orders its one welcome mail; the id of the login. */
export async function inviteLogin(
  tx: Tx,
  clock: Clock,
  caller: Caller,
  invitation: Invitation,
): Promise<Result<string, LoginFailure>> {
  const place = await placeOf(tx, invitation.tenantId)
  if (!place) return noSuchLogin
  const allowed = mayGive(caller, invitation.role, place)
  if (!allowed.ok) return allowed
  const login = loginText(invitation.email)
  const [taken] = await tx<{ isTaken: boolean }[]>`select dialhouse_login_taken(${login}) as "isTaken"`
  if (taken!.isTaken) return loginTaken(login)
  const id = await createLogin(tx, clock, { ...invitation, login })
  await enqueue(tx, clock, welcomeJob, { tenantId: invitation.tenantId, payload: { loginId: id } })
  return ok(id)
}

/** Sends the welcome mail again, with a new link; the earlier one is over. */
export async function inviteAgain(tx: Tx, clock: Clock, loginId: string): Promise<Result<true, LoginFailure>> {
  const [login] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from login where id = ${loginId} and password_hash is null and status = 'active'`
  if (!login) return noSuchLogin
  await enqueue(tx, clock, welcomeJob, { tenantId: login.tenantId, payload: { loginId } })
  return ok(true)
}

export type ListedLogin = {
  readonly id: string
  readonly tenantId: string
  readonly tenantName: string
  readonly login: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly status: 'active' | 'locked'
  /** No password was chosen yet. */
  readonly isInvited: boolean
  readonly usesCodes: boolean
  readonly passkeys: number
  readonly lastSeenAt: number | null
}

/** Logins in scope by name; of one company when it is named. */
export function listLogins(tx: Tx, tenantId: string | undefined): Promise<readonly ListedLogin[]> {
  return tx<ListedLogin[]>`
    select login.id, login.tenant_id as "tenantId", tenant.name as "tenantName", login.login, login.email, login.name,
           login.role, login.status, login.password_hash is null as "isInvited",
           exists (select from one_time_code code where code.login_id = login.id and code.confirmed_at is not null)
             as "usesCodes",
           (select count(*)::int from passkey where passkey.login_id = login.id) as passkeys,
           (select max(session.last_seen_at) from session where session.login_id = login.id) as "lastSeenAt"
    from login join tenant on tenant.id = login.tenant_id
    ${tenantId === undefined ? tx`` : tx`where login.tenant_id = ${tenantId}`}
    order by tenant.path, login.name collate "C", login.id limit 500`
}

export type LoginChange = { readonly status?: 'active' | 'locked' | undefined; readonly role?: Role | undefined }
export type ChangedLogin = {
  readonly before: Required<LoginChange>
  readonly after: Required<LoginChange>
  readonly endedSessions: number
}

/** Locks or opens a login, or gives it another role; its sessions end, so that the change counts at once. */
export async function changeAccess(
  tx: Tx,
  clock: Clock,
  caller: Caller,
  loginId: string,
  change: LoginChange,
): Promise<Result<ChangedLogin, LoginFailure>> {
  const [row] = await tx<{ tenantId: string; role: Role; status: 'active' | 'locked' }[]>`
    select tenant_id as "tenantId", role, status from login where id = ${loginId} for update`
  const place = row && (await placeOf(tx, row.tenantId))
  if (!row || !place || loginId === caller.loginId) return noSuchLogin
  const { status = row.status, role = row.role } = change
  // Whoever may not give a role may not take it away either.
  for (const one of [row.role, role]) {
    const allowed = mayGive(caller, one, place)
    if (!allowed.ok) return allowed
  }
  await tx`update login set status = ${status}, role = ${role} where id = ${loginId}`
  const reason = status === 'locked' ? 'locked' : 'role_changed'
  const endedSessions = await endSessionsOfLogin(tx, clock.now(), loginId, reason)
  return ok({ before: { status: row.status, role: row.role }, after: { status, role }, endedSessions })
}
