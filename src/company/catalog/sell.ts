/** Products, and the subscriptions by which customers have them: nothing is served that is not billed or exempted. */

import { assert, newId, type Clock, type Currency, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type ProductKind = 'extension' | 'device' | 'number' | 'trunk'

export type NewProduct = {
  /** The seller: the provider, or a partner with products of its own. */
  readonly tenantId: string
  /** Short stable name such as `extension-standard`. */
  readonly code: string
  readonly name: string
  readonly kind: ProductKind
  readonly currency: Currency
  readonly monthlyMicros: Micros
  readonly setupMicros: Micros
}

/** Offers a product from now on; gives its id. */
export async function createProduct(tx: Tx, clock: Clock, product: NewProduct): Promise<string> {
  const id = newId(clock)
  await tx`
    insert into product (id, tenant_id, code, name, kind, currency, monthly_micros, setup_micros, status, created_at)
    values (${id}, ${product.tenantId}, ${product.code}, ${product.name}, ${product.kind}, ${product.currency},
            ${product.monthlyMicros}, ${product.setupMicros}, 'offered', ${clock.now()})`
  return id
}

export type NewSubscription = {
  readonly tenantId: string
  readonly productId: string
  /** First day, in the customer's zone, as `YYYY-MM-DD`. */
  readonly startedOn: string
  /** The price at the time of sale; zero needs `exemptReason`. */
  readonly monthlyMicros: Micros
  /** Once, with the first invoice. */
  readonly setupMicros?: Micros | undefined
  readonly currency: Currency
  /** The line that it takes the place of, when the price changes. */
  readonly replacesId?: string | undefined
  /** Why the service costs nothing: "included in plan", "test device". */
  readonly exemptReason?: string | undefined
}

/** Writes the line that bills or exempts a service, in the transaction that creates the service; gives its id. */
export async function subscribe(tx: Tx, clock: Clock, line: NewSubscription): Promise<string> {
  assert(line.monthlyMicros >= 0n, 'a subscription is not negative')
  assert(line.monthlyMicros > 0n || line.exemptReason, 'a service without a price needs a reason')
  const id = newId(clock)
  await tx`
    insert into subscription
      (id, tenant_id, product_id, started_on, monthly_micros, setup_micros, currency, exempt_reason, replaces_id,
       created_at)
    values
      (${id}, ${line.tenantId}, ${line.productId}, ${line.startedOn}::text::date, ${line.monthlyMicros},
       ${line.setupMicros ?? 0n}, ${line.currency}, ${line.exemptReason ?? null}, ${line.replacesId ?? null},
       ${clock.now()})`
  return id
}
