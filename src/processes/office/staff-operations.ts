/** What the provider's people look after: the audit trail, mail, jobs. */

import { z } from 'zod'
import { defineOperations, id, instant, pageOf, pageQuery } from '../../platform/http/index.ts'

const mailState = z.enum(['queued', 'sent', 'failed'])
const jobState = z.enum(['waiting', 'running', 'done', 'dead'])

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

export const staffOperations = defineOperations({
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
