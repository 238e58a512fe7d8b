/**
 * Instants as people read them, in the zone of their login. Server and browser must write the same text, so only the
 * numbers come from `Intl`; the words are ours.
 */

import { currentLanguage, type Language } from '../words/language.ts'

const months: Readonly<Record<Language, string>> = {
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
  fr: 'janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.',
  es: 'ene feb mar abr may jun jul ago sep oct nov dic',
}

const orders: Readonly<Record<Language, (day: number, month: string, year: string) => string>> = {
  en: (day, month, year) => `${month} ${day}${year && `, ${year}`}`,
  fr: (day, month, year) => `${day} ${month}${year && ` ${year}`}`,
  es: (day, month, year) => `${day} ${month}${year && ` ${year}`}`,
}

/** A civil day. */
export type Day = { readonly year: number; readonly month: number; readonly day: number }

type LocalTime = Day & { readonly hour: number; readonly minute: number; readonly second: number }

/** Epoch milliseconds of an ISO 8601 instant with an offset; undefined when it is not one. */
export function epochMsOf(iso: string): number | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?(?:Z|([+-])(\d\d):(\d\d))$/.exec(iso)
  if (!match) return undefined
  const number = (at: number): number => Number(match[at] ?? 0)
  const day = dayNumber({ year: number(1), month: number(2), day: number(3) })
  const seconds = day * 86_400 + number(4) * 3600 + number(5) * 60 + number(6)
  const offset = (match[8] === '-' ? -1 : 1) * (number(9) * 3600 + number(10) * 60)
  return (seconds - offset) * 1000 + Math.floor(number(7) * 1000)
}

/** Days since 1970-01-01 of a day in the Gregorian calendar. */
export function dayNumber({ year, month, day }: Day): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(zone, made)
  return made
}

/** The calendar and the clock on the wall of a zone. */
export function localTime(epochMs: number, zone: string): LocalTime {
  const parts = formatOf(zone).formatToParts(epochMs)
  const number = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
  }
}

const two = (value: number): string => value.toString().padStart(2, '0')

/** `Oct 31`, with the year when it is not the one of `now`. */
function formatDay(day: Day, now: Day): string {
  const language = currentLanguage()
  const month = months[language].split(' ')[day.month - 1]!
  return orders[language](day.day, month, day.year === now.year ? '' : String(day.year))
}

/** `16:20:11` */
export function formatClock(epochMs: number, zone: string): string {
  const { hour, minute, second } = localTime(epochMs, zone)
  return `${two(hour)}:${two(minute)}:${two(second)}`
}

/** `Oct 31 16:20:11` */
export function formatInstant(iso: string, zone: string, nowMs: number): string {
  const epochMs = epochMsOf(iso)
  if (epochMs === undefined) return 'unknown'
  return `${formatDay(localTime(epochMs, zone), localTime(nowMs, zone))} ${formatClock(epochMs, zone)}`
}

/** `0:07`, `12:40`, `1:02:03` */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = two(whole % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** `8 s`, `12 min`, `3 h`, `2 d`: how long ago, roughly. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
