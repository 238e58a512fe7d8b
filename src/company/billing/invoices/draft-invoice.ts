/**
 * An invoice as a pure function of what was sold and what was used: its lines, what is taxed, and its totals. "Sum
 * exact records; compute tax on the unrounded sums, then round to cents; total = sum of the printed parts."
 */

import { divideRounded, type Micros } from '../../../base/index.ts'
import type { TaxedAmount } from '../tax/provider.ts'
import type { InvoiceLine, InvoiceTax } from '../tables.ts'
import { billSubscription, type BilledSubscription } from './bill-subscription.ts'
import type { Cycle } from './cycle.ts'

/** Calls of one class to one destination. */
export type UsageGroup = {
  readonly class: string
  readonly destination: string
  readonly calls: bigint
  readonly seconds: bigint
  readonly chargeMicros: Micros
}

export type OneOff = {
  readonly id: string
  readonly description: string
  readonly amountMicros: Micros
  readonly taxCode: string
  /** The day on which it happened. */
  readonly day: string
}

/** Charges of closed periods that were made again. */
export type Correction = { readonly description: string; readonly calls: bigint; readonly amountMicros: Micros }

export type InvoiceInputs = {
  /** The month that is paid in advance; it begins on the day of the invoice. */
  readonly ahead: Cycle
  readonly billDay: number
  readonly subscriptions: readonly BilledSubscription[]
  readonly usage: readonly UsageGroup[]
  readonly corrections: readonly Correction[]
  readonly oneOffs: readonly OneOff[]
}

export type DraftedLines = {
  readonly lines: readonly InvoiceLine[]
  readonly amounts: readonly TaxedAmount[]
  /** Exact: calls and corrections. */
  readonly usageMicros: Micros
  readonly callCount: number
  /** What issuing adds to the ledger: fees of the months, without what is there already. */
  readonly feesMicros: Micros
  readonly netMicros: Micros
  /** What whole cents add to the exact amounts. */
  readonly roundingMicros: Micros
}

const CENT = 10_000n

/** Half away from zero to cents. */
export function toCents(amountMicros: Micros): Micros {
  return divideRounded(amountMicros, CENT, 'half-up') * CENT
}

/** All lines in the order of the document: fees, one-off charges, usage, corrections. */
export function draftLines(inputs: InvoiceInputs): DraftedLines {
  const { ahead, billDay, subscriptions, usage, corrections, oneOffs } = inputs
  const fees = subscriptions.flatMap((one) => billSubscription(one, ahead, billDay))
  const singles = oneOffs.map(oneOffLine)
  const calls = usage.map(usageLine)
  const corrected = corrections.map(correctionLine)
  const feesMicros = sumOf(fees)
  const singlesMicros = sumOf(singles)
  const exactMicros = sumOf(calls) + sumOf(corrected)
  const netMicros = feesMicros + singlesMicros + toCents(exactMicros)
  const lines = [...fees, ...singles, ...calls, ...corrected]
  return {
    lines,
    amounts: amountsOf(lines),
    usageMicros: sumOf(calls),
    callCount: calls.reduce((count, line) => count + Number(line.quantity), 0),
    feesMicros,
    netMicros,
    roundingMicros: netMicros - feesMicros - singlesMicros - exactMicros,
  }
}

/** Net and taxes together. */
export function totalsOf(netMicros: Micros, taxes: readonly InvoiceTax[]): { taxMicros: Micros; totalMicros: Micros } {
  const taxMicros = taxes.reduce((sum, tax) => sum + tax.amountMicros, 0n)
  return { taxMicros, totalMicros: netMicros + taxMicros }
}

function sumOf(lines: readonly InvoiceLine[]): Micros {
  return lines.reduce((sum, line) => sum + line.amountMicros, 0n)
}

function amountsOf(lines: readonly InvoiceLine[]): readonly TaxedAmount[] {
  const byCode = new Map<string, { amountMicros: Micros; lines: number }>()
  for (const { taxCode, amountMicros, kind } of lines) {
    const known = byCode.get(taxCode) ?? { amountMicros: 0n, lines: 0 }
    const counted = kind === 'monthly' ? 1 : 0
    byCode.set(taxCode, { amountMicros: known.amountMicros + amountMicros, lines: known.lines + counted })
  }
  return [...byCode].map(([code, sums]) => ({ code, ...sums }))
}

const noDays = { subscriptionId: null, toDay: null, days: null, daysOf: null } as const

function oneOffLine({ id, description, amountMicros, taxCode, day }: OneOff): InvoiceLine {
  const single = { quantity: 1n, seconds: null, calls: null }
  return { ...noDays, ...single, kind: 'one_off', sourceId: id, description, fromDay: day, amountMicros, taxCode }
}

function usageLine(group: UsageGroup): InvoiceLine {
  return {
    ...noDays,
    kind: 'usage',
    sourceId: null,
    description: group.destination,
    fromDay: null,
    quantity: group.calls,
    seconds: group.seconds,
    amountMicros: group.chargeMicros,
    taxCode: 'telecom',
    calls: { class: group.class, destination: group.destination },
  }
}

function correctionLine({ description, calls, amountMicros }: Correction): InvoiceLine {
  const none = { sourceId: null, fromDay: null, seconds: null, calls: null }
  return { ...noDays, ...none, kind: 'correction', description, quantity: calls, amountMicros, taxCode: 'telecom' }
}
