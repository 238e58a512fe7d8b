/** What a customer may be sold, and from which day: the terms of a service that the API creates. */

import { epochMsToLocal, ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchCustomer, type CustomerFailure } from '../tenant/index.ts'
import { nothingOffered, type OfferFailure } from './errors.ts'
import type { ServiceTerms } from './terms.ts'

export type Sale = { readonly terms: ServiceTerms & { readonly tenantId: string }; readonly accountCode: string }

type Buyer = { readonly zone: string; readonly accountCode: string }
type Offer = {
  readonly id: string
  readonly monthlyMicros: bigint
  readonly setupMicros: bigint
  readonly currency: string
}

/**
 * The terms of a service that begins today, in the customer's zone, at the price of the nearest seller above him. With
 * `productCode` it is that product of whoever offers it.
 */
export async function offerTo(
  tx: Tx,
  clock: Clock,
  sale: {
    readonly customerId: string
    readonly kind: 'extension' | 'device' | 'number' | 'trunk'
    readonly productCode?: string | undefined
  },
): Promise<Result<Sale, CustomerFailure | OfferFailure>> {
  const { customerId: tenantId, kind, productCode } = sale
  const [buyer] = await tx<Buyer[]>`
    select zone, account_code as "accountCode" from customer
    where tenant_id = ${tenantId} and status <> 'terminated'`
  if (!buyer) return noSuchCustomer
  const [offer] = await tx<Offer[]>`
    select id, monthly_micros as "monthlyMicros", setup_micros as "setupMicros", currency
    from dialhouse_offers(${tenantId}, ${kind})
    ${productCode === undefined ? tx`` : tx`where code = ${productCode}`} limit 1`
  if (!offer) return nothingOffered(kind)
  const terms = {
    tenantId,
    productId: offer.id,
    startedOn: epochMsToLocal(clock.now(), buyer.zone).slice(0, 10),
    monthlyMicros: offer.monthlyMicros,
    setupMicros: offer.setupMicros,
    currency: offer.currency,
    ...(offer.monthlyMicros === 0n ? { exemptReason: 'the product has no monthly price' } : {}),
  }
  return ok({ terms, accountCode: buyer.accountCode })
}
