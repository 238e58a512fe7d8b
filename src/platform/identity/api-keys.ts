/** Keys of programs: `dh_1a2b3c4d.secret`. The prefix is shown and looked up, the secret is stored hashed. */

import { timingSafeEqual } from 'node:crypto'
import { newId, newToken, secureRandom, toHex, type Clock, type RandomBytes } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import type { Caller } from './caller.ts'
import { permissionsOf, type Role } from './roles.ts'
import { hashOfToken } from './secrets.ts'

/** A phone user signs in; programs act for tenants. */
export type KeyRole = Exclude<Role, 'phone_user'>

export type NewApiKey = {
  readonly tenantId: string
  readonly name: string
  readonly role: KeyRole
  readonly zone: string
  readonly createdBy?: string
  readonly expiresAt?: number
}

/** Creates a key; its text is returned once and cannot be read again. */
export async function createApiKey(
  tx: Tx,
  clock: Clock,
  key: NewApiKey,
  random: RandomBytes = secureRandom,
): Promise<{ id: string; text: string; prefix: string }> {
  const id = newId(clock)
  const prefix = `dh_${toHex(random(6))}`
  const secret = newToken(random)
  await tx`
    insert into api_key (id, tenant_id, name, prefix, secret_hash, role, zone, created_by, created_at, expires_at)
    values (${id}, ${key.tenantId}, ${key.name}, ${prefix}, ${hashOfToken(secret)}, ${key.role}, ${key.zone},
            ${key.createdBy ?? null}, ${clock.now()}, ${key.expiresAt ?? null})`
  return { id, prefix, text: `${prefix}.${secret}` }
}

type KeyRow = {
  id: string
  tenantId: string
  tenantPath: string
  name: string
  role: Role
  zone: string
  secretHash: Buffer
}

/** The caller behind a key, or undefined when it is unknown, wrong, expired or revoked. */
export async function callerOfApiKey(db: Db, clock: Clock, text: string): Promise<Caller | undefined> {
  const match = /^(dh_[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/.exec(text)
  if (!match) return undefined
  const now = clock.now()
  const [row] = await db.asService(
    (tx) => tx<KeyRow[]>`
      select api_key.id, api_key.tenant_id as "tenantId", tenant.path as "tenantPath", api_key.name, api_key.role,
             api_key.zone, api_key.secret_hash as "secretHash"
      from api_key join tenant on tenant.id = api_key.tenant_id
      where api_key.prefix = ${match[1]!} and api_key.revoked_at is null and tenant.status <> 'terminated'
        and (api_key.expires_at is null or api_key.expires_at > ${now})`,
  )
  if (!row || !timingSafeEqual(row.secretHash, hashOfToken(match[2]!))) return undefined
  return {
    tenantPath: row.tenantPath,
    tenantId: row.tenantId,
    role: row.role,
    loginId: undefined,
    apiKeyId: row.id,
    sessionId: undefined,
    personId: undefined,
    name: row.name,
    zone: row.zone,
    locale: 'en-CA',
    permissions: permissionsOf(row.role),
  }
}

/** Whether a key is still valid: for what goes on after the request that it came with. */
export async function isApiKeyOpen(db: Db, clock: Clock, id: string): Promise<boolean> {
  const now = clock.now()
  const open = await db.asService(
    (tx) => tx`
      select from api_key join tenant on tenant.id = api_key.tenant_id
      where api_key.id = ${id} and revoked_at is null and tenant.status <> 'terminated'
        and (expires_at is null or expires_at > ${now})`,
  )
  return open.length > 0
}

/** How many valid keys a tenant has. */
export async function countApiKeys(tx: Tx, at: number, tenantId: string): Promise<number> {
  const [row] = await tx<{ keys: number }[]>`
    select count(*)::int as keys from api_key
    where tenant_id = ${tenantId} and revoked_at is null and (expires_at is null or expires_at > ${at})`
  return row?.keys ?? 0
}

export type ListedApiKey = {
  readonly id: string
  readonly name: string
  readonly prefix: string
  readonly role: Role
  readonly createdAt: number
  readonly expiresAt: number | null
}

/** The valid keys of the tenants in scope, the newest first. */
export async function listApiKeys(tx: Tx, at: number): Promise<readonly ListedApiKey[]> {
  return tx<ListedApiKey[]>`
    select id, name, prefix, role, created_at as "createdAt", expires_at as "expiresAt" from api_key
    where revoked_at is null and (expires_at is null or expires_at > ${at})
    order by created_at desc, id limit 500`
}

/** Ends a key in scope at once; false when there is no such key. */
export async function revokeApiKey(tx: Tx, at: number, id: string): Promise<boolean> {
  const ended = await tx`update api_key set revoked_at = ${at} where id = ${id} and revoked_at is null returning id`
  return ended.length > 0
}

/** Whether somebody with `own` may create a key with `wanted`: never one that may do more than he may. */
export function mayGrant(own: Caller, wanted: Role): boolean {
  return [...permissionsOf(wanted)].every((permission) => own.permissions.has(permission))
}
