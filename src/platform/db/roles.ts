/** The roles of the database: who owns, who asks, and who may ask without a tenant's scope. */

/** A process that asks the database. */
export type Role = 'office' | 'charge' | 'signal'

/** Owns every table; used by migrations, backup and restore only. */
export const OWNER = 'dialhouse_owner'

/** What `office` becomes inside a transaction that has no tenant scope. */
export const OFFICE_SERVICE = 'dialhouse_office_service'

/** The login of a process. */
export function loginOf(role: Role): string {
  return `dialhouse_${role}`
}

/** The role whose policies hold where a process works for no tenant in particular. */
export function serviceRoleOf(role: Role): string {
  return role === 'office' ? OFFICE_SERVICE : loginOf(role)
}

export const logins: readonly string[] = (['office', 'charge', 'signal'] as const).map(loginOf)
