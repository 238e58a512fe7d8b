/** The answer to "when would this be due?", from what the question holds. */

import { ok, type Result } from '../../../base/index.ts'
import type { InputOf, OutputOf } from '../../../platform/http/index.ts'
import { checkCalendar, type Calendar, type Window } from './calendar.ts'
import { dueOf, elapsedOf, warningsOf, type Clock } from './clock.ts'
import type { SimulationFailure } from './errors.ts'
import type { slaOperations } from './operations.ts'
import type { Policy } from './policy.ts'
import { runClocks } from './run-clocks.ts'

type Asked = InputOf<typeof slaOperations.simulateSla>['body']
type Answer = OutputOf<typeof slaOperations.simulateSla>

/** Computes it; refuses a calendar that cannot be followed. */
export function simulateSla(asked: Asked): Result<Answer, SimulationFailure> {
  const calendar = calendarOf(asked.calendar)
  const checked = checkCalendar(calendar)
  if (!checked.ok) return checked
  const policy: Policy = { calendar, pausesIn: asked.pausesIn, targets: targetsOf(asked.targets) }
  const until = asked.until ?? asked.events.at(-1)!.at
  const run = runClocks(policy, asked.events, until)
  if (!run.ok) return run
  const clocks: Answer['clocks'] = []
  for (const clock of run.value.clocks) {
    const shown = shownClock(clock, until)
    if (!shown.ok) return shown
    clocks.push(shown.value)
  }
  return ok({ severity: run.value.severity, clocks })
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function calendarOf({ zone, hours, holidays, specialDays, years }: Asked['calendar']): Calendar {
  const days = new Map<string, readonly Window[]>(holidays.map((day) => [day, []]))
  for (const [day, windows] of Object.entries(specialDays)) days.set(day, windows.map(minutesOf))
  return {
    zone,
    hours: DAYS.map((name) => (hours[name] ?? []).map(minutesOf)),
    days,
    years: years ? new Set(years) : undefined,
  }
}

function minutesOf([from, to]: readonly [string, string]): Window {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  return [minutes(from), minutes(to)]
}

function targetsOf(targets: Asked['targets']): Policy['targets'] {
  const whole = (one: Asked['targets']['low']): Policy['targets']['low'] => ({
    responseSeconds: one.responseSeconds,
    nextResponseSeconds: one.nextResponseSeconds,
    resolutionSeconds: one.resolutionSeconds,
    updateSeconds: one.updateSeconds,
    clock: one.clock,
  })
  const { critical, high, normal, low } = targets
  return { critical: whole(critical), high: whole(high), normal: whole(normal), low: whole(low) }
}

function shownClock(clock: Clock, until: number): Result<Answer['clocks'][number], SimulationFailure> {
  const computed = dueOf(clock)
  if (!computed.ok) return computed
  const elapsed = elapsedOf(clock, until)
  if (!elapsed.ok) return elapsed
  const warnings = warningsOf(clock)
  if (!warnings.ok) return warnings
  return ok({
    metric: clock.metric,
    state: clock.state,
    startedAt: clock.startedAt,
    dueAt: computed.value.due ?? null,
    stoppedAt: clock.stoppedAt ?? null,
    breachedAt: clock.breachedAt ?? null,
    openSeconds: elapsed.value / 1000,
    warnAt: [...warnings.value],
    computation: computed.value.steps.map(({ counted, due, ...step }) => ({
      ...step,
      counted: counted.map(({ from, to }) => ({ from, to, seconds: (to - from) / 1000 })),
      due: due ?? null,
    })),
  })
}
