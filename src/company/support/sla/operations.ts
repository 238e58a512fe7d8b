/** What the API can do with promises: compute them, from what it is told, without storing anything. */

import { z } from 'zod'
import { day, defineOperations, instant } from '../../../platform/http/index.ts'
import { metrics, severities } from './policy.ts'

const clockText = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as 09:00; 24:00 ends a day')
const windows = z.array(z.tuple([clockText, clockText])).max(12)
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

const seconds = z.int().min(0).max(31_622_400)
const severity = z.enum(severities)

const calendar = z.object({
  zone: z.string().max(60),
  /** Weekdays that are left out are closed. */
  hours: z.object(Object.fromEntries(weekdays.map((name) => [name, windows.optional()])) as Record<Day, Windows>),
  holidays: z.array(day).max(1000).default([]),
  /** Days with hours of their own. */
  specialDays: z.record(day, windows).default({}),
  /** Years whose holidays are all listed; those of the days above when it is left out. */
  years: z.array(z.int().min(1970).max(9999)).max(200).optional(),
})
type Day = (typeof weekdays)[number]
type Windows = z.ZodOptional<typeof windows>

const target = z.object({
  responseSeconds: seconds,
  nextResponseSeconds: seconds.optional(),
  /** Left out: as quickly as possible, no due time. */
  resolutionSeconds: seconds.optional(),
  updateSeconds: seconds.optional(),
  clock: z.enum(['calendar', 'always', 'after_voicemail']).default('calendar'),
})

const at = { at: instant }
const event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('created'), ...at, severity }),
  z.object({ kind: z.literal('customer_message'), ...at }),
  z.object({ kind: z.literal('staff_message'), ...at }),
  z.object({ kind: z.literal('state'), ...at, to: z.string().max(40) }),
  z.object({ kind: z.literal('severity'), ...at, severity }),
  z.object({ kind: z.literal('workaround'), ...at }),
  z.object({ kind: z.literal('voicemail'), ...at }),
])

const step = z.object({
  from: instant,
  targetSeconds: z.int(),
  zone: z.string(),
  /** Open stretches that were counted. */
  counted: z.array(z.object({ from: instant, to: instant, seconds: z.number() })),
  due: instant.nullable(),
  joins: z.enum(['first', 'earlier', 'later']),
})

const clock = z.object({
  metric: z.enum(metrics),
  state: z.enum(['running', 'paused', 'stopped', 'void']),
  startedAt: instant,
  dueAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  breachedAt: instant.nullable(),
  openSeconds: z.number(),
  warnAt: z.array(instant),
  computation: z.array(step),
})

export const slaOperations = defineOperations({
  simulateSla: {
    method: 'POST',
    path: '/api/v1/support/sla/simulate',
    summary: 'Due times and breaches of a ticket from a calendar, targets and events, with the computation',
    permission: 'tickets.read',
    audit: 'none',
    body: z.object({
      calendar,
      targets: z.object({ critical: target, high: target, normal: target, low: target }),
      pausesIn: z.array(z.string().max(40)).max(10).default(['waiting_customer']),
      events: z.array(event).min(1).max(1000),
      /** Up to when breaches are looked for; the last event when it is left out. */
      until: instant.optional(),
    }),
    output: z.object({ severity, clocks: z.array(clock) }),
    failures: {
      'sla.unknown_zone': 422,
      'sla.never_open': 422,
      'sla.holidays_missing': 422,
      'sla.bad_calendar': 422,
      'sla.bad_event': 422,
    },
  },
})
