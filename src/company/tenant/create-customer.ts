/** Creates those who are served: a customer of the provider or of a partner. */

import { isZone, type Clock, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { accountCodeTaken, badZone, type NewCustomerFailure } from './errors.ts'
import { growTree, type PlacedTenant } from './grow-tree.ts'

export type NewCustomer = {
  /** The provider or partner who serves it. */
  readonly parentId: string
  readonly slug: string
  readonly name: string
  /** Account ID as people quote it, such as NV-100234; unique in the installation. */
  readonly accountCode: string
  /** ISO 3166, such as CA. */
  readonly country: string
  /** Completes numbers dialled without one; empty where a country has none. */
  readonly areaCode: string
  /** IANA zone of billing. */
  readonly zone: string
}

/** Creates an active customer; who can pay for it is the ledger's business. */
export async function createCustomer(
  tx: Tx,
  clock: Clock,
  customer: NewCustomer,
): Promise<Result<PlacedTenant, NewCustomerFailure>> {
  const { parentId, slug, name, accountCode, country, areaCode, zone } = customer
  if (!isZone(zone)) return badZone(zone)
  return allOrNothing(tx, async (inner) => {
    const placed = await growTree(inner, clock, { kind: 'customer', parentId, slug, name })
    if (!placed.ok) return placed
    const added = await inner`
      insert into customer (tenant_id, account_code, country, area_code, zone, status, created_at)
      values (${placed.value.tenantId}, ${accountCode}, ${country}, ${areaCode}, ${zone}, 'active', ${clock.now()})
      on conflict (account_code) do nothing returning tenant_id`
    return added.length > 0 ? placed : accountCodeTaken(accountCode)
  })
}
