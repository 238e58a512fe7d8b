/** Who asks: what a session or an API key stands for, read once a request. */

import type { Permission, Role } from './roles.ts'

export type Caller = {
  /** The subtree of tenants that the caller sees, such as `nw/maple/acme/`; row-level security is bound to it. */
  readonly tenantPath: string
  readonly tenantId: string
  readonly role: Role
  /** The login of a person; undefined when a program calls with an API key. */
  readonly loginId: string | undefined
  readonly apiKeyId: string | undefined
  /** The session of a person, for listing and ending sessions. */
  readonly sessionId: string | undefined
  /** The person of the phone system; a phone user sees only what is his. */
  readonly personId: string | undefined
  /** The login of who looks through this caller's eyes; undefined as a rule. */
  readonly impersonatorId?: string
  readonly name: string
  /** IANA zone in which reports speak to this caller. */
  readonly zone: string
  readonly locale: string
  readonly permissions: ReadonlySet<Permission>
}

/** The person to whom a caller's view is narrowed; undefined when he sees everybody of his tenant. */
export function ownPersonOf(caller: Caller): string | undefined {
  return caller.role === 'phone_user' ? caller.personId : undefined
}

/** The login or API key behind a call, as audit and idempotency name it. */
export function subjectOf(caller: Caller): string {
  return caller.loginId ?? caller.apiKeyId ?? caller.tenantId
}
