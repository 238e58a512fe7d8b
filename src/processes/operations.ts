/** What the office itself offers: coming in and going out, keys, calls in progress, the state of the house. */

import { z } from 'zod'
import { defineOperations, events, id, instant, micros, pageOf, pageQuery } from '../platform/http/index.ts'
import { roles } from '../platform/identity/index.ts'

const role = z.enum(roles)

const me = z.object({
  loginId: id.nullable(),
  tenantId: id,
  name: z.string(),
  role,
  personId: id.nullable(),
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

const apiKey = z.object({
  id,
  name: z.string(),
  prefix: z.string(),
  role,
  createdAt: instant,
  expiresAt: instant.nullable(),
})

/** A call in progress as one viewer may see it: what the other side's owner paid or reserved is not in it. */
const liveCall = z.object({
  callId: z.string(),
  state: z.enum(['setting_up', 'ringing', 'talking', 'announcing', 'ended']),
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  class: z.string(),
  startedAt: instant,
  answeredAt: instant.nullable(),
  /** Shown when every party is in the viewer's own tenants. */
  reservedMicros: micros.nullable(),
  currency: z.string().nullable(),
  /** For the provider's people only. */
  carrierId: z.string().nullable(),
})

const ratedCall = z.object({ cdrId: id, chargeMicros: micros, currency: z.string() })

const process = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'silent', 'starting', 'waiting', 'stopped']),
  pid: z.int().nullable(),
  startedAt: instant.nullable(),
  restarts: z.int().nullable(),
  lastExit: z.string().nullable(),
  notes: z.array(z.string()),
})

const mailState = z.enum(['queued', 'sent', 'failed'])
const jobState = z.enum(['waiting', 'running', 'done', 'dead'])

/** The face of the brand whose host was asked. */
const brand = z.object({
  name: z.string(),
  colour: z.string(),
  supportEmail: z.string(),
  phone: z.string(),
  postalAddress: z.string(),
})

const login = z.string().min(1).max(254)
const password = z.string().min(1).max(200)
const tooMany = { 'identity.too_many_attempts': 429, 'identity.busy': 503 } as const

/** Coming in and going out. */
const identityOperations = defineOperations({
  signIn: {
    method: 'POST',
    path: '/api/v1/session',
    summary: 'Sign in with a login and a password; the session is a cookie',
    permission: 'public',
    audit: 'write',
    body: z.object({ login, password }),
    output: me,
    failures: { 'identity.wrong_login': 401, ...tooMany },
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

/** Keys of programs. */
const keyOperations = defineOperations({
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
    failures: { 'identity.role_too_wide': 403 },
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

/** What happens now. */
const houseOperations = defineOperations({
  readBrand: {
    method: 'GET',
    path: '/api/v1/brand',
    summary: 'The brand that answers on this host',
    permission: 'public',
    audit: 'none',
    output: brand,
    failures: {},
  },
  listLiveCalls: {
    method: 'GET',
    path: '/api/v1/live-calls',
    summary: 'Calls in progress',
    permission: 'live_calls.read',
    audit: 'none',
    output: z.object({ items: z.array(liveCall) }),
    failures: { 'office.signal_away': 503 },
  },
  endLiveCall: {
    method: 'DELETE',
    path: '/api/v1/live-calls/{callId}',
    summary: 'Hang a call up',
    permission: 'live_calls.end',
    audit: 'write',
    params: z.object({ callId: z.string().min(1).max(100) }),
    output: z.void(),
    failures: { 'office.no_such_call': 404, 'office.signal_away': 503 },
  },
  watchLive: {
    method: 'GET',
    path: '/api/v1/live',
    summary: 'Calls as they change, and charges as they are stored',
    permission: 'live_calls.read',
    audit: 'none',
    output: events({ call: liveCall, rated: ratedCall }),
    failures: { 'office.too_many_watchers': 429 },
  },
  listProcesses: {
    method: 'GET',
    path: '/api/v1/processes',
    summary: 'The processes of this installation and how they are',
    permission: 'processes.read',
    audit: 'none',
    output: z.object({ items: z.array(process) }),
    failures: {},
  },
})

const auditEntry = z.object({
  id,
  tenantName: z.string(),
  tenantId: id,
  recordedAt: instant,
  actorId: id.nullable(),
  /** Name of the login or API key; null for the system and for strangers. */
  actorName: z.string().nullable(),
  actorRole: z.string(),
  sourceAddress: z.string().nullable(),
  action: z.string(),
  subjectKind: z.string(),
  subjectId: id.nullable(),
  before: z.json().nullable(),
  after: z.json().nullable(),
  reason: z.string().nullable(),
})

/** A mail on its way or sent; its text is not shown, for it may let its reader in. */
const mail = z.object({
  id,
  tenantId: id,
  fromAddress: z.string(),
  toAddress: z.string(),
  subject: z.string(),
  state: mailState,
  createdAt: instant,
  sentAt: instant.nullable(),
  lastError: z.string().nullable(),
})

const jobCount = z.object({ kind: z.string(), state: jobState, count: z.int(), firstRunAt: instant })
const deadJob = z.object({
  id,
  tenantId: id,
  kind: z.string(),
  attempts: z.int(),
  lastError: z.string().nullable(),
  finishedAt: instant,
})

/** What the provider's people look after. */
const staffOperations = defineOperations({
  listAudit: {
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Who did what, the latest first',
    permission: 'audit.read',
    audit: 'read',
    query: z.object({
      ...pageQuery,
      subjectId: id.optional(),
      actorId: id.optional(),
      action: z.string().max(100).optional(),
    }),
    output: pageOf(auditEntry),
    failures: { 'http.bad_cursor': 400 },
  },
  listMail: {
    method: 'GET',
    path: '/api/v1/mail',
    summary: 'Mails on their way and sent, the latest first, without their text',
    permission: 'mail.read',
    audit: 'none',
    query: z.object({ ...pageQuery, state: mailState.optional() }),
    output: pageOf(mail),
    failures: { 'http.bad_cursor': 400 },
  },
  readJobs: {
    method: 'GET',
    path: '/api/v1/jobs',
    summary: 'How many jobs of each kind are in each state, and those that were given up',
    permission: 'jobs.read',
    audit: 'none',
    output: z.object({ counts: z.array(jobCount), dead: z.array(deadJob) }),
    failures: {},
  },
  reviveJobs: {
    method: 'POST',
    path: '/api/v1/jobs/revive',
    summary: 'Give jobs that were given up all their attempts again',
    permission: 'jobs.write',
    audit: 'write',
    body: z.object({ ids: z.array(id).min(1).max(500) }),
    output: z.object({ revived: z.int() }),
    failures: {},
  },
})

export const operations = { ...identityOperations, ...keyOperations, ...houseOperations, ...staffOperations }
