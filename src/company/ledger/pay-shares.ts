/** What some seconds of a call cost on every level that pays for it: money, and units of the customer's plan. Pure. */

import type { CounterChange } from '../rating/index.ts'
import type { Quote, Reservation, Share } from './reservation.ts'
import { priceOf } from './grant.ts'
import type { Pools } from './pools.ts'
import { termsPrice, type TermsCall } from './terms-slice.ts'

export type Paid = { readonly paid: readonly Share[]; readonly counters: readonly CounterChange[] }

/** A call as its terms see it; `own` is what it has set aside of counters. */
export type OneCall = Pick<TermsCall, 'number' | 'answeredAt'> & { readonly own: readonly CounterChange[] }

/** A call in progress as its terms see it. */
export function callOf({ destination, answeredAt, reservedAt, counters }: Reservation): OneCall {
  return { number: destination, answeredAt: answeredAt ?? reservedAt, own: counters ?? [] }
}

/** The call under a quote's terms; undefined where its row says all. */
export function termsCall(pools: Pools, quote: Quote, { number, answeredAt, own }: OneCall): TermsCall | undefined {
  if (!quote.rates && !quote.plan) return undefined
  const counters = quote.plan ? pools.countersAt(quote.plan, answeredAt, own) : []
  return { quote, counters, number, answeredAt }
}

/** The shares with what some seconds cost on each level, and what the customer's plan gives of them. */
export function payAll(pools: Pools, shares: readonly Share[], call: OneCall, paidSeconds: number): Paid {
  let counters: readonly CounterChange[] = []
  const paid = shares.map((share) => {
    const terms = termsCall(pools, share.quote, call)
    if (!terms) return { ...share, reservedMicros: priceOf(share.quote.row, paidSeconds) }
    const { micros, changes } = termsPrice(terms, paidSeconds)
    if (share.quote.plan) counters = changes
    return { ...share, reservedMicros: micros }
  })
  return { paid, counters }
}
