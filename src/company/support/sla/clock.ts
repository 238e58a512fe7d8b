/**
 * One clock of one ticket: a start, terms that follow each other, pauses. Everything that it says is computed from
 * these, so that a restart, or a clock that jumped, changes nothing.
 */

import { ok, type Result } from '../../../base/index.ts'
import { addOpen, between, type Calendar, type OpenTime, type Pause } from './calendar.ts'
import type { CalendarFailure } from './errors.ts'
import type { Metric } from './policy.ts'

/**
 * What was promised from an instant on. The first stands alone; a better one moves the due time earlier at most, a
 * worse one later at most.
 */
export type Term = {
  readonly from: number
  readonly targetSeconds: number | undefined
  readonly calendar: Calendar
  readonly joins: 'first' | 'earlier' | 'later'
}

export type ClockState = 'running' | 'paused' | 'stopped' | 'void'

export type Clock = {
  readonly metric: Metric
  readonly startedAt: number
  terms: readonly Term[]
  pauses: readonly Pause[]
  state: ClockState
  stoppedAt: number | undefined
  /** When the promise was broken: the due time. It stays for ever. */
  breachedAt: number | undefined
}

/** How one term was counted, for the reader who asks why it is due then. */
export type Step = {
  readonly from: number
  readonly targetSeconds: number
  readonly zone: string
  readonly counted: readonly OpenTime[]
  readonly due: number | undefined
  readonly joins: Term['joins']
}

/** The due time, with the computation. Undefined without a target, and while it stands still. */
export function dueOf(
  clock: Pick<Clock, 'terms' | 'pauses'>,
): Result<{ readonly due: number | undefined; readonly steps: readonly Step[] }, CalendarFailure> {
  let due: number | undefined
  let isPromised = false
  const steps: Step[] = []
  for (const { from, targetSeconds, calendar, joins } of clock.terms) {
    if (targetSeconds === undefined) {
      // "a missing target has no due time"; but a ticket that became worse keeps the promise it had.
      if (joins !== 'earlier') {
        due = undefined
        isPromised = false
      }
      continue
    }
    const added = addOpen(calendar, from, targetSeconds * 1000, clock.pauses)
    if (!added.ok) return added
    const own = added.value.due
    steps.push({ from, targetSeconds, zone: calendar.zone, counted: added.value.counted, due: own, joins })
    due = isPromised && joins !== 'first' ? joined(joins, due, own) : own
    isPromised = true
  }
  return ok({ due, steps })
}

/** An undefined due time here is one that stands still: later than all others. */
function joined(joins: 'earlier' | 'later', one: number | undefined, other: number | undefined): number | undefined {
  const pick = joins === 'earlier' ? Math.min : Math.max
  const due = pick(one ?? Infinity, other ?? Infinity)
  return due === Infinity ? undefined : due
}

/** Open milliseconds that have counted so far, by the hours that hold now. */
export function elapsedOf(clock: Clock, nowMs: number): Result<number, CalendarFailure> {
  const { calendar } = clock.terms.at(-1)!
  const until = clock.stoppedAt ?? nowMs
  return between(calendar, clock.startedAt, Math.max(until, clock.startedAt), clock.pauses)
}

/** Shares of the target at which somebody is warned. */
const WARNINGS = [0.5, 0.8] as const

/** When to warn: at half and at four fifths of the last target, in its open time. */
export function warningsOf(clock: Clock): Result<readonly number[], CalendarFailure> {
  const { from, targetSeconds, calendar } = clock.terms.at(-1)!
  if (targetSeconds === undefined) return ok([])
  const instants: number[] = []
  for (const share of WARNINGS) {
    const added = addOpen(calendar, from, Math.round(targetSeconds * 1000 * share), clock.pauses)
    if (!added.ok) return added
    if (added.value.due !== undefined) instants.push(added.value.due)
  }
  return ok(instants)
}
