/** What calls in progress have cost so far, from the prices that they were promised. */

import type { Micros } from '../../base/index.ts'
import { requestTopic } from '../../platform/bus/index.ts'
import { durationSeconds, priceCall } from '../rating/index.ts'
import type { Credit } from './credit.ts'
import { chargeByTerms } from './price-quote.ts'

export type RunningCharges = {
  /** Paid calls in progress, answered or not. */
  readonly calls: number
  readonly chargeMicros: Micros
  readonly reservedMicros: Micros
}

/** Asked by `office` for somebody who looks at a balance. */
export const runningCharges = requestTopic<{ readonly accountId: string }, RunningCharges>('charge.running')

/** Of a customer's account at an instant; a call that would end now would be charged this. */
export function readRunning(credit: Credit, accountId: string, at: number): RunningCharges {
  let [calls, chargeMicros, reservedMicros] = [0, 0n, 0n]
  for (const one of credit.reservations()) {
    if (one.accountId !== accountId) continue
    calls++
    reservedMicros += one.reservedMicros
    const seconds = durationSeconds(one.answeredAt, at)
    const { quote, destination: number, answeredAt = one.reservedAt } = one
    const counters = quote.plan ? credit.pools.countersAt(quote.plan, answeredAt, one.counters ?? []) : []
    const byTerms = chargeByTerms(quote, { number, answeredAt, seconds }, counters)
    chargeMicros += (byTerms ?? priceCall(quote.row, seconds)).chargeMicros
  }
  return { calls, chargeMicros, reservedMicros }
}
