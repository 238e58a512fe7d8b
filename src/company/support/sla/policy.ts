/** What is promised to whom, as data: targets per severity, hours, and what stops a clock. */

import type { Calendar } from './calendar.ts'

/** From the worst to the least: "responds to support tickets in order of severity". */
export const severities = ['critical', 'high', 'normal', 'low'] as const
export type Severity = (typeof severities)[number]

export const metrics = ['response', 'next_response', 'resolution', 'update'] as const
export type Metric = (typeof metrics)[number]

/** When the clock of a severity leaves the calendar for physical time. */
export type ClockMode = 'calendar' | 'always' | 'after_voicemail'

export type Target = {
  readonly responseSeconds: number
  readonly nextResponseSeconds: number | undefined
  /** Undefined is "as quickly as possible": no due time. */
  readonly resolutionSeconds: number | undefined
  /** How often somebody is told something while it lasts. */
  readonly updateSeconds: number | undefined
  readonly clock: ClockMode
}

export type Policy = {
  readonly calendar: Calendar
  readonly targets: Readonly<Record<Severity, Target>>
  /** States in which the resolution clock stands still; `waiting_customer` by default. */
  readonly pausesIn: readonly string[]
}

/** How bad it is: 1 is worst. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity) + 1
}

const HOUR = 3600
const target = (
  responseHours: number,
  resolutionHours: number | undefined,
  updateHours: number | undefined,
  clock: ClockMode,
): Target => ({
  responseSeconds: responseHours * HOUR,
  nextResponseSeconds: responseHours * HOUR,
  resolutionSeconds: resolutionHours === undefined ? undefined : resolutionHours * HOUR,
  updateSeconds: updateHours === undefined ? undefined : updateHours * HOUR,
  clock,
})

/**
 * The two policies that an installation begins with. For partners "Critical ... 1 Hour, As quickly as possible; High
 * ... 2 Hours; Normal ... 4 Hours, Within 8 Hours; Low ... 8 Hours, Within 48 Hours"; for customers "response times may
 * vary from 1 to 4 hours" and "Critical issues are addressed outside business hours".
 */
export const firstTargets: Readonly<Record<'customer' | 'partner', Policy['targets']>> = {
  partner: {
    critical: target(1, undefined, 1, 'after_voicemail'),
    high: target(2, undefined, 4, 'after_voicemail'),
    normal: target(4, 8, undefined, 'calendar'),
    low: target(8, 48, undefined, 'calendar'),
  },
  customer: {
    critical: target(1, undefined, undefined, 'always'),
    high: target(2, undefined, undefined, 'calendar'),
    normal: target(4, undefined, undefined, 'calendar'),
    low: target(4, undefined, undefined, 'calendar'),
  },
}
