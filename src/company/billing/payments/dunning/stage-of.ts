/** At which stage an account stands on a day: by whole days after the due date, in the customer's zone. */

import type { DunningDays } from '../policy.ts'
import { dunningStages, type DunningStage } from './dunning-status.ts'

/** Days between two instants as a calendar on the wall of `zone` counts them. */
export function daysBetween(fromMs: number, toMs: number, zone: string): number {
  const day = (ms: number): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate()
  return day(fromMs).until(day(toMs)).total('days')
}

/** The stage that is due; `current` while nothing is. */
export function stageDue(
  days: DunningDays,
  overdue: { readonly oldestDueAt: number | null; readonly at: number; readonly zone: string },
): DunningStage {
  const { oldestDueAt, at, zone } = overdue
  if (oldestDueAt === null) return 'current'
  const late = daysBetween(oldestDueAt, at, zone)
  let stage: DunningStage = 'current'
  for (const one of dunningStages) if (one !== 'current' && late >= days[one]) stage = one
  return stage
}

/** The next stage on the way: every one is passed, so that every notice is sent before what it warns of. */
export function nextStage(from: DunningStage, due: DunningStage): DunningStage | undefined {
  const [at, to] = [dunningStages.indexOf(from), dunningStages.indexOf(due)]
  return at < to ? dunningStages[at + 1] : undefined
}
