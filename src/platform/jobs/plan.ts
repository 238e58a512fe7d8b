/** When a scheduled job runs: every so many seconds, or once a day by the clock on the wall of a zone. */

import { assert, isZone } from '../../base/index.ts'

export type Plan =
  | { readonly everySeconds: number }
  /** `daily` is `HH:MM`; `zone` an IANA name. */
  | { readonly daily: string; readonly zone: string }

/** Whether a plan can be followed. */
export function isPlan(plan: Plan): boolean {
  if ('everySeconds' in plan) return Number.isSafeInteger(plan.everySeconds) && plan.everySeconds > 0
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(plan.daily) && isZone(plan.zone)
}

/**
 * The first instant of a plan after `afterMs` (epoch milliseconds). Every N seconds counts from the
 * epoch, so that all processes agree. A daily time that a clock change skips runs as much later as the
 * clock jumped, one that it repeats runs at its first reading: once for each date, whatever the zone does.
 */
export function nextRun(plan: Plan, afterMs: number): number {
  assert(isPlan(plan), 'a plan that cannot be followed')
  if ('everySeconds' in plan) {
    const periodMs = plan.everySeconds * 1000
    return (Math.floor(afterMs / periodMs) + 1) * periodMs
  }
  const time = Temporal.PlainTime.from(plan.daily)
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(afterMs)).toZonedDateTimeISO(plan.zone).toPlainDate()
  for (let date = today; ; date = date.add({ days: 1 })) {
    const run = date.toZonedDateTime({ timeZone: plan.zone, plainTime: time }).epochMilliseconds
    if (run > afterMs) return run
  }
}
