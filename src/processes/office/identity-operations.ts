/** Coming in and going out: what the API offers to whoever signs in. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'
import { roles } from '../../platform/identity/index.ts'

export const me = z.object({
  loginId: id.nullable(),
  tenantId: id,
  /** The account ID that support asks for; null for those who serve others. */
  accountCode: z.string().nullable(),
  name: z.string(),
  role: z.enum(roles),
  personId: id.nullable(),
  /** Somebody of the provider or partner looks through this login's eyes. */
  isLookedThrough: z.boolean(),
  zone: z.string(),
  locale: z.string(),
  permissions: z.array(z.string()),
})

const session = z.object({
  id,
  isCurrent: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant,
  sourceAddress: z.string(),
  userAgent: z.string(),
})

const login = z.string().min(1).max(254)
const password = z.string().min(1).max(200)
const tooMany = { 'identity.too_many_attempts': 429, 'identity.busy': 503 } as const

/** Coming in and going out. */
export const identityOperations = defineOperations({
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    summary: 'Sign in with a login and a password; the session is a cookie',
    permission: 'public',
    audit: 'write',
    body: z.object({ login, password }),
    output: me,
    failures: { 'identity.wrong_login': 401, 'identity.code_needed': 401, ...tooMany },
  },
  signOut: {
    method: 'DELETE',
    path: '/api/v1/session',
    summary: 'End the session of this browser',
    permission: 'signed_in',
    audit: 'write',
    output: z.void(),
    failures: {},
  },
  requestRecovery: {
    method: 'POST',
    path: '/api/v1/recovery',
    summary: 'Have a Password Recovery link mailed; the answer is the same for unknown logins',
    permission: 'public',
    audit: 'write',
    body: z.object({ login }),
    output: z.void(),
    failures: tooMany,
  },
  resetPassword: {
    method: 'POST',
    path: '/api/v1/recovery/complete',
    summary: 'Set a new password with the token of a recovery link; ends every session of the login',
    permission: 'public',
    audit: 'write',
    body: z.object({ token: z.string().min(1).max(100), password }),
    output: z.void(),
    failures: { 'identity.link_invalid': 410, 'identity.weak_password': 422, 'identity.busy': 503 },
  },
  readMe: {
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who is asking, and what he may do',
    permission: 'signed_in',
    audit: 'none',
    output: me,
    failures: {},
  },
  changeMe: {
    method: 'PATCH',
    path: '/api/v1/me',
    summary: 'Change the language and the time zone in which pages and reports speak to this login',
    permission: 'signed_in',
    audit: 'write',
    body: z.object({ locale: z.enum(['en-CA', 'fr-CA', 'es-419']).optional(), zone: z.string().max(64).optional() }),
    output: z.void(),
    failures: { 'identity.unknown_zone': 422 },
  },
  listSessions: {
    method: 'GET',
    path: '/api/v1/sessions',
    summary: 'The open sessions of this login',
    permission: 'signed_in',
    audit: 'none',
    output: z.object({ items: z.array(session) }),
    failures: {},
  },
  endSession: {
    method: 'DELETE',
    path: '/api/v1/sessions/{id}',
    summary: 'End one of the own sessions',
    permission: 'signed_in',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'identity.no_such_session': 404 },
  },
})
