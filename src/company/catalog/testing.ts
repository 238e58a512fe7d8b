/** A tenant for tests of the catalog. */

import { newId, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export const scope = { tenantPath: 'nw/' }

export type TestTenant = { readonly path: string; readonly parentId: string | null; readonly kind: string }

/** Adds a tenant, and what makes a customer of it; gives its id. */
export async function addTenant(tx: Tx, clock: Clock, { path, parentId, kind }: TestTenant): Promise<string> {
  const id = newId(clock)
  const slug = path.split('/').at(-2)!
  await tx`
    insert into tenant (id, tenant_id, parent_id, kind, path, name, slug, created_at)
    values (${id}, ${id}, ${parentId}, ${kind}, ${path}, ${slug}, ${slug}, ${clock.now()})`
  if (kind === 'customer') {
    await tx`
      insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
      values (${id}, ${slug.toUpperCase()}, 'CA', '416', 'America/Toronto', 'active', ${clock.now()})`
  }
  return id
}
