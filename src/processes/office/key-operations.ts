/** Keys of programs. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'
import { roles } from '../../platform/identity/index.ts'

const role = z.enum(roles)

const apiKey = z.object({
  id,
  name: z.string(),
  prefix: z.string(),
  role,
  createdAt: instant,
  expiresAt: instant.nullable(),
})

export const keyOperations = defineOperations({
  listApiKeys: {
    method: 'GET',
    path: '/api/v1/api-keys',
    summary: 'The valid API keys, without their secrets',
    permission: 'api_keys.read',
    audit: 'none',
    output: z.object({ items: z.array(apiKey) }),
    failures: {},
  },
  createApiKey: {
    method: 'POST',
    path: '/api/v1/api-keys',
    summary: 'Create an API key; its text is shown this once',
    permission: 'api_keys.write',
    audit: 'write',
    isSecret: true,
    body: z.object({
      name: z.string().trim().min(1).max(100),
      role: role.exclude(['phone_user']),
      expiresAt: instant.optional(),
    }),
    output: z.object({ id, prefix: z.string(), key: z.string() }),
    failures: { 'identity.role_too_wide': 403, 'identity.too_many_keys': 409 },
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/api/v1/api-keys/{id}',
    summary: 'End an API key at once',
    permission: 'api_keys.write',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'identity.no_such_key': 404 },
  },
})
