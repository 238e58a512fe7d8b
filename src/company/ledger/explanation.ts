/** An explained transaction: what `charge` tells `office` of it. */

import type { Currency, Micros } from '../../base/index.ts'
import { requestTopic } from '../../platform/bus/index.ts'
import type { ChargeComponent, RateRow, Rounding, VolumeUnit } from '../rating/index.ts'

export type ExplainedDeck = {
  readonly name: string
  readonly versionId: string
  readonly number: number
  readonly activatedAt: number | null
}

/** What one level of the house pays for the call; level 0 is the customer. */
export type ExplainedCharge = {
  readonly level: number
  readonly tenantId: string
  /** Name of who pays. */
  readonly payer: string
  readonly accountId: string | null
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly reason: string
  readonly billedSeconds: number
  /** What the ledger took from the account for it. */
  readonly postedMicros: Micros
  readonly deck: ExplainedDeck | undefined
  readonly row: RateRow | undefined
  /** The computation as it was stored. */
  readonly explanation: readonly string[]
  /** The same, computed now; undefined when the row is not there any more. */
  readonly computed: Computed | undefined
  /** In words; empty when everything comes out as it was stored. */
  readonly differences: readonly string[]
}

export type Computed = {
  readonly chargeMicros: Micros
  readonly billedSeconds: number
  readonly reason: string
  /** Undefined for what is free whatever its price. */
  readonly explanation: readonly string[] | undefined
  /** Of the row in force at the answer. */
  readonly prefix: string | undefined
  /** Parts of a charge that its row alone does not explain; they sum to it. */
  readonly components: readonly ChargeComponent[]
  readonly counters: readonly ExplainedCounter[]
  readonly rounding: Rounding
}

/** A counter of the customer's plan before and after the call; seconds, or micros. */
export type ExplainedCounter = {
  readonly name: string
  readonly unit: VolumeUnit
  /** Undefined for a volume discount. */
  readonly grantedUnits: bigint | undefined
  readonly beforeUnits: bigint
  readonly afterUnits: bigint
}

export type ExplainedCost = {
  readonly carrierId: string
  readonly carrierName: string
  /** Undefined when the carrier had no cost deck. */
  readonly known:
    | {
        readonly costMicros: Micros
        readonly currency: Currency
        readonly deck: ExplainedDeck | undefined
        readonly sentences: readonly string[]
        readonly matches: boolean
      }
    | undefined
}

export type Explanation = {
  readonly cdrId: string
  /** The customer whose call it was. */
  readonly tenantId: string
  readonly number: string
  /** Of conversation; begun ones count whole. */
  readonly seconds: number
  /** The customer's charge first, then that of each level above. */
  readonly charges: readonly ExplainedCharge[]
  /** Undefined when no carrier carried it. */
  readonly cost: ExplainedCost | undefined
}

/** Asked by `office` after it has made sure that the reader may see the record; null when there is none. */
export const explainCharge = requestTopic<{ readonly cdrId: string }, Explanation | null>('charge.explain')
