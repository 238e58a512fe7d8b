/** Puts the customer's plan beside a price, where the plan has something for the call. */

import type { AccountTerms } from './credit.ts'
import type { Quote } from './reservation.ts'
import type { Pools } from './pools.ts'

/** The quote with the plan of the account's customer at an instant. */
export function withPlan(
  pools: Pools,
  { tenantId, kind }: AccountTerms,
  quote: Quote | undefined,
  { destination, at }: { readonly destination: string; readonly at: number },
): Quote | undefined {
  const plan = quote && kind === 'customer' ? pools.planFor(tenantId, at, quote.row, destination) : undefined
  return quote && plan ? { ...quote, plan } : quote
}
