/** Amounts, days and times as a document prints them. */

import { epochMsToLocal, formatMicros, type Micros } from '../../../base/index.ts'
import { dayBefore } from './cycle.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** `1,234.50`; micros are shown where there are any. */
export function amountText(amount: Micros): string {
  const [whole, fraction] = formatMicros(amount < 0n ? -amount : amount).split('.')
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${amount < 0n ? '\u2212' : ''}${grouped}.${fraction}`
}

/** `November 1, 2026`. */
export function dayText(day: string): string {
  return `${months[Number(day.slice(5, 7)) - 1]} ${Number(day.slice(8, 10))}, ${day.slice(0, 4)}`
}

/** `Nov 1`. */
function shortDay(day: string): string {
  return `${months[Number(day.slice(5, 7)) - 1]!.slice(0, 3)} ${Number(day.slice(8, 10))}`
}

/** A half-open range as people read it, its last day included: `Nov 1 – Nov 30, 2026`. */
export function rangeText(from: string, to: string): string {
  const last = dayBefore(to)
  const year = last.slice(0, 4)
  const start = from.slice(0, 4) === year ? shortDay(from) : `${shortDay(from)}, ${from.slice(0, 4)}`
  return `${start} \u2013 ${shortDay(last)}, ${year}`
}

/** The day of an instant in a zone. */
export function dayAt(at: number, zone: string): string {
  return epochMsToLocal(at, zone).slice(0, 10)
}

/** `13 %`, `9.975 %`. */
export function rateText(ratePpm: number): string {
  const text = (ratePpm / 10_000).toFixed(4).replace(/\.?0+$/, '')
  return `${text} %`
}

/** Minutes and seconds: `3:05`. */
export function lengthText(seconds: number | bigint): string {
  const whole = Number(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
