/**
 * Billing cycles: from a bill day to the next, half-open, on the calendar of the customer's zone. A bill day that a
 * month does not have is its last one ("bill day 31 clamps to month end and returns to 31").
 */

export type Cycle = {
  /** First day, `YYYY-MM-DD`. */
  readonly from: string
  /** The day after the last. */
  readonly to: string
}

function text(year: number, month: number, day: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** Days since 1970-01-01, by the calendar of Gregory. */
function dayNumber(day: string): number {
  const [year, month, date] = partsOf(day)
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + date - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function partsOf(day: string): [year: number, month: number, date: number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))]
}

function lastDay(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  if (month === 2) return isLeap ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

/** The bill day of a month; `month` may be 0 or 13, of the years beside. */
function billDayOf(year: number, month: number, billDay: number): string {
  const shifted = year + Math.floor((month - 1) / 12)
  const within = ((((month - 1) % 12) + 12) % 12) + 1
  return text(shifted, within, Math.min(billDay, lastDay(shifted, within)))
}

/** How many days are in `[from, to)`. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from)
}

/** The day before: how the end of a half-open range is printed. */
export function dayBefore(day: string): string {
  return Temporal.PlainDate.from(day).subtract({ days: 1 }).toString()
}

/** The cycle that a day is in. */
export function cycleOf(day: string, billDay: number): Cycle {
  const [year, month] = partsOf(day)
  const here = billDayOf(year, month, billDay)
  return day >= here
    ? { from: here, to: billDayOf(year, month + 1, billDay) }
    : { from: billDayOf(year, month - 1, billDay), to: here }
}

/** The cycle that begins where one ends. */
export function cycleAfter({ to }: Cycle, billDay: number): Cycle {
  return cycleOf(to, billDay)
}

/** The cycle that ends where one begins. */
export function cycleBefore({ from }: Cycle, billDay: number): Cycle {
  const [year, month] = partsOf(from)
  return { from: billDayOf(year, month - 1, billDay), to: from }
}
