/** What every service is sold with: the subscription line that bills or exempts it. */

import type { Currency, Micros } from '../../base/index.ts'

export type ServiceTerms = {
  readonly productId: string
  /** First billed day `YYYY-MM-DD`, in the customer's zone. */
  readonly startedOn: string
  /** Price at the time of sale; zero needs `exemptReason`. */
  readonly monthlyMicros: Micros
  /** Once, with the first invoice; nothing when it is left out. */
  readonly setupMicros?: Micros
  readonly currency: Currency
  readonly exemptReason?: string
}

/** A service that was just created, with its subscription. */
export type SoldService = { readonly id: string; readonly subscriptionId: string }

/** The part of a new service that its subscription says. */
export function termsOf(service: ServiceTerms & { readonly tenantId: string }) {
  const { tenantId, productId, startedOn, monthlyMicros, setupMicros, currency, exemptReason } = service
  return {
    tenantId,
    productId,
    startedOn,
    monthlyMicros,
    currency,
    ...(setupMicros === undefined ? {} : { setupMicros }),
    ...(exemptReason === undefined ? {} : { exemptReason }),
  }
}
