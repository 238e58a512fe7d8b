/** A charge that is made again: what it was, what it becomes, and the posting of the difference. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Books } from './books.ts'

/** What a charge says of itself, as it is stored with a record. */
export type ChargeLine = {
  readonly reason: string
  readonly billedSeconds: number
  readonly versionId: string | null
  readonly prefix: string | null
  readonly destination: string | null
  readonly explanation: readonly string[]
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
