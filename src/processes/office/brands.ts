/** Brands as the door needs them: by the host of a request, and by the tenant that somebody belongs to. */

import type { Clock, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { brandColumns, type ListedBrand } from '../../company/tenant/index.ts'

export type Brand = ListedBrand & {
  /** Tenants under this path are the brand's own and its customers. */
  readonly tenantPath: string
}

export type Brands = {
  /** The brand of a host name; the provider's for our addresses that belong to no brand. */
  byHost(host: string): Brand
  /** The nearest brand above a tenant. */
  forPath(tenantPath: string): Brand
  /** Path of a tenant; undefined when it is not known (yet). */
  pathOf(tenantId: string): string | undefined
  /** The account ID that a customer quotes; undefined for those who serve others. */
  accountCodeOf(tenantId: string): string | undefined
  all(): readonly Brand[]
  hostNames(): ReadonlySet<string>
  /** The provider of this installation; undefined while there is none, or none is known. */
  provider(): string | undefined
  /** Reads everything again, as it is now; calls that come together share one reading. */
  refresh(): Promise<void>
  /** Whether the last reading failed. */
  isStale(): boolean
  close(): Promise<void>
}

/** Where mail of a brand comes from. */
export function senderOf(brand: Brand): string {
  return brand.senderEmail || brand.supportEmail || `support@${brand.host}`
}

const REFRESH_MS = 10_000
/** A process begins without its database, after having waited so long for it. */
const FIRST_WAIT_MS = 1000

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
  billingEmail: '',
  senderEmail: '',
  termsUrl: '',
  voiceText: '',
  zone: 'America/Toronto',
  hours: [],
  holidays: [],
  logoSha256: null,
}

type Known = {
  readonly brands: readonly Brand[]
  readonly paths: ReadonlyMap<string, string>
  readonly accountCodes: ReadonlyMap<string, string>
  readonly provider: string | undefined
}

/** Keeps brands and tenant paths in memory: read when the tree changes, and every ten seconds. */
export async function openBrands(parts: { db: Db; clock: Clock; log: Log }): Promise<Brands> {
  const { db, clock, log } = parts
  let known: Known = { brands: [], paths: new Map(), accountCodes: new Map(), provider: undefined }
  let reading: Promise<void> | undefined
  let next: Promise<void> | undefined
  let isStale = true
  const read = async (): Promise<void> => {
    try {
      known = await db.asService(readKnown)
      isStale = false
    } catch (thrown) {
      isStale = true
      log.warn('brands could not be read; the last known ones are used', { error: thrown })
    } finally {
      reading = undefined
    }
  }
  // What changes during a reading may not be in it: whoever asks meanwhile gets the one after it.
  const refresh = (): Promise<void> => {
    if (!reading) return (reading = read())
    return (next ??= reading.then(() => {
      next = undefined
      return refresh()
    }))
  }
  const { promise: waitedLongEnough, resolve } = Promise.withResolvers<void>()
  const limit = clock.after(FIRST_WAIT_MS, resolve)
  await Promise.race([refresh(), waitedLongEnough])
  limit.stop()
  const timer = clock.every(REFRESH_MS, () => void refresh())
  const listening = db
    .listen('directory', () => void refresh())
    .catch((thrown: unknown) => log.warn('changes of brands are only seen by looking', { error: thrown }))
  // The provider's path is the shortest.
  const first = (): Brand => known.brands[0] ?? houseBrand
  return {
    byHost: (host) => known.brands.find((brand) => brand.host === host) ?? first(),
    forPath: (path) => known.brands.findLast((brand) => path.startsWith(brand.tenantPath)) ?? first(),
    pathOf: (tenantId) => known.paths.get(tenantId),
    accountCodeOf: (tenantId) => known.accountCodes.get(tenantId),
    all: () => known.brands,
    hostNames: () => new Set(known.brands.map((brand) => brand.host)),
    provider: () => known.provider,
    refresh,
    isStale: () => isStale,
    async close() {
      timer.stop()
      await reading
      await listening
    },
  }
}

async function readKnown(tx: Tx): Promise<Known> {
  const brands = await tx<Brand[]>`
    select tenant.path as "tenantPath", ${brandColumns(tx)}
    from brand join tenant on tenant.id = brand.tenant_id
    order by length(tenant.path), tenant.path`
  const tenants = await tx<{ id: string; path: string; kind: string }[]>`select id, path, kind from tenant`
  const provider = tenants.find((one) => one.kind === 'provider')?.id
  const customers = await tx<{ id: string; code: string }[]>`
    select tenant_id as id, account_code as code from customer`
  return {
    brands: [...brands],
    paths: new Map(tenants.map(({ id, path }) => [id, path])),
    accountCodes: new Map(customers.map(({ id, code }) => [id, code])),
    provider,
  }
}
