/** A charge that is made again: what it was, what it becomes, and the posting of the difference. */

import type { Currency, Micros } from '../../base/index.ts'
import type { ChargeComponent } from '../rating/index.ts'
import type { Books } from './books.ts'
import type { CallClass } from './protocol.ts'

/** What a charge says of itself, as it is stored with a record. */
export type ChargeLine = {
  readonly reason: string
  readonly billedSeconds: number
  readonly versionId: string | null
  readonly prefix: string | null
  readonly destination: string | null
  readonly explanation: readonly string[]
  readonly components: readonly StoredPart[]
}

/** A part of a charge as the table `cdr_component` has it; amounts as texts. */
type StoredPart = Readonly<Record<string, string | number | null>>

/** Parts of a charge that has more than one, in the words of their table. */
export function storedParts(components: readonly ChargeComponent[]): readonly StoredPart[] {
  if (components.length < 2) return []
  return components.map((one, at) => ({
    line: at + 1,
    kind: one.kind,
    from_second: one.fromSecond,
    seconds: one.seconds,
    amount_micros: String(one.amountMicros),
    price_nanos: one.priceNanos?.toString() ?? null,
    discount_ppm: one.discountPpm ?? null,
    prefix: one.prefix ?? null,
    period: one.period ?? null,
    item_id: one.itemId ?? null,
    units: one.units?.toString() ?? null,
  }))
}

/** The true end of a call that was closed by an estimate. */
export type TrueEnd = {
  readonly endedAt: string
  readonly seconds: number
  readonly endedBy: string
  readonly cause: string
  readonly sipStatus: number
}

/** One level's charge of one record, made again. */
export type Revision = {
  readonly id: string
  readonly tenantId: string
  readonly accountId: string
  readonly cdrId: string
  readonly level: number
  /** Undefined for the true record of an estimated one. */
  readonly rerateId: string | undefined
  readonly occurredAt: number
  /** By which limits count it; of the record, whatever its new row says. */
  readonly class: CallClass
  readonly oldMicros: Micros
  readonly newMicros: Micros
  readonly currency: Currency
  readonly line: ChargeLine
  /** The period is closed: the record stands, the difference is an adjustment. */
  readonly adjusted: boolean
  /** First day of the month that the difference is assigned to. */
  readonly period: string
  /** The same for all levels of a record. */
  readonly postingId: string
  readonly reason: string
  readonly createdBy: string | undefined
  readonly ended: TrueEnd | undefined
  readonly books: Books
}
