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
}

/** How a rated record is rounded: once, at the end. */
export type Rounding = {
  readonly mode: RoundingMode
  /** Decimals that are kept, 2 to 6. */
  readonly digits: number
}

/** Half-up to millionths: what every record of ours is rounded by. */
export const toMicros: Rounding = { mode: 'half-up', digits: 6 }
