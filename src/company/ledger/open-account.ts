/** Accounts: what a customer owes and may owe, and the provider's own side of the books. */

import { assert, newId, type Clock, type Currency, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type NewAccount = {
  /** The customer. */
  readonly tenantId: string
  readonly currency: Currency
  /** How much the customer may owe, calls in progress included. */
  readonly creditLimitMicros: Micros
  /** Prices of its calls. */
  readonly rateDeckId: string
  /** Paid calls at once, 100 by default. */
  readonly callsMax?: number | undefined
}

const CALLS_MAX = 100

/** Opens a customer's account with a balance of zero; gives its id. `charge` sees it within a second. */
export async function openAccount(tx: Tx, clock: Clock, account: NewAccount): Promise<string> {
  assert(account.creditLimitMicros >= 0n, 'a credit limit is not negative')
  const id = newId(clock)
  await tx`
    insert into account
      (id, tenant_id, kind, currency, credit_limit_micros, rate_deck_id, calls_max, status, created_at)
    values
      (${id}, ${account.tenantId}, 'customer', ${account.currency}, ${account.creditLimitMicros},
       ${account.rateDeckId}, ${account.callsMax ?? CALLS_MAX}, 'open', ${clock.now()})`
  return id
}

export type NewBooks = { readonly tenantId: string; readonly currency: Currency }

const books = ['revenue', 'cash', 'adjustments'] as const

/** Opens the seller's side of the ledger for one currency; opening it again changes nothing. */
export async function openBooks(tx: Tx, clock: Clock, { tenantId, currency }: NewBooks): Promise<void> {
  for (const kind of books) {
    await tx`
      insert into account (id, tenant_id, kind, currency, status, created_at)
      values (${newId(clock)}, ${tenantId}, ${kind}, ${currency}, 'open', ${clock.now()})
      on conflict (tenant_id, kind, currency) where kind <> 'customer' do nothing`
  }
}
