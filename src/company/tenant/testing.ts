/** A small tree for the tests of every module above: a provider, two partners, four customers. */

import { assert, type Clock } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { createCustomer } from './create-customer.ts'
import { createPartner, createProvider } from './create-seller.ts'
import type { PlacedTenant } from './grow-tree.ts'

export type SmallTree = {
  /** `nw/` */
  readonly provider: PlacedTenant
  /** `nw/maple/` with the customers acme and birch. */
  readonly maple: PlacedTenant
  /** `nw/lake/` with the customer cedar. */
  readonly lake: PlacedTenant
  readonly acme: PlacedTenant
  readonly birch: PlacedTenant
  readonly cedar: PlacedTenant
  /** The provider's own customer. */
  readonly direct: PlacedTenant
}

/** Plants the tree with an office database door. */
export function plantTree(db: Db, clock: Clock): Promise<SmallTree> {
  return db.as({ tenantPath: 'nw/' }, async (tx) => {
    const provider = await placed(
      createProvider(tx, clock, { slug: 'nw', name: 'Northwind Voice', brand: brandOf('nw') }),
    )
    const partner = (slug: string, name: string) =>
      placed(createPartner(tx, clock, { parentId: provider.tenantId, slug, name, brand: brandOf(slug) }))
    const maple = await partner('maple', 'Maple Telecom')
    const lake = await partner('lake', 'Lakeshore IT')
    return {
      provider,
      maple,
      lake,
      acme: await customer(tx, clock, maple, 'acme'),
      birch: await customer(tx, clock, maple, 'birch'),
      cedar: await customer(tx, clock, lake, 'cedar'),
      direct: await customer(tx, clock, provider, 'direct'),
    }
  })
}

function brandOf(slug: string) {
  return {
    host: `${slug}.localhost`,
    colour: '#1f4e79',
    supportEmail: `support@${slug}.example`,
    phone: '+14165550100',
    postalAddress: '1 Front Street, Toronto',
  }
}

function customer(tx: Tx, clock: Clock, parent: PlacedTenant, slug: string): Promise<PlacedTenant> {
  const wanted = { parentId: parent.tenantId, slug, name: `Customer ${slug}`, accountCode: `NV-${slug.toUpperCase()}` }
  return placed(createCustomer(tx, clock, { ...wanted, country: 'CA', areaCode: '416', zone: 'America/Toronto' }))
}

async function placed(
  creating: Promise<{ readonly ok: true; readonly value: PlacedTenant } | { readonly ok: false }>,
): Promise<PlacedTenant> {
  const created = await creating
  assert(created.ok, 'the small tree has no clashes')
  return created.value
}
