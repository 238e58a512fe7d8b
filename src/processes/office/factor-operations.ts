/** Passkeys and one-time codes: adding them, and coming in with them. */

import { z } from 'zod'
import { defineOperations, id, instant } from '../../platform/http/index.ts'
import { me } from './identity-operations.ts'

const base64url = z
  .string()
  .regex(/^[A-Za-z0-9_-]*$/)
  .max(8000)
const answer = { credentialId: base64url, clientDataJson: base64url, authenticatorData: base64url }
const code = z.string().trim().min(6).max(20)
const comingIn = {
  'identity.wrong_login': 401,
  'identity.code_needed': 401,
  'identity.too_many_attempts': 429,
  'identity.busy': 503,
} as const

export const factorOperations = defineOperations({
  beginPasskey: {
    method: 'POST',
    path: '/api/v1/passkeys/challenge',
    summary: 'A challenge for a passkey, good once for five minutes',
    permission: 'public',
    audit: 'none',
    output: z.object({ challenge: z.string(), rpId: z.string(), rpName: z.string() }),
    failures: {},
  },
  signInByPasskey: {
    method: 'POST',
    path: '/api/v1/session/passkey',
    summary: 'Sign in with a passkey; the session is a cookie',
    permission: 'public',
    audit: 'write',
    body: z.object({ ...answer, signature: base64url }),
    output: me,
    failures: comingIn,
  },
  signInByCode: {
    method: 'POST',
    path: '/api/v1/session/code',
    summary: 'Finish a sign-in with a one-time code; `step` came with `identity.code_needed`',
    permission: 'public',
    audit: 'write',
    body: z.object({ step: z.string().max(100), code }),
    output: me,
    failures: comingIn,
  },
  readFactors: {
    method: 'GET',
    path: '/api/v1/me/factors',
    summary: 'How this login comes in beside its password',
    permission: 'signed_in',
    audit: 'none',
    output: z.object({
      usesCodes: z.boolean(),
      passkeys: z.array(z.object({ id, label: z.string(), createdAt: instant, lastUsedAt: instant.nullable() })),
    }),
    failures: {},
  },
  addPasskey: {
    method: 'POST',
    path: '/api/v1/me/passkeys',
    summary: 'Add a passkey that this browser has made',
    permission: 'signed_in',
    audit: 'write',
    body: z.object({
      ...answer,
      publicKey: base64url,
      algorithm: z.int(),
      label: z.string().trim().min(1).max(100),
    }),
    output: z.object({ id }),
    failures: { 'identity.passkey_refused': 422 },
  },
  removePasskey: {
    method: 'DELETE',
    path: '/api/v1/me/passkeys/{id}',
    summary: 'Take a passkey away',
    permission: 'signed_in',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'identity.passkey_refused': 422 },
  },
  beginCodes: {
    method: 'POST',
    path: '/api/v1/me/codes',
    summary: 'The secret for an authenticator application; it counts once a first code was confirmed',
    permission: 'signed_in',
    audit: 'write',
    output: z.object({ secret: z.string(), uri: z.string() }),
    isSecret: true,
    failures: { 'identity.code_refused': 422 },
  },
  confirmCodes: {
    method: 'POST',
    path: '/api/v1/me/codes/confirm',
    summary: 'Turn one-time codes on with a first one; the answer has codes for paper, once',
    permission: 'signed_in',
    audit: 'write',
    body: z.object({ code }),
    output: z.object({ paper: z.array(z.string()) }),
    isSecret: true,
    failures: { 'identity.code_refused': 422 },
  },
  endCodes: {
    method: 'DELETE',
    path: '/api/v1/me/codes',
    summary: 'Turn one-time codes off',
    permission: 'signed_in',
    audit: 'write',
    output: z.void(),
    failures: { 'identity.code_refused': 422 },
  },
})
