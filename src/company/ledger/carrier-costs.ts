/** What a carrier asks for a call that it carried, by its deck in force at the answer. */

import type { Db } from '../../platform/db/index.ts'
import { findRate } from '../catalog/index.ts'
import { priceCall } from '../rating/index.ts'
import type { CarrierCost } from './carrier-terms.ts'
import type { Quote } from './reservation.ts'
import type { TermsKeeper } from './keep-terms.ts'
import { chargeByTerms } from './price-quote.ts'
import type { RatedRecord } from './rate-record.ts'

/** The cost of a rated record by its carrier's deck in force at the answer; emergency calls cost us too. */
export async function costOf(
  { terms, db }: { readonly terms: TermsKeeper; readonly db: Db },
  { record, durationSeconds, occurredAt }: RatedRecord,
): Promise<CarrierCost | undefined> {
  const carrier = record.carrierId === undefined ? undefined : terms.carrier(record.carrierId)
  if (!carrier?.deckId || !carrier.currency || durationSeconds === 0) return undefined
  const { deckId, currency } = carrier
  const direction = record.direction === 'inbound' ? 'inbound' : 'outbound'
  const isInForce = (terms.activatedAt(deckId) ?? Infinity) <= occurredAt
  const quote: Quote | undefined = isInForce
    ? terms.quote(deckId, direction, record.to, occurredAt)
    : await db.asService((tx) => findRate(tx, { deckId, direction, number: record.to, at: occurredAt }))
  if (!quote) return undefined
  const call = { number: record.to, answeredAt: occurredAt, seconds: durationSeconds }
  const { chargeMicros } = chargeByTerms(quote, call, []) ?? priceCall(quote.row, durationSeconds)
  return { chargeMicros, currency, versionId: quote.versionId, prefix: quote.row.prefix }
}
