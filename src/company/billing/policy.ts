/** How sellers bill: their policy, or the usual one until they have their own. */

import { newId, type Clock } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type BillingPolicy = {
  /** `HH:MM` in `zone`, on the bill day. */
  readonly runAt: string
  readonly zone: string
  readonly dueDays: number
  readonly invoicePrefix: string
  readonly issuing: 'automatic' | 'approved'
  readonly callsListedMax: number
}

export type Seller = {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly kind: 'provider' | 'partner'
  readonly policy: BillingPolicy
  /** By the tax that they are for. */
  readonly registrations: ReadonlyMap<string, string>
}

type SellerRow = Omit<Seller, 'policy' | 'registrations'> &
  Partial<BillingPolicy> & { readonly brandZone: string | null; readonly slug: string }

const usual = { runAt: '06:00', dueDays: 14, issuing: 'automatic', callsListedMax: 400 } as const

/** Everybody who bills somebody: the provider and the partners in scope, or the one that is named. */
export async function readSellers(tx: Tx, sellerId?: string): Promise<readonly Seller[]> {
  const rows = await tx<SellerRow[]>`
    select tenant.id, tenant.name, tenant.path, tenant.kind, tenant.slug, brand.zone as "brandZone",
           policy.run_at as "runAt", policy.zone, policy.due_days as "dueDays",
           policy.invoice_prefix as "invoicePrefix", policy.issuing, policy.calls_listed_max as "callsListedMax"
    from tenant
    left join brand on brand.tenant_id = tenant.id
    left join billing_policy as policy on policy.tenant_id = tenant.id
    where tenant.kind in ('provider', 'partner') ${sellerId === undefined ? tx`` : tx`and tenant.id = ${sellerId}`}
    order by tenant.path collate "C"`
  const taxes = await tx<{ sellerId: string; tax: string; number: string }[]>`
    select tenant_id as "sellerId", tax, number from tax_registration order by tax, valid_from`
  return rows.map(({ id, name, path, kind, slug, brandZone, ...own }) => {
    const mine = taxes.filter((one) => one.sellerId === id).map(({ tax, number }) => [tax, number] as const)
    const policy: BillingPolicy = {
      runAt: own.runAt ?? usual.runAt,
      zone: own.zone ?? brandZone ?? 'America/Toronto',
      dueDays: own.dueDays ?? usual.dueDays,
      invoicePrefix: own.invoicePrefix ?? `${slug.toUpperCase().slice(0, 8)}-`,
      issuing: own.issuing ?? usual.issuing,
      callsListedMax: own.callsListedMax ?? usual.callsListedMax,
    }
    return { id, name, path, kind, policy, registrations: new Map(mine) }
  })
}

/** Gives a seller a policy of its own, in place of the one that it had. */
export async function setPolicy(tx: Tx, clock: Clock, sellerId: string, policy: BillingPolicy): Promise<void> {
  const { runAt, zone, dueDays, invoicePrefix, issuing, callsListedMax } = policy
  await tx`
    insert into billing_policy
      (tenant_id, run_at, zone, due_days, invoice_prefix, issuing, calls_listed_max, created_at)
    values (${sellerId}, ${runAt}, ${zone}, ${dueDays}, ${invoicePrefix}, ${issuing}, ${callsListedMax}, ${clock.now()})
    on conflict (tenant_id) do update
    set run_at = excluded.run_at, zone = excluded.zone, due_days = excluded.due_days,
        invoice_prefix = excluded.invoice_prefix, issuing = excluded.issuing,
        calls_listed_max = excluded.calls_listed_max`
}

export type NewRegistration = { readonly tax: string; readonly number: string; readonly validFrom: string }

/** Notes under which number a seller collects a tax. */
export async function registerTax(tx: Tx, clock: Clock, sellerId: string, tax: NewRegistration): Promise<void> {
  await tx`
    insert into tax_registration (id, tenant_id, tax, number, valid_from, created_at)
    values (${newId(clock)}, ${sellerId}, ${tax.tax}, ${tax.number}, ${tax.validFrom}::text::date, ${clock.now()})
    on conflict (tenant_id, tax, valid_from) do update set number = excluded.number`
}
