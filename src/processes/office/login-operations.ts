/** People who may come in: inviting, locking, roles, looking through their eyes. */

import { z } from 'zod'
import { isMailAddress } from '../../platform/mail/index.ts'
import { defineOperations, id, instant } from '../../platform/http/index.ts'
import { roles } from '../../platform/identity/index.ts'

const role = z.enum(roles)
const status = z.enum(['active', 'locked'])

const login = z.object({
  id,
  tenantId: id,
  tenantName: z.string(),
  login: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  status,
  isInvited: z.boolean(),
  usesCodes: z.boolean(),
  passkeys: z.int(),
  lastSeenAt: instant.nullable(),
})

const failures = {
  'identity.no_such_login': 404,
  'identity.login_taken': 409,
  'identity.role_too_wide': 403,
  'identity.wrong_role': 422,
} as const

export const loginOperations = defineOperations({
  listLogins: {
    method: 'GET',
    path: '/api/v1/logins',
    summary: 'Who may sign in, by company and name',
    permission: 'logins.read',
    audit: 'none',
    query: z.object({ customerId: id.optional() }),
    output: z.object({ items: z.array(login) }),
    failures: {},
  },
  inviteLogin: {
    method: 'POST',
    path: '/api/v1/logins',
    summary: 'Invite somebody: one welcome mail with the login and a link to choose a password, once',
    permission: 'logins.write',
    audit: 'write',
    body: z.object({
      tenantId: id.optional(),
      name: z.string().trim().min(1).max(200),
      email: z.string().trim().max(254).refine(isMailAddress, 'a mail address'),
      role,
      locale: z.enum(['en-CA', 'fr-CA', 'es-419']).optional(),
      personId: id.optional(),
    }),
    output: z.object({ id }),
    failures: { ...failures, 'identity.no_person': 422 },
  },
  inviteAgain: {
    method: 'POST',
    path: '/api/v1/logins/{id}/invitation',
    summary: 'Send the welcome mail again; the earlier link is over',
    permission: 'logins.write',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures,
  },
  changeLogin: {
    method: 'PATCH',
    path: '/api/v1/logins/{id}',
    summary: 'Lock or open a login, or give it another role; its sessions end',
    permission: 'logins.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ status: status.optional(), role: role.optional() }),
    output: z.object({ endedSessions: z.int() }),
    failures,
  },
  impersonate: {
    method: 'POST',
    path: '/api/v1/logins/{id}/look',
    summary: 'Look through the eyes of somebody below, for an hour at most; everything stands in both audits',
    permission: 'impersonation.use',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ reason: z.string().trim().min(3).max(1000) }),
    output: z.void(),
    isSecret: true,
    failures,
  },
  endImpersonation: {
    method: 'DELETE',
    path: '/api/v1/look',
    summary: 'See enough: back to the own session',
    permission: 'signed_in',
    audit: 'write',
    output: z.void(),
    failures: {},
  },
})
