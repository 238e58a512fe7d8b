/**
 * What one subscription adds to an invoice: "your first invoice will most likely contain activation fees and pro-rated
 * billing for the first partial month in addition to billing for the following full month". Pure: what it was billed
 * for already comes in as ranges of days, so that what an invoice adds is the difference to what it should be.
 */

import { divideRounded, type Micros } from '../../../base/index.ts'
import type { InvoiceLine } from '../tables.ts'
import { cycleAfter, cycleOf, daysBetween, type Cycle } from './cycle.ts'

export type BilledRange = { readonly from: string; readonly to: string; readonly isCredit: boolean }

export type BilledSubscription = {
  readonly id: string
  readonly description: string
  readonly startedOn: string
  /** The first day without it. */
  readonly endedOn: string | null
  readonly monthlyMicros: Micros
  readonly setupMicros: Micros
  readonly proration: 'days' | 'thirty'
  /** Unused days are given back. */
  readonly creditsUnused: boolean
  readonly taxCode: string
  /** Whether an invoice had the activation fee, and the days that invoices were for. */
  readonly isActivated: boolean
  readonly billed: readonly BilledRange[]
}

const CENT = 10_000n
const THIRTY = 30

/** A share of the monthly price, half-up to cents, once. */
function prorate(monthlyMicros: Micros, { days, daysOf }: { readonly days: number; readonly daysOf: number }): Micros {
  return divideRounded(monthlyMicros * BigInt(days), BigInt(daysOf) * CENT, 'half-up') * CENT
}

type Share = { readonly from: string; readonly to: string }

/** The lines of a subscription on the invoice of the day on which `ahead`, the month paid in advance, begins. */
export function billSubscription(one: BilledSubscription, ahead: Cycle, billDay: number): readonly InvoiceLine[] {
  if (one.startedOn > ahead.from) return []
  const lines: InvoiceLine[] = []
  if (!one.isActivated && one.setupMicros > 0n) lines.push(activation(one))
  if (one.monthlyMicros === 0n) return lines
  for (let cycle = firstOpen(one, billDay); cycle.from <= ahead.from; cycle = cycleAfter(cycle, billDay)) {
    lines.push(...billCycle(one, cycle))
  }
  return lines
}

/** Cycles before the last that was billed are settled; one that ended in them was credited then. */
function firstOpen({ startedOn, endedOn, billed }: BilledSubscription, billDay: number): Cycle {
  const latest = billed.reduce((day, range) => (range.from > day ? range.from : day), '')
  const from = latest === '' ? startedOn : latest
  return cycleOf(endedOn !== null && endedOn < from ? maxDay(endedOn, startedOn) : from, billDay)
}

function billCycle(one: BilledSubscription, cycle: Cycle): InvoiceLine[] {
  const due = within({ from: one.startedOn, to: one.endedOn ?? cycle.to }, cycle)
  const had = billedIn(one.billed, cycle)
  const lines: InvoiceLine[] = []
  if (had && one.creditsUnused && had.to > due.to) {
    lines.push(share(one, cycle, { from: maxDay(due.to, had.from), to: had.to }, 'credit'))
  }
  const from = had ? maxDay(had.to, due.from) : due.from
  if (from < due.to) lines.push(share(one, cycle, { from, to: due.to }, 'fee'))
  return lines
}

/** The part of a range that lies in a cycle; empty (`to` not after `from`) when there is none. */
function within({ from, to }: Share, cycle: Cycle): Share {
  const begin = maxDay(from, cycle.from)
  const end = to < cycle.to ? to : cycle.to
  return { from: begin, to: end > begin ? end : begin }
}

/** What invoices were for in a cycle: one range, whose end credits moved back. */
function billedIn(billed: readonly BilledRange[], cycle: Cycle): Share | undefined {
  let had: Share | undefined
  for (const range of billed) {
    const part = within(range, cycle)
    if (part.to <= part.from) continue
    if (!range.isCredit) had = had ? { from: minDay(had.from, part.from), to: maxDay(had.to, part.to) } : part
    else if (had) had = { from: had.from, to: part.from }
  }
  return had
}

const maxDay = (a: string, b: string): string => (a > b ? a : b)
const minDay = (a: string, b: string): string => (a < b ? a : b)

const noCalls = { sourceId: null, seconds: null, calls: null, quantity: 1n } as const

function activation(one: BilledSubscription): InvoiceLine {
  return {
    ...noCalls,
    kind: 'activation',
    subscriptionId: one.id,
    description: one.description,
    fromDay: one.startedOn,
    toDay: null,
    days: null,
    daysOf: null,
    amountMicros: divideRounded(one.setupMicros, CENT, 'half-up') * CENT,
    taxCode: one.taxCode,
  }
}

function share(one: BilledSubscription, cycle: Cycle, part: Share, sign: 'fee' | 'credit'): InvoiceLine {
  const monthDays = daysBetween(cycle.from, cycle.to)
  const days = daysBetween(part.from, part.to)
  const isWhole = days === monthDays
  const daysOf = one.proration === 'thirty' ? THIRTY : monthDays
  const counted = isWhole ? daysOf : Math.min(days, daysOf)
  const amount = prorate(one.monthlyMicros, { days: counted, daysOf })
  return {
    ...noCalls,
    kind: sign === 'credit' ? 'credit' : isWhole ? 'monthly' : 'partial',
    subscriptionId: one.id,
    description: one.description,
    fromDay: part.from,
    toDay: part.to,
    days: counted,
    daysOf,
    amountMicros: sign === 'credit' ? -amount : amount,
    taxCode: one.taxCode,
  }
}
