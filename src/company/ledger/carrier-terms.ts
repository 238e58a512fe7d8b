/** What is agreed with each carrier: the deck that it is paid by, and what its provider does about a loss. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

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
