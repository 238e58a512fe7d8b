/** Brands as the door needs them: by the host of a request, and by the tenant that somebody belongs to. */

import type { Clock, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'

export type Brand = {
  readonly tenantId: string
  /** Tenants under this path are the brand's own and its customers. */
  readonly tenantPath: string
  readonly name: string
  readonly host: string
  /** `#rrggbb` */
  readonly colour: string
  readonly supportEmail: string
  readonly phone: string
  readonly postalAddress: string
}

export type Brands = {
  /** The brand of a host name; the provider's for our addresses that belong to no brand. */
  byHost(host: string): Brand
  /** The nearest brand above a tenant. */
  forPath(tenantPath: string): Brand
  /** Path of a tenant; undefined when it is not known (yet). */
  pathOf(tenantId: string): string | undefined
  hostNames(): ReadonlySet<string>
  /** Reads everything again; calls that come together share one reading. */
  refresh(): Promise<void>
  close(): void
}

const REFRESH_MS = 10_000

/** Shown by an installation that has no brand yet. */
const houseBrand: Brand = {
  tenantId: '',
  tenantPath: '',
  name: 'Dialhouse',
  host: 'localhost',
  colour: '#1f4e79',
  supportEmail: '',
  phone: '',
  postalAddress: '',
}

type Known = { readonly brands: readonly Brand[]; readonly paths: ReadonlyMap<string, string> }

/** Keeps brands and tenant paths in memory, read every ten seconds. */
export async function openBrands(parts: { db: Db; clock: Clock; log: Log }): Promise<Brands> {
  let known: Known = { brands: [], paths: new Map() }
  let reading: Promise<void> | undefined
  const read = async (): Promise<void> => {
    try {
      known = await parts.db.asService(readKnown)
    } catch (thrown) {
      parts.log.warn('brands could not be read; the last known ones are used', { error: thrown })
    } finally {
      reading = undefined
    }
  }
  const refresh = (): Promise<void> => (reading ??= read())
  await refresh()
  const timer = parts.clock.every(REFRESH_MS, () => void refresh())
  // The provider's path is the shortest.
  const first = (): Brand => known.brands[0] ?? houseBrand
  return {
    byHost: (host) => known.brands.find((brand) => brand.host === host) ?? first(),
    forPath: (path) => known.brands.findLast((brand) => path.startsWith(brand.tenantPath)) ?? first(),
    pathOf: (tenantId) => known.paths.get(tenantId),
    hostNames: () => new Set(known.brands.map((brand) => brand.host)),
    refresh,
    close: () => timer.stop(),
  }
}

async function readKnown(tx: Tx): Promise<Known> {
  const brands = await tx<Brand[]>`
    select brand.tenant_id as "tenantId", tenant.path as "tenantPath", brand.name, lower(brand.host) as host,
           brand.colour, brand.support_email as "supportEmail", brand.phone, brand.postal_address as "postalAddress"
    from brand join tenant on tenant.id = brand.tenant_id
    order by length(tenant.path), tenant.path`
  const tenants = await tx<{ id: string; path: string }[]>`select id, path from tenant`
  return { brands: [...brands], paths: new Map(tenants.map(({ id, path }) => [id, path])) }
}
