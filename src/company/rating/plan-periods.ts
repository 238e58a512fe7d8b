/** Periods of quotas and discounts: where they begin in the customer's zone, and which counters are open when. */

import { divideRounded } from '../../base/index.ts'
import type { Counter, PlanTerms, Quota, Renewal } from './plan-terms.ts'

type Calendar = Pick<PlanTerms, 'zone' | 'billDay'>
type Days = { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }

/** "Bill day 31 clamps to month end and returns to 31": the bill day of a month. */
function billDate(month: Temporal.PlainYearMonth, billDay: number): Temporal.PlainDate {
  return month.toPlainDate({ day: Math.min(billDay, month.daysInMonth) })
}

/** The days of the period that a date lies in, half-open. */
function daysAround(renewal: Renewal, date: Temporal.PlainDate, billDay: number): Days {
  switch (renewal) {
    case 'daily':
      return { from: date, to: date.add({ days: 1 }) }
    case 'weekly': {
      const from = date.subtract({ days: date.dayOfWeek - 1 })
      return { from, to: from.add({ days: 7 }) }
    }
    case 'monthly':
      return daysAround('billing_period', date, 1)
    case 'billing_period': {
      const month = date.toPlainYearMonth()
      const here = billDate(month, billDay)
      if (Temporal.PlainDate.compare(date, here) >= 0)
        return { from: here, to: billDate(month.add({ months: 1 }), billDay) }
      return { from: billDate(month.subtract({ months: 1 }), billDay), to: here }
    }
  }
}

const midnight = (date: Temporal.PlainDate, zone: string): number => date.toZonedDateTime(zone).epochMilliseconds

function dateOf(epochMs: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(epochMs)).toZonedDateTimeISO(zone).toPlainDate()
}

/** "300 minutes for 30 days, bought with 20 days to go, are 200": by days, the first one counted, half-up. */
function grantedUnits(quota: Quota, days: Days, startedOn: Temporal.PlainDate): bigint {
  const isFirst = Temporal.PlainDate.compare(startedOn, days.from) > 0
  if (!quota.prorateFirst || !isFirst) return quota.amount
  const [left, all] = [startedOn, days.from].map((from) => BigInt(from.until(days.to, { largestUnit: 'days' }).days))
  return divideRounded(quota.amount * left!, all!, 'half-up')
}

/** Counters of a quota that are good at a date: of the period around it, and of earlier ones that roll over to it. */
function quotaCounters(
  quota: Quota,
  calendar: Calendar,
  on: Temporal.PlainDate,
  startedOn: Temporal.PlainDate,
): Counter[] {
  const found: Counter[] = []
  let days = daysAround(quota.renewal, on, calendar.billDay)
  for (let age = 0; age <= quota.rollover; age++) {
    if (Temporal.PlainDate.compare(days.to, startedOn) <= 0) break
    let lastEnd = days.to
    for (let step = 0; step < quota.rollover; step++) lastEnd = daysAround(quota.renewal, lastEnd, calendar.billDay).to
    found.push({
      itemId: quota.id,
      periodFrom: midnight(days.from, calendar.zone),
      periodTo: midnight(days.to, calendar.zone),
      expiresAt: midnight(lastEnd, calendar.zone),
      grantedUnits: grantedUnits(quota, days, startedOn),
      usedUnits: 0n,
      reservedUnits: 0n,
    })
    days = daysAround(quota.renewal, days.from.subtract({ days: 1 }), calendar.billDay)
  }
  return found
}

/**
 * The counters of a plan that are good at an instant: those that are `known`, and fresh ones for periods in which
 * nothing was used yet. Empty before the plan begins.
 */
export function openCounters(plan: PlanTerms, known: readonly Counter[], at: number): readonly Counter[] {
  if (at < plan.startedAt) return []
  const [on, startedOn] = [dateOf(at, plan.zone), dateOf(plan.startedAt, plan.zone)]
  const fresh = plan.quotas.flatMap((quota) => quotaCounters(quota, plan, on, startedOn))
  for (const discount of plan.discounts) {
    const days = daysAround(discount.renewal, on, plan.billDay)
    const [periodFrom, periodTo] = [midnight(days.from, plan.zone), midnight(days.to, plan.zone)]
    const none = { grantedUnits: 0n, usedUnits: 0n, reservedUnits: 0n }
    fresh.push({ itemId: discount.id, periodFrom, periodTo, expiresAt: periodTo, ...none })
  }
  return fresh.map(
    (counter) => known.find((one) => one.itemId === counter.itemId && one.periodFrom === counter.periodFrom) ?? counter,
  )
}
