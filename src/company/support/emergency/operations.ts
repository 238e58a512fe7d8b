/** What the API can do with help after hours. */

import { z } from 'zod'
import { defineOperations, id, instant, micros } from '../../../platform/http/index.ts'

export const emergencyOperations = defineOperations({
  emergencies: {
    method: 'GET',
    path: '/api/v1/support/emergencies',
    summary: 'Messages on the after-hours line with their tickets, the latest first',
    permission: 'tickets.work',
    audit: 'none',
    output: z.object({
      items: z.array(
        z.object({
          id,
          state: z.enum(['paging', 'acknowledged', 'resolved']),
          callerNumber: z.string(),
          callerName: z.string(),
          heardAt: instant,
          acknowledgedBy: z.string().nullable(),
          ticketId: id.nullable(),
          pages: z.int(),
        }),
      ),
    }),
    failures: {},
  },
  acknowledgeEmergency: {
    method: 'POST',
    path: '/api/v1/support/emergencies/{id}/acknowledge',
    summary: 'Take an emergency over: nobody else is paged',
    permission: 'tickets.work',
    audit: 'write',
    params: z.object({ id }),
    output: z.void(),
    failures: { 'support.no_such_emergency': 404 },
  },
  setOnCall: {
    method: 'PUT',
    path: '/api/v1/support/on-call',
    summary: 'The emergency line’s mailbox, and who is paged, in their order',
    permission: 'support.manage',
    audit: 'write',
    body: z.object({
      extensionId: id.nullable(),
      people: z
        .array(z.object({ name: z.string().trim().min(1).max(200), email: z.email().max(254) }))
        .min(1)
        .max(20),
    }),
    output: z.void(),
    failures: { 'support.no_such_line': 404 },
  },
  logWork: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/work',
    summary: 'Log work on a ticket; the part after hours counts for its fee',
    permission: 'tickets.work',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ startedAt: instant, stoppedAt: instant, note: z.string().trim().max(2000).default('') }),
    output: z.void(),
    failures: { 'support.no_such_ticket': 404, 'support.bad_work': 422 },
  },
  settleFee: {
    method: 'POST',
    path: '/api/v1/support/tickets/{id}/fee',
    summary: 'Say whose fault it was: the after-hours fee follows on the next invoice, or is taken back',
    permission: 'support.manage',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      fault: z.enum(['provider', 'carrier', 'customer', 'third_party']),
      reason: z.string().trim().min(3).max(1000),
    }),
    output: z.object({ feeMicros: micros }),
    failures: { 'support.no_such_ticket': 404, 'support.not_allowed': 409 },
  },
})
