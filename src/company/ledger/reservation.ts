/** What a call in progress holds, and the price that it was promised. */

import type { Micros } from '../../base/index.ts'
import type { AssignedPlan } from '../catalog/index.ts'
import type { CallRates, CounterChange, RateRow } from '../rating/index.ts'

/** The price that a call was promised. */
export type Quote = {
  readonly versionId: string
  readonly row: RateRow
  /** All rows that fit, where the one at the answer does not say what a call costs: times of day, dates, rounding. */
  readonly rates?: CallRates
  /** The customer's plan, where it has something for the call. */
  readonly plan?: AssignedPlan
}

/** What a call holds of one account. */
export type Share = {
  readonly accountId: string
  readonly tenantId: string
  readonly quote: Quote
  readonly reservedMicros: Micros
}

export type Reservation = Share & {
  readonly cdrId: string
  readonly callId: string
  readonly direction: 'outbound' | 'inbound'
  readonly destination: string
  readonly reservedAt: number
  readonly paidSeconds: number
  readonly final: boolean
  readonly answeredAt: number | undefined
  /** What it holds of the accounts above the customer's, the nearest first. */
  readonly upper: readonly Share[]
  /** What it has set aside of its plan's counters; left out where the plan has none for it. */
  readonly counters?: readonly CounterChange[]
}
