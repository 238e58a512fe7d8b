/** A rerating: what `office` asks for and `charge` does, and what was found. */

import type { Micros } from '../../base/index.ts'
import { requestTopic } from '../../platform/bus/index.ts'

/** Sums of one level in one currency. */
export type RerateTotal = { readonly level: number; readonly currency: string; oldMicros: Micros; newMicros: Micros }

export type RerateDifference = {
  readonly cdrId: string
  readonly level: number
  readonly oldMicros: Micros
  readonly newMicros: Micros
  readonly currency: string
}

/** What a look at every record of the range found, and what was done. */
export type RerateResult = {
  /** Records that were priced again, and their charges on all levels. */
  readonly records: number
  readonly charges: number
  readonly differences: number
  /** Of them in a closed period: adjusted, not made again. */
  readonly closed: number
  /** Left out: paid from a plan, forgotten, or without a price in the version. */
  readonly withPlan: number
  readonly forgotten: number
  readonly withoutRate: number
  readonly totals: readonly RerateTotal[]
  readonly largest: readonly RerateDifference[]
}

/** Said by `office` when a rerating was asked for or is to be applied; answered at once. */
export const lookAtRerates = requestTopic<Record<string, never>, true>('charge.rerates')
