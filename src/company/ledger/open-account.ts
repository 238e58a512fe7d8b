/** Accounts: what a customer owes and may owe, and the provider's own side of the books. */

import { assert, newId, type Clock, type Currency, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type NewAccount = {
  /** The customer or partner. */
  readonly tenantId: string
  readonly currency: Currency
  /** How much may be owed, calls in progress included. */
  readonly creditLimitMicros: Micros
  /** Prices of its calls. */
  readonly rateDeckId: string
  /** Paid calls at once, 100 by default. */
  readonly callsMax?: number | undefined
  /** `wholesale` for a partner, who pays for the calls of everybody below him; a customer's by default. */
  readonly kind?: 'customer' | 'wholesale'
  /** Paid in advance: nothing is ever owed, so the credit limit is zero. */
  readonly prepaid?: boolean
}

const CALLS_MAX = 100

/** Opens an account of a customer or partner with a balance of zero; gives its id. `charge` sees it within a second. */
export async function openAccount(tx: Tx, clock: Clock, account: NewAccount): Promise<string> {
  assert(account.creditLimitMicros >= 0n, 'a credit limit is not negative')
  assert(!account.prepaid || account.creditLimitMicros === 0n, 'who pays in advance has no credit')
  const id = newId(clock)
  await tx`
    insert into account
      (id, tenant_id, kind, currency, credit_limit_micros, rate_deck_id, calls_max, prepaid, status, created_at)
    values
      (${id}, ${account.tenantId}, ${account.kind ?? 'customer'}, ${account.currency}, ${account.creditLimitMicros},
       ${account.rateDeckId}, ${account.callsMax ?? CALLS_MAX}, ${account.prepaid ?? false}, 'open', ${clock.now()})`
  return id
}

export type NewBooks = { readonly tenantId: string; readonly currency: Currency }

const books = ['revenue', 'cash', 'adjustments', 'tax', 'rounding'] as const

/** Opens the seller's side of the ledger for one currency; opening it again changes nothing. */
export async function openBooks(tx: Tx, clock: Clock, { tenantId, currency }: NewBooks): Promise<void> {
  for (const kind of books) {
    await tx`
      insert into account (id, tenant_id, kind, currency, status, created_at)
      values (${newId(clock)}, ${tenantId}, ${kind}, ${currency}, 'open', ${clock.now()})
      on conflict (tenant_id, kind, currency) where kind not in ('customer', 'wholesale') do nothing`
  }
}
