/** A row of a rate deck: what a call to the numbers that begin with a prefix costs. */

import type { Micros, Nanos, RoundingMode } from '../../base/index.ts'

/** Outbound rows are found by the dialled number, inbound ones by the called toll-free or metered number. */
export type RateDirection = 'outbound' | 'inbound'

/** What kind of destination the row names. */
export type RateClass = 'domestic' | 'international' | 'premium' | 'tollfree'

export const rateClasses: readonly RateClass[] = ['domestic', 'international', 'premium', 'tollfree']
export const rateDirections: readonly RateDirection[] = ['outbound', 'inbound']

export type RateRow = {
  /** Leading digits of E.164 without the plus. */
  readonly prefix: string
  readonly direction: RateDirection
  /** Name of the destination for people: "Canada, Toronto". */
  readonly destination: string
  readonly class: RateClass
  /** Once for every answered call that is charged. */
  readonly connectMicros: Micros
  /** The first block, billed whole, and its price per minute. */
  readonly firstSeconds: number
  readonly firstNanos: Nanos
  /** Every further block, billed whole, and its price per minute. */
  readonly nextSeconds: number
  readonly nextNanos: Nanos
  /** A call of at most this length costs nothing. */
  readonly graceSeconds: number
  /** A charged call costs at least this. */
  readonly minimumMicros: Micros
  /** Calls to it are refused. */
  readonly blocked: boolean
  /** Seconds at the beginning that are not counted; what lies behind them is billed from a first block on. */
  readonly freeSeconds?: number
  /** The connect fee is due too when the free seconds cover the whole call. */
  readonly connectWhenFree?: boolean
  /** Added to connect fee and blocks, in millionths: 2.5 % is 25000. */
  readonly surchargePpm?: number
  /** How further blocks are counted; from the end of the first without it. */
  readonly interval?: Interval
  /** Name of the time of day at which the row is in force (see `Tariff`); at all other times without it. */
  readonly period?: string
  /** In force from this instant, and up to but not including that one; without them, always. Epoch milliseconds. */
  readonly effectiveFrom?: number
  readonly effectiveTo?: number
}

/**
 * Two customs that do not agree: 26 s at 25/8 are 33 s counted from the end of the first block, and 32 s as a whole
 * number of further blocks.
 */
export type Interval = 'after_first' | 'total'
export const intervals: readonly Interval[] = ['after_first', 'total']

/** How a rated record is rounded: once, at the end. */
export type Rounding = {
  readonly mode: RoundingMode
  /** Decimals that are kept, 2 to 6. */
  readonly digits: number
}

/** Half-up to millionths: what every record of ours is rounded by. */
export const toMicros: Rounding = { mode: 'half-up', digits: 6 }
