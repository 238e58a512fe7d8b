/** What carriers ask: which deck each is paid by, and the cost of a call that one of them carried. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { findRate } from '../catalog/index.ts'
import { priceCall } from '../rating/index.ts'
import type { Quote } from './credit.ts'
import type { TermsKeeper } from './keep-terms.ts'
import type { RatedRecord } from './rate-record.ts'

export type CarrierTerms = {
  readonly carrierId: string
  /** The provider whose carrier it is. */
  readonly tenantId: string
  readonly name: string
  /** Undefined while no cost deck is agreed: what it costs is not known. */
  readonly deckId: string | undefined
  readonly currency: Currency | undefined
  /** What the provider's brand does about a route that sells below cost. */
  readonly belowCost: 'refuse' | 'allow'
}

/** What a carrier asks for one call, and the row of its deck that says so. */
export type CarrierCost = {
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly versionId: string
  readonly prefix: string
}

type CarrierRow = Omit<CarrierTerms, 'deckId' | 'currency'> & { deckId: string | null; currency: Currency | null }

/** Every carrier by its id; they are few. */
export async function loadCarriers(tx: Tx): Promise<ReadonlyMap<string, CarrierTerms>> {
  const rows = await tx<CarrierRow[]>`
    select carrier.id as "carrierId", carrier.tenant_id as "tenantId", carrier.name, carrier.cost_deck_id as "deckId",
           deck.currency, coalesce(brand.below_cost, 'refuse') as "belowCost"
    from carrier
    left join rate_deck as deck on deck.id = carrier.cost_deck_id
    left join brand on brand.tenant_id = carrier.tenant_id`
  return new Map(
    rows.map((row) => [
      row.carrierId,
      { ...row, deckId: row.deckId ?? undefined, currency: row.currency ?? undefined },
    ]),
  )
}

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
    ? terms.quote(deckId, direction, record.to)
    : await db.asService((tx) => findRate(tx, { deckId, direction, number: record.to, at: occurredAt }))
  if (!quote) return undefined
  const { chargeMicros } = priceCall(quote.row, durationSeconds)
  return { chargeMicros, currency, versionId: quote.versionId, prefix: quote.row.prefix }
}
