/** What the API can do with tickets. */

import { z } from 'zod'
import { defineOperations, file, id, instant, pageOf, pageQuery } from '../../../platform/http/index.ts'
import { metrics, severities } from '../sla/policy.ts'
import { categories, channels } from './open-ticket.ts'
import { ticketStates } from './ticket-machine.ts'

const severity = z.enum(severities)
const state = z.enum(ticketStates)
const category = z.enum(categories)
const audience = z.enum(['customer', 'partner'])
const subject = z.string().trim().min(1).max(200)
const text = z.string().trim().min(1).max(50_000)
const number = z.codec(z.string(), z.bigint(), { decode: (digits) => BigInt(digits), encode: (value) => `${value}` })

const listed = z.object({
  id,
  /** As people quote it. */
  number,
  tenantId: id,
  customerName: z.string(),
  audience,
  channel: z.enum(channels),
  category,
  severity,
  state,
  subject: z.string(),
  requesterName: z.string(),
  assigneeName: z.string().nullable(),
  team: z.string(),
  createdAt: instant,
  updatedAt: instant,
  /** The earliest promise that still runs. */
  dueAt: instant.nullable(),
  isBreached: z.boolean(),
})

const whole = listed.extend({
  deskId: id,
  requesterEmail: z.string(),
  contactNumber: z.string(),
  affected: z.string(),
  /** What was asked back and has not come yet. */
  needs: z.array(z.string()),
  workaround: z.string(),
  fault: z.enum(['provider', 'carrier', 'customer', 'third_party']).nullable(),
  escalationLevel: z.int(),
  satisfaction: z.int().nullable(),
  assigneeId: id.nullable(),
  mergedInto: id.nullable(),
  /** What the reader is to it. */
  standing: z.enum(['agent', 'supervisor', 'requester']),
  entries: z.array(
    z.object({
      id,
      kind: z.enum(['public', 'internal', 'system', 'call']),
      authorName: z.string(),
      byStaff: z.boolean(),
      body: z.string(),
      data: z.unknown(),
      createdAt: instant,
    }),
  ),
  clocks: z.array(
    z.object({
      metric: z.enum(metrics),
      state: z.enum(['running', 'paused', 'stopped', 'void']),
      startedAt: instant,
      targetSeconds: z.int().nullable(),
      dueAt: instant.nullable(),
      stoppedAt: instant.nullable(),
      breachedAt: instant.nullable(),
    }),
  ),
  samples: z.array(
    z.object({
      id,
      from: z.string(),
      to: z.string(),
      calledAt: instant.nullable(),
      missing: z.array(z.string()),
      cdrId: id.nullable(),
      finding: z.unknown(),
    }),
  ),
  links: z.array(z.object({ id, number, subject: z.string(), state, kind: z.string() })),
  attachments: z.array(z.object({ id, entryId: id, name: z.string(), mediaType: z.string(), bytes: z.int() })),
})

const attachments = z
  .array(
    z.object({
      name: z.string().trim().min(1).max(200),
      mediaType: z.string().max(120),
      /** Base64. */
      content: z.base64().max(14_000_000),
    }),
  )
  .max(10)
  .optional()
const FILES_MAX = 16 * 1024 * 1024

const noSuchTicket = { 'support.no_such_ticket': 404 } as const
const refused = { ...noSuchTicket, 'support.not_allowed': 409 } as const
const answered = { ...refused, 'support.needs_text': 422, 'support.stale_reply': 409, 'support.too_late': 409 } as const

export const ticketOperations = defineOperations({
  listTickets: {
    method: 'GET',
    path: '/api/v1/support/tickets',
    summary: 'Tickets in the order in which they are answered: by severity, then by what is due first',
    permission: 'tickets.read',
    audit: 'none',
    query: z.object({
      ...pageQuery,
      state: z.enum([...ticketStates, 'working']).optional(),
      severity: severity.optional(),
      category: category.optional(),
      customerId: id.optional(),
      assignee: z.enum(['me', 'nobody']).optional(),
      team: z.string().max(60).optional(),
      search: z.string().trim().min(1).max(100).optional(),
      desk: z.enum(['mine', 'all', 'above']).optional(),
    }),
    output: pageOf(listed),
    failures: { 'http.bad_cursor': 400 },
  },
  readTicket: {
    method: 'GET',
    path: '/api/v1/support/tickets/{id}',
    summary: 'One ticket with what was said, its clocks, its call samples, links and attachments',
    permission: 'tickets.read',
    audit: 'none',
    params: z.object({ id }),
    output: whole,
    failures: noSuchTicket,
  },
  openTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets',
    summary: 'Ask for help; call samples are read from the description, and what is missing is asked back at once',
    permission: 'tickets.write',
    audit: 'write',
    bodyBytesMax: FILES_MAX,
    body: z.object({
      /** For whom; the caller himself when it is left out. */
      customerId: id.optional(),
      subject,
      description: text,
      category: category.default('troubleshooting'),
      /** Suggested from the text when it is left out. */
      severity: severity.optional(),
      channel: z.enum(['portal', 'phone', 'chat']).default('portal'),
      contactNumber: z.string().trim().max(60).default(''),
      affected: z.string().trim().max(200).default(''),
      attachments,
    }),
    output: z.object({ id, number, needs: z.array(z.string()) }),
    failures: { 'support.no_such_customer': 404 },
  },
  replyToTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/entries',
    summary: 'Write a message, an internal note, or log an answered call; optionally move the ticket with it',
    permission: 'tickets.write',
    audit: 'write',
    bodyBytesMax: FILES_MAX,
    params: z.object({ id }),
    body: z.object({
      kind: z.enum(['public', 'internal', 'call']).default('public'),
      body: text,
      to: state.optional(),
      /** The last public entry that was read; a newer one refuses the message once. */
      lastSeenEntryId: id.optional(),
      attachments,
    }),
    output: z.object({ entryId: id, ticketId: id }),
    failures: answered,
  },
  moveTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/state',
    summary: 'Solve, reopen, close, schedule or set a ticket aside',
    permission: 'tickets.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ to: state, reason: z.string().trim().min(1).max(1000) }),
    output: z.void(),
    failures: { ...refused, 'support.needs_text': 422, 'support.stale_reply': 409, 'support.too_late': 409 },
  },
  changeTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/fields',
    summary: 'Change severity, category, assignment, workaround or fault',
    permission: 'tickets.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      severity: severity.optional(),
      category: category.optional(),
      /** `true` takes it, `false` gives it back. */
      mine: z.boolean().optional(),
      team: z.string().trim().max(60).optional(),
      workaround: z.string().trim().max(2000).optional(),
      reason: z.string().trim().max(1000).optional(),
    }),
    output: z.void(),
    failures: answered,
  },
  mergeTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/merge',
    summary: 'Merge a ticket into another one of the same customer',
    permission: 'tickets.work',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ intoId: id }),
    output: z.void(),
    failures: answered,
  },
  handOnTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/hand-on',
    summary: 'Hand a customer’s ticket on to the provider as a linked ticket; notes do not cross',
    permission: 'tickets.work',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ summary: text, contactNumber: z.string().trim().max(60).default('') }),
    output: z.object({ id }),
    failures: answered,
  },
  rateTicket: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/satisfaction',
    summary: 'How satisfied the one who asked was, from 1 to 5',
    permission: 'tickets.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ stars: z.int().min(1).max(5), note: z.string().trim().max(2000).default('') }),
    output: z.void(),
    failures: refused,
  },
  readAttachment: {
    method: 'GET',
    path: '/api/v1/support/tickets/{ticketId}/attachments/{id}',
    summary: 'A file that was attached to a ticket',
    permission: 'tickets.read',
    audit: 'read',
    params: z.object({ ticketId: id, id }),
    output: file('application/octet-stream', 'The bytes as they came'),
    failures: { 'support.no_such_attachment': 404 },
  },
  readBoard: {
    method: 'GET',
    path: '/api/v1/support/board',
    summary: 'What is open at the desk, what is late, what is due within the hour',
    permission: 'tickets.read',
    audit: 'none',
    output: z.object({
      open: z.int(),
      unassigned: z.int(),
      breached: z.int(),
      dueSoon: z.int(),
      bySeverity: z.array(z.object({ severity, open: z.int(), breached: z.int() })),
    }),
    failures: {},
  },
})
