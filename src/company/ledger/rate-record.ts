/** From a call record to what it costs: one charge, or zero with the reason for it. */

import type { Currency, Micros } from '../../base/index.ts'
import { durationSeconds, type ChargeComponent, type Counter } from '../rating/index.ts'
import type { CarrierCost } from './carrier-terms.ts'
import type { Quote } from './reservation.ts'
import { countersFor, type PlanState } from './plan-state.ts'
import { priceQuote } from './price-quote.ts'
import type { CallClass, CdrRecord } from './protocol.ts'

/** A record as it is stored. */
export type RatedRecord = {
  readonly record: CdrRecord
  /** Undefined for records of nobody's account. */
  readonly accountId: string | undefined
  readonly class: CallClass
  /** The answer, or the start of a call that was not answered: what reports and periods go by. */
  readonly occurredAt: number
  readonly durationSeconds: number
  readonly billedSeconds: number
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly reason: string
  readonly quote: Quote | undefined
  readonly explanation: readonly string[]
  /** The parts of a charge that its row alone does not explain; they sum to it. */
  readonly components: readonly ChargeComponent[]
  /** What the customer's plan had a part in. */
  readonly planned?: PlanState | undefined
  /** What the carrier asks for it; undefined without a carrier, a cost deck or an answer. */
  readonly cost?: CarrierCost | undefined
}

/** No currency (ISO 4217): of records without an account. */
export const NO_CURRENCY = 'XXX'

const freeText: Readonly<Record<string, string>> = {
  onnet: 'the call stayed inside the house: calls between our own phones are free',
  emergency: 'emergency calls are free',
  inbound: 'receiving this call is free',
  service: 'this service number is free',
  unanswered: 'the call was not answered',
  no_account: 'the record belongs to no account',
  no_rate: 'the rate deck has no price for this destination',
}

/** Reasons of records that no deck is asked for, whatever it says. */
export const freeReasons: readonly string[] = Object.keys(freeText).filter((reason) => reason !== 'no_rate')

/** Whether a stored reason says that no price was asked for. */
export function isFreeReason(reason: string): boolean {
  return reason in freeText
}

/** Why a record costs nothing whatever its price; undefined for a leg that is paid for. */
export function freeReason(record: CdrRecord): string | undefined {
  if (record.class === 'emergency' || record.class === 'service') return record.class
  if (record.answeredAt === undefined) return 'unanswered'
  if (record.class === 'onnet' || record.class === 'inbound') return record.class
  // The caller of another customer's toll-free number; who is called pays, by a record of his own.
  if (record.class === 'tollfree' && record.direction !== 'inbound') return 'onnet'
  if (record.direction === 'internal') return 'onnet'
  return record.accountId === undefined ? 'no_account' : undefined
}

/** When a call happened, as reports and periods count it. */
export function occurredAt(record: CdrRecord): number {
  return record.answeredAt ?? record.startedAt
}

/**
 * Prices a record by the quote of its reservation, or the one that was found for it; under a plan with the counters
 * that are given, which do not hold what the call itself has set aside.
 */
export function rateRecord(
  record: CdrRecord,
  currency: Currency,
  quote: Quote | undefined,
  counters: readonly Counter[] = [],
): RatedRecord {
  const seconds = durationSeconds(record.answeredAt, record.endedAt)
  const { accountId } = record
  const base = { record, accountId, occurredAt: occurredAt(record), durationSeconds: seconds, currency, components: [] }
  const free = freeReason(record) ?? (quote ? undefined : 'no_rate')
  if (free !== undefined || !quote) {
    const reason = free ?? 'no_rate'
    const explanation = [freeText[reason] ?? reason]
    const kept = record.answeredAt === undefined ? quote : undefined
    return { ...base, class: record.class, billedSeconds: 0, chargeMicros: 0n, reason, quote: kept, explanation }
  }
  const call = { number: record.to, answeredAt: base.occurredAt, seconds }
  const { plan } = quote
  const good = plan ? countersFor(plan.terms, counters, quote.row, record.to) : []
  const { row, changes, ...price } = priceQuote(quote, call, currency, good)
  const planned = plan && good.length > 0 ? { plan, counters: good, changes } : undefined
  return { ...base, class: row.class, ...price, quote: { ...quote, row }, planned }
}
