/** Civil days as numbers and as texts, for reports that are asked for by days. Pure. */

import { dayNumber, type Day } from './time.ts'

const two = (value: number): string => value.toString().padStart(2, '0')

/** The day of a number of days since 1970-01-01. */
export function dayOf(number: number): Day {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9
  const day = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** `2026-10-31` */
export function dayText({ year, month, day }: Day): string {
  return `${year.toString().padStart(4, '0')}-${two(month)}-${two(day)}`
}

/** Reads `2026-10-31`; undefined when there is no such day. */
export function parseDay(text: string): Day | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!match) return undefined
  const day = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }
  return dayText(dayOf(dayNumber(day))) === text ? day : undefined
}
