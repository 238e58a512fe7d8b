/** What happens now: the brand that answers, calls in progress, the state of the house. */

import { z } from 'zod'
import { defineOperations, events, id, instant, micros } from '../../platform/http/index.ts'

/** A call in progress as one viewer may see it: what the other side's owner paid or reserved is not in it. */
const liveCall = z.object({
  callId: z.string(),
  state: z.enum(['setting_up', 'ringing', 'talking', 'announcing', 'ended']),
  from: z.string(),
  fromName: z.string(),
  verstat: z.string().nullable(),
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

const shield = z.object({
  /** SIP requests that were not let in since signal started, by reason, the most frequent first. */
  refusals: z.array(z.object({ reason: z.string(), count: z.int() })),
  /** Sources that get no answer now: floods, and searches for telephones or passwords. */
  shed: z.array(
    z.object({
      address: z.string(),
      reason: z.string(),
      since: instant,
      until: instant,
      /** Requests that were left without an answer. */
      unanswered: z.int(),
    }),
  ),
  overload: z.object({
    /** 0 takes everything; 1, 2 and 3 refuse some, most, and nearly all that is new. */
    level: z.int(),
    /** Share of new calls and registrations that is taken. */
    share: z.number(),
    /** Share of its time that signal works. */
    busy: z.number(),
    lagMs: z.number(),
  }),
})

const process = z.object({
  name: z.string(),
  state: z.enum(['ok', 'degraded', 'silent', 'starting', 'waiting', 'stopped']),
  pid: z.int().nullable(),
  startedAt: instant.nullable(),
  restarts: z.int().nullable(),
  lastExit: z.string().nullable(),
  notes: z.array(z.string()),
})

/** The face of the brand whose host was asked. */
const brand = z.object({
  name: z.string(),
  colour: z.string(),
  supportEmail: z.string(),
  phone: z.string(),
  postalAddress: z.string(),
})

export const liveOperations = defineOperations({
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
  readShield: {
    method: 'GET',
    path: '/api/v1/shield',
    summary: 'What was not let in by SIP and why, which sources get silence, and whether signal is overloaded',
    permission: 'processes.read',
    audit: 'none',
    output: shield,
    failures: { 'office.signal_away': 503 },
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
