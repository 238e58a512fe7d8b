/** What a carrier is paid by: one of its provider's decks, by which its calls are rated beside their charge. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchCarrier, noSuchCostDeck, type CarrierFailure, type CostDeckFailure } from './errors.ts'

export type CarrierCostDeck = {
  readonly carrierId: string
  readonly carrierName: string
  /** Null while its cost is not known. */
  readonly costDeckId: string | null
  readonly costDeckName: string | null
  readonly currency: string | null
}

/** Every carrier in scope by name, each with the deck that it is paid by. */
export function listCostDecks(tx: Tx): Promise<readonly CarrierCostDeck[]> {
  return tx<CarrierCostDeck[]>`
    select carrier.id as "carrierId", carrier.name as "carrierName", deck.id as "costDeckId",
           deck.name as "costDeckName", deck.currency
    from carrier left join rate_deck as deck on deck.id = carrier.cost_deck_id
    order by carrier.name collate "C", carrier.id limit 200`
}

/** Sets the deck that a carrier is paid by, one of its provider's; null when none is agreed. */
export async function setCostDeck(
  tx: Tx,
  { carrierId, costDeckId }: { readonly carrierId: string; readonly costDeckId: string | null },
): Promise<Result<true, CarrierFailure | CostDeckFailure>> {
  const [carrier] = await tx<{ isKnown: boolean }[]>`
    select ${costDeckId}::uuid is null or exists (
      select from rate_deck where id = ${costDeckId} and tenant_id = carrier.tenant_id) as "isKnown"
    from carrier where id = ${carrierId}`
  if (!carrier) return noSuchCarrier
  if (!carrier.isKnown) return noSuchCostDeck
  await tx`update carrier set cost_deck_id = ${costDeckId} where id = ${carrierId}`
  return ok(true)
}
