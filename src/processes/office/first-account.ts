/** The account that a customer created through the API begins with: the prices of his seller, in their currency. */

import { ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { openAccount } from '../../company/ledger/index.ts'
import { noRateDeck, type FirstAccount, type TenantParts } from '../../company/tenant/index.ts'

/** Opens accounts under the named deck of the seller, or the first that is in force. */
export function firstAccounts(clock: Clock): TenantParts['openAccount'] {
  return async (tx: Tx, { tenantId, sellerId, creditLimitMicros, rateDeckId }: FirstAccount) => {
    const [deck] = await tx<{ id: string; currency: string }[]>`
      select id, currency from rate_deck
      where tenant_id = ${sellerId} and active_version_id is not null
        ${rateDeckId === undefined ? tx`` : tx`and id = ${rateDeckId}`}
      order by created_at, id limit 1`
    if (!deck) return noRateDeck
    await openAccount(tx, clock, { tenantId, currency: deck.currency, creditLimitMicros, rateDeckId: deck.id })
    return ok(true)
  }
}
