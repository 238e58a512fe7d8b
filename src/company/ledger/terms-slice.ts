/**
 * Slices of calls whose price is not in their row alone: what is left is money, and what the plan's counters have
 * left beside what other calls of the pool have set aside. Pure.
 */

import type { Micros } from '../../base/index.ts'
import { affordableCall, wholeBlocks, type CallRates, type Counter, type CounterChange } from '../rating/index.ts'
import type { Quote } from './reservation.ts'
import { LEAST_SECONDS, type SliceRequest } from './grant.ts'
import { chargeByTerms, ratesOfQuote } from './price-quote.ts'

/** A call under its terms, without what it has reserved itself. */
export type TermsCall = {
  readonly quote: Quote
  readonly counters: readonly Counter[]
  readonly number: string
  readonly answeredAt: number
}

/** No grant relies on the grace: a second past it costs the whole block at once. */
function withoutGrace(quote: Quote): Quote & { readonly rates: CallRates } {
  const { rows, tariff } = ratesOfQuote(quote)
  return { ...quote, rates: { rows: rows.map((row) => ({ ...row, graceSeconds: 0 })), tariff } }
}

function longest({ counters, number, answeredAt, ...call }: TermsCall, amount: Micros, secondsMax: number): number {
  const quote = withoutGrace(call.quote)
  const terms = { rates: quote.rates, plan: quote.plan?.terms }
  return affordableCall(terms, counters, { number, answeredAt }, { amount, secondsMax })
}

/** Seconds that a call gets; undefined when not one more can be had, by money or by a quota that blocks. */
export function nextTermsSlice(call: TermsCall, request: Omit<SliceRequest, 'row'>): number | undefined {
  const { paidSeconds, reservedMicros, otherCalls, wantedSeconds } = request
  const { row } = call.quote
  const available = request.availableMicros > 0n ? request.availableMicros : 0n
  const least = Math.max(LEAST_SECONDS, paidSeconds + 1)
  const wanted = wholeBlocks(row, Math.max(least, wantedSeconds))
  const share = available / BigInt(2 * otherCalls + 1)
  let paid = longest(call, reservedMicros + share, wanted)
  if (paid < least) paid = longest(call, reservedMicros + available, wholeBlocks(row, least))
  return paid < least ? undefined : paid
}

/** What is set aside for some paid seconds: money, and units of counters. */
export function termsPrice(
  call: TermsCall,
  paidSeconds: number,
): { readonly micros: Micros; readonly changes: readonly CounterChange[] } {
  const { number, answeredAt, counters } = call
  const charge = chargeByTerms(withoutGrace(call.quote), { number, answeredAt, seconds: paidSeconds }, counters)
  return { micros: charge?.chargeMicros ?? 0n, changes: charge?.counterChanges ?? [] }
}

/** Whether `amount` in all, and what the plan has left, give more than `paidSeconds`. */
export function canTermsGrow(call: TermsCall, paidSeconds: number, amount: Micros): boolean {
  return longest(call, amount, paidSeconds + 1) > paidSeconds
}

/** Whether no money could help: a quota that blocks is used up. */
export function isQuotaUsed(call: TermsCall): boolean {
  const { number, answeredAt, counters } = call
  const charge = chargeByTerms(withoutGrace(call.quote), { number, answeredAt, seconds: LEAST_SECONDS }, counters)
  return charge?.exceedsQuota ?? false
}
