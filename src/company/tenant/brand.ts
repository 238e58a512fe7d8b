/** The face of a provider or partner: portal host, colours, whom to write to, when somebody is there. */

import { isZone, ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { badZone, hostTaken, noSuchBrand, type BrandFailure, type HostFailure } from './errors.ts'

/** Some hours of the week: days 1 (Monday) to 7, from and to as 24-hour clock times of the brand's zone. */
export type OpenHours = { readonly days: readonly number[]; readonly from: string; readonly to: string }

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
  /** Questions about invoices go here; the support address when it is left out. */
  readonly billingEmail?: string
  /** Mail of the brand comes from here; the support address when it is left out. */
  readonly senderEmail?: string
  readonly termsUrl?: string
  /** What a recorded voice calls the company; its name when it is left out. */
  readonly voiceText?: string
  /** IANA zone of the calendar. */
  readonly zone?: string
  readonly hours?: readonly OpenHours[]
  /** Days off, as ISO dates. */
  readonly holidays?: readonly string[]
}

/** A brand as everybody may know it; its bank details are elsewhere. Texts that were never set are empty. */
export type ListedBrand = Required<NewBrand> & {
  readonly tenantId: string
  /** Names the logo; null without one. */
  readonly logoSha256: string | null
}

type BrandChanges = Partial<Omit<ListedBrand, 'tenantId' | 'logoSha256'>>

const usualHours: readonly OpenHours[] = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }]

/** Gives a tenant its face. */
export async function addBrand(
  tx: Tx,
  tenantId: string,
  tenantName: string,
  brand: NewBrand,
): Promise<Result<true, HostFailure>> {
  const host = brand.host.toLowerCase()
  const { hours = usualHours, holidays = [] } = brand
  const added = await tx`
    insert into brand
      (tenant_id, name, host, colour, support_email, phone, postal_address, billing_email, sender_email, terms_url,
       voice_text, zone, hours, holidays)
    values (${tenantId}, ${brand.name ?? tenantName}, ${host}, ${brand.colour.toLowerCase()}, ${brand.supportEmail},
            ${brand.phone}, ${brand.postalAddress}, ${brand.billingEmail ?? ''}, ${brand.senderEmail ?? ''},
            ${brand.termsUrl ?? ''}, ${brand.voiceText ?? ''}, ${brand.zone ?? 'America/Toronto'},
            ${JSON.stringify(hours)}::text::jsonb, ${JSON.stringify(holidays)}::text::jsonb)
    on conflict (host) do nothing returning tenant_id`
  return added.length > 0 ? ok(true) : hostTaken(host)
}

/** The columns of a `ListedBrand`. */
export function brandColumns(tx: Tx) {
  return tx`
    brand.tenant_id as "tenantId", brand.name, lower(brand.host) as host, brand.colour,
    brand.support_email as "supportEmail", brand.phone, brand.postal_address as "postalAddress",
    brand.billing_email as "billingEmail", brand.sender_email as "senderEmail", brand.terms_url as "termsUrl",
    brand.voice_text as "voiceText", brand.zone, brand.hours, brand.holidays, brand.logo_sha256 as "logoSha256"`
}

/** The brands in scope, by name. */
export async function listBrands(tx: Tx): Promise<readonly ListedBrand[]> {
  return tx<ListedBrand[]>`
    select ${brandColumns(tx)} from brand order by brand.name collate "C", brand.tenant_id limit 500`
}

/** The face that a tenant sees: his own brand, or the nearest above him. For every scope and for services. */
export async function brandOf(tx: Tx, tenantId: string): Promise<ListedBrand | undefined> {
  const [brand] = await tx<ListedBrand[]>`select ${brandColumns(tx)} from dialhouse_brand_of(${tenantId}) as brand`
  return brand
}

/** Changes what is named; what the brand was and is now. It stands on every page and mail that begins afterwards. */
export async function changeBrand(
  tx: Tx,
  tenantId: string,
  changes: BrandChanges,
): Promise<Result<{ readonly before: ListedBrand; readonly after: ListedBrand }, BrandFailure>> {
  const [before] = await tx<ListedBrand[]>`
    select ${brandColumns(tx)} from brand where tenant_id = ${tenantId} for update`
  if (!before) return noSuchBrand
  const after = { ...before, ...changes }
  if (!isZone(after.zone)) return badZone(after.zone)
  const taken = await tx<{ isTaken: boolean }[]>`select dialhouse_host_taken(${after.host}, ${tenantId}) as "isTaken"`
  if (taken[0]!.isTaken) return hostTaken(after.host)
  await tx`
    update brand set name = ${after.name}, host = ${after.host}, colour = ${after.colour},
      support_email = ${after.supportEmail}, phone = ${after.phone}, postal_address = ${after.postalAddress},
      billing_email = ${after.billingEmail}, sender_email = ${after.senderEmail}, terms_url = ${after.termsUrl},
      voice_text = ${after.voiceText}, zone = ${after.zone}, hours = ${JSON.stringify(after.hours)}::text::jsonb,
      holidays = ${JSON.stringify(after.holidays)}::text::jsonb
    where tenant_id = ${tenantId}`
  return ok({ before, after })
}
