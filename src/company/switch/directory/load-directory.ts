/** Reads the directory's rows from the database: at start, and again whenever the change feed moves. */

import type { Tx } from '../../../platform/db/index.ts'
import type { Carrier, CarrierRoute, Customer, Device, DirectoryRows, Extension } from './directory.ts'
import type { Service } from '../services/service.ts'
import { loadNumbers } from './load-numbers.ts'
import { loadTrunks } from './load-trunks.ts'

type Nullable<Row> = {
  [Name in keyof Row]: undefined extends Row[Name] ? Exclude<Row[Name], undefined> | null : Row[Name]
}

type ExtensionRow = Nullable<Omit<Extension, 'forward' | 'service'> & Extension['forward']> & {
  readonly service: Service | null
}

function extensionOf({ always, busy, noAnswer, afterSeconds, service, ...row }: ExtensionRow): Extension {
  const forward = {
    always: always ?? undefined,
    busy: busy ?? undefined,
    noAnswer: noAnswer ?? undefined,
    afterSeconds,
  }
  const personId = row.personId ?? undefined
  return service ? { ...row, personId, forward, service } : { ...row, personId, forward }
}

type CarrierRow = Omit<Carrier, 'auth' | 'port' | 'channelsMax'> & {
  readonly port: number | null
  readonly channelsMax: number | null
  readonly authUser: string | null
  readonly authRealm: string | null
  readonly authSecret: string | null
}

function carrierOf({ authUser, authRealm, authSecret, channelsMax, port, ...row }: CarrierRow): Carrier {
  const isKnown = authUser !== null && authSecret !== null
  const auth = isKnown ? { user: authUser, realm: authRealm ?? undefined, sealed: authSecret } : undefined
  return { ...row, port: port ?? undefined, channelsMax: channelsMax ?? undefined, auth }
}

/** Nothing of a customer on hold is forgotten as long as messages can be kept at all. */
const HELD_DAYS = 90

/** Everything `signal` may see, in one snapshot; the caller's transaction decides which. */
export async function loadDirectoryRows(tx: Tx): Promise<DirectoryRows> {
  const customers = await tx<(Omit<Customer, 'ladderDays'> & { readonly ladderDays: number | null })[]>`
    select customer.tenant_id as "tenantId", tenant.name, customer.account_code as "accountCode",
           account.id as "accountId", customer.country, customer.area_code as "areaCode", customer.status,
           case when retention_hold.tenant_id is not null then ${HELD_DAYS}::int else (
             select policy.ladder_days from tenant as seller
             join retention_policy as policy on policy.tenant_id = seller.id
             where starts_with(tenant.path, seller.path) order by length(seller.path) desc limit 1
           ) end as "ladderDays"
    from customer
    join tenant on tenant.id = customer.tenant_id
    join account on account.tenant_id = customer.tenant_id and account.kind = 'customer'
    left join retention_hold on retention_hold.tenant_id = customer.tenant_id`
  const extensions = await tx<ExtensionRow[]>`
    select extension.id, extension.tenant_id as "tenantId", extension.number, extension.name,
           extension.person_id as "personId", extension.forward_always as "always",
           extension.forward_busy as "busy", extension.forward_no_answer as "noAnswer",
           extension.forward_after_seconds as "afterSeconds", extension_service.settings as service
    from extension
    left join extension_service on extension_service.tenant_id = extension.tenant_id
      and extension_service.extension_id = extension.id
    where extension.status = 'active'`
  const devices = await tx<Device[]>`
    select id, tenant_id as "tenantId", extension_id as "extensionId", label, sip_user as "sipUser",
           secret_key_id as "secretKeyId", secret_version as "secretVersion"
    from device where status = 'active'`
  const carriers = await tx<CarrierRow[]>`
    select id, name, host, port, protocol, auth_user as "authUser", auth_realm as "authRealm",
           auth_secret as "authSecret", channels_max as "channelsMax", ping_seconds as "pingSeconds",
           down_after as "downAfter", up_after as "upAfter", registration
    from carrier where status = 'active'`
  const routes = await tx<CarrierRoute[]>`
    select carrier_id as "carrierId", prefix, priority, kind from carrier_route
    where carrier_id in (select id from carrier where status = 'active')`
  return {
    // The driver says null for what is missing; in here it is undefined.
    customers: customers.map(({ ladderDays, ...row }) => ({ ...row, ladderDays: ladderDays ?? undefined })),
    extensions: extensions.map(extensionOf),
    devices,
    trunks: await loadTrunks(tx),
    numbers: await loadNumbers(tx),
    carriers: carriers.map(carrierOf),
    routes,
  }
}

/** Where the change feed was read to: nothing that commits late can hide behind it. */
export type FeedCursor = string

/**
 * Whether anything changed since `cursor`, and the next cursor. A row of a transaction that was still
 * open at the last look has a transaction id at or above that look's oldest open one, so it is seen now.
 */
export async function readFeed(
  tx: Tx,
  cursor: FeedCursor | undefined,
): Promise<{ changed: boolean; cursor: FeedCursor }> {
  const [row] = await tx<{ changed: boolean; next: string }[]>`
    select exists (select 1 from directory_change where xid >= ${cursor ?? '0'}::text::xid8) as changed,
           pg_snapshot_xmin(pg_current_snapshot())::text as next`
  return { changed: row?.changed ?? false, cursor: row?.next ?? cursor ?? '0' }
}
