/** The face of a provider or partner: portal host, colours, whom to write to. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { hostTaken, type HostFailure } from './errors.ts'

export type NewBrand = {
  /** Shown to customers; the tenant's own name when it is left out. */
  readonly name?: string
  /** Where the brand's portal answers, lower case, without a port. */
  readonly host: string
  /** `#rrggbb`, lower case; what is drawn with it is derived, never used raw. */
  readonly colour: string
  readonly supportEmail: string
  readonly phone: string
  readonly postalAddress: string
}

export type ListedBrand = Required<NewBrand> & { readonly tenantId: string }

/** Gives a tenant its face. */
export async function addBrand(
  tx: Tx,
  tenantId: string,
  tenantName: string,
  brand: NewBrand,
): Promise<Result<true, HostFailure>> {
  const host = brand.host.toLowerCase()
  const added = await tx`
    insert into brand (tenant_id, name, host, colour, support_email, phone, postal_address)
    values (${tenantId}, ${brand.name ?? tenantName}, ${host}, ${brand.colour.toLowerCase()}, ${brand.supportEmail},
            ${brand.phone}, ${brand.postalAddress})
    on conflict (host) do nothing returning tenant_id`
  return added.length > 0 ? ok(true) : hostTaken(host)
}

/** The brands in scope, by name. */
export async function listBrands(tx: Tx): Promise<readonly ListedBrand[]> {
  return tx<ListedBrand[]>`
    select tenant_id as "tenantId", name, host, colour, support_email as "supportEmail", phone,
           postal_address as "postalAddress"
    from brand order by name collate "C", tenant_id limit 500`
}
