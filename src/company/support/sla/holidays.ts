/**
 * Public holidays that an installation begins with: a table, seeded once and edited by operators afterwards. Days that
 * fall on a weekend are listed on the day that is taken off instead.
 */

export type Holiday = readonly [day: string, name: string]

const NAMES = [
  'New Year’s Day',
  'Family Day',
  'Good Friday',
  'Victoria Day',
  'Canada Day',
  'Labour Day',
  'Thanksgiving',
  'Christmas Day',
  'Boxing Day',
]

/** Ontario. */
export const ontarioHolidays: readonly Holiday[] = [
  ...named(2025, '01-01 02-17 04-18 05-19 07-01 09-01 10-13 12-25 12-26'),
  ...named(2026, '01-01 02-16 04-03 05-18 07-01 09-07 10-12 12-25 12-28'),
  ...named(2027, '01-01 02-15 03-26 05-24 07-01 09-06 10-11 12-27 12-28'),
  ...named(2028, '01-03 02-21 04-14 05-22 07-03 09-04 10-09 12-25 12-26'),
]

function named(year: number, days: string): Holiday[] {
  return days.split(' ').map((day, at) => [`${year}-${day}`, NAMES[at]!])
}
