/** The account that a customer created through the API begins with: the prices of his seller, in their currency. */

import { ok, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { deckInForce } from '../../company/catalog/index.ts'
import { openAccount } from '../../company/ledger/index.ts'
import { noRateDeck, type FirstAccount, type TenantOperationsParts } from '../../company/tenant/index.ts'

/** Opens accounts under the named deck of the seller, or the first that is in force. */
export function firstAccounts(clock: Clock): TenantOperationsParts['openAccount'] {
  return async (tx: Tx, { tenantId, sellerId, creditLimitMicros, rateDeckId }: FirstAccount) => {
    const deck = await deckInForce(tx, sellerId, rateDeckId)
    if (!deck) return noRateDeck
    await openAccount(tx, clock, { tenantId, currency: deck.currency, creditLimitMicros, rateDeckId: deck.id })
    return ok(true)
  }
}
