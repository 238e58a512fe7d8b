/** Adds one tenant to the tree: provider -> partner (-> sub-partner) -> customer. */

import { assert, newId, ok, type Clock, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchParent, slugTaken, type PlaceFailure } from './errors.ts'

export type TenantKind = 'provider' | 'partner' | 'customer'

/** A tenant that was just added. */
export type PlacedTenant = {
  readonly tenantId: string
  /** Where it stands in the tree, such as `nw/maple/acme/`: the scope in which it is seen. */
  readonly path: string
}

export type NewTenant = {
  readonly kind: TenantKind
  /** The tenant above; undefined for a provider. */
  readonly parentId: string | undefined
  /** Part of its path: lower-case letters, digits and dashes, unique below its parent, never changed. */
  readonly slug: string
  readonly name: string
}

/** Inserts the tenant below a provider or partner that this transaction may see. */
export async function growTree(tx: Tx, clock: Clock, tenant: NewTenant): Promise<Result<PlacedTenant, PlaceFailure>> {
  const { kind, parentId, slug, name } = tenant
  assert((kind === 'provider') === (parentId === undefined), 'everybody but a provider has a parent')
  let parentPath = ''
  if (parentId !== undefined) {
    const [parent] = await tx<{ path: string }[]>`
      select path from tenant where id = ${parentId} and kind in ('provider', 'partner') and status <> 'terminated'`
    if (!parent) return noSuchParent
    parentPath = parent.path
  }
  const tenantId = newId(clock)
  const path = `${parentPath}${slug}/`
  const added = await tx`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    values (${tenantId}, ${tenantId}, ${parentId ?? null}, ${kind}, ${path}, ${name}, ${slug}, ${clock.now()})
    on conflict (path) do nothing returning id`
  return added.length > 0 ? ok({ tenantId, path }) : slugTaken(slug)
}
