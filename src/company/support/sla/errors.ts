/** Why a calendar or a policy cannot be followed: refused, never silently. */

import { fail, type Failure } from '../../../base/index.ts'

export type CalendarFailure = Failure<
  'sla.unknown_zone' | 'sla.never_open' | 'sla.holidays_missing' | 'sla.bad_calendar'
>

/** A name that is no IANA zone. */
export function unknownZone(zone: string) {
  return fail('sla.unknown_zone', `"${zone}" is no time zone; choose one such as America/Toronto`)
}

/** No window for more than a year. */
export function neverOpen(days: number) {
  return fail('sla.never_open', `the calendar has no opening within ${days} days; give it hours`)
}

/** A promise would reach into a year that nobody entered. */
export function holidaysMissing(year: number) {
  return fail('sla.holidays_missing', `the holidays of ${year} are not entered; enter them before promising that far`, {
    year,
  })
}

/** Hours that make no sense. */
export function badCalendar(why: string) {
  return fail('sla.bad_calendar', `the calendar cannot be followed: ${why}`)
}

export type SimulationFailure = Failure<CalendarFailure['code'] | 'sla.bad_event'>

/** Events of a simulation that cannot have happened. */
export function badEvent(why: string) {
  return fail('sla.bad_event', `the events cannot have happened: ${why}`)
}
