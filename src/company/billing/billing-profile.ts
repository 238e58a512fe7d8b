/** Where and how somebody is billed. */

import type { Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type BillingProfile = {
  readonly region: string
  readonly country: string
  readonly postalAddress: string
  readonly email: string
  readonly billDay: number
  readonly taxExempt: string | null
}

/** The profile of a customer or partner; undefined until it was entered. */
export async function readProfile(tx: Tx, tenantId: string): Promise<BillingProfile | undefined> {
  const [row] = await tx<BillingProfile[]>`
    select region, country, postal_address as "postalAddress", email, bill_day as "billDay", tax_exempt as "taxExempt"
    from billing_profile where tenant_id = ${tenantId}`
  return row
}

/** Sets it, from the next draft on. */
export async function setProfile(tx: Tx, clock: Clock, tenantId: string, profile: BillingProfile): Promise<void> {
  const { region, country, postalAddress, email, billDay, taxExempt } = profile
  await tx`
    insert into billing_profile (tenant_id, region, country, postal_address, email, bill_day, tax_exempt, created_at)
    values (${tenantId}, ${region}, ${country}, ${postalAddress}, ${email}, ${billDay}, ${taxExempt}, ${clock.now()})
    on conflict (tenant_id) do update
    set region = excluded.region, country = excluded.country, postal_address = excluded.postal_address,
        email = excluded.email, bill_day = excluded.bill_day, tax_exempt = excluded.tax_exempt`
}
