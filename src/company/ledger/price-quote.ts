/**
 * A call priced by its quote: by the row alone where that says it all, else by all that has a part in it: times of
 * day, the deck's rounding, the plan and its counters. Pure.
 */

import type { Currency, Micros } from '../../base/index.ts'
import {
  explainCall,
  explainCharge,
  plainTariff,
  priceCall,
  rateCall,
  type CallCharge,
  type CallRates,
  type ChargeComponent,
  type Counter,
  type CounterChange,
  type RatedCall,
  type RateRow,
} from '../rating/index.ts'
import type { Quote } from './reservation.ts'
import { counterSentences } from './plan-state.ts'

export type PricedQuote = {
  /** The row at the answer. */
  readonly row: RateRow
  readonly chargeMicros: Micros
  readonly billedSeconds: number
  readonly reason: string
  readonly explanation: readonly string[]
  /** Empty for a price by the row alone. */
  readonly components: readonly ChargeComponent[]
  readonly changes: readonly CounterChange[]
}

/** The rows of a quote: those that may come into force while the call lasts, or its one. */
export function ratesOfQuote({ row, rates }: Quote): CallRates {
  return rates ?? { rows: [row], tariff: plainTariff }
}

/** The charge under a quote's deck and plan; undefined for a quote whose row alone says it, or has none in force. */
export function chargeByTerms(quote: Quote, call: RatedCall, counters: readonly Counter[]): CallCharge | undefined {
  if (!quote.rates && !quote.plan) return undefined
  return rateCall({ rates: ratesOfQuote(quote), plan: quote.plan?.terms }, counters, call)
}

/** What a call costs, and why; `counters` are those of its plan, without what it has set aside itself. */
export function priceQuote(
  quote: Quote,
  call: RatedCall,
  currency: Currency,
  counters: readonly Counter[] = [],
): PricedQuote {
  const charge = chargeByTerms(quote, call, counters)
  if (!charge) {
    const explanation = explainCall(quote.row, call.seconds, currency)
    return { row: quote.row, ...priceCall(quote.row, call.seconds), explanation, components: [], changes: [] }
  }
  const { row, chargeMicros, billedSeconds, reason, components, counterChanges: changes } = charge
  const plan = quote.plan?.terms
  const sentences = explainCharge(charge, { rates: ratesOfQuote(quote), plan }, call, currency)
  const explanation = plan ? [...sentences, ...counterSentences(plan, counters, changes)] : sentences
  return { row, chargeMicros, billedSeconds, reason, explanation, components, changes }
}
