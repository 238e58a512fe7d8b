/** Creates those who sell under a brand of their own: the provider of an installation, and its partners. */

import type { Clock, Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { addBrand, type NewBrand } from './brand.ts'
import type { SellerFailure } from './errors.ts'
import { growTree, type NewTenant, type PlacedTenant } from './grow-tree.ts'

export type NewProvider = { readonly slug: string; readonly name: string; readonly brand: NewBrand }
export type NewPartner = NewProvider & {
  /** The provider, or the partner whose sub-partner this is. */
  readonly parentId: string
}

/** Creates the root of a tree with its brand; the transaction's scope is the new path, such as `nw/`. */
export function createProvider(
  tx: Tx,
  clock: Clock,
  provider: NewProvider,
): Promise<Result<PlacedTenant, SellerFailure>> {
  const { slug, name } = provider
  return createSeller(tx, clock, { kind: 'provider', parentId: undefined, slug, name }, provider.brand)
}

/** Creates a partner with its brand, below the provider or below another partner. */
export function createPartner(tx: Tx, clock: Clock, partner: NewPartner): Promise<Result<PlacedTenant, SellerFailure>> {
  const { parentId, slug, name } = partner
  return createSeller(tx, clock, { kind: 'partner', parentId, slug, name }, partner.brand)
}

function createSeller(
  tx: Tx,
  clock: Clock,
  tenant: NewTenant,
  brand: NewBrand,
): Promise<Result<PlacedTenant, SellerFailure>> {
  return allOrNothing(tx, async (inner) => {
    const placed = await growTree(inner, clock, tenant)
    if (!placed.ok) return placed
    const branded = await addBrand(inner, placed.value.tenantId, tenant.name, brand)
    return branded.ok ? placed : branded
  })
}
