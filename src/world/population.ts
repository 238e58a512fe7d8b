/** The phones of the demo as they are stored: whose they are, their numbers, the password that they register with. */

import type { Db, Tx } from '../platform/db/index.ts'
import { sipPassword, type MasterKeys } from '../platform/identity/index.ts'
import type { CallingPhone } from './actors/traffic.ts'
import type { WorldPlan } from './seed/plan.ts'
import { plannedTrunks } from './seed/write-trunks.ts'
import { providerPath } from './seed/write-world.ts'

export type WorldPhone = CallingPhone & {
  readonly customer: string
  /** Kept free for people and tests. */
  readonly reserved: boolean
}

type PhoneRow = {
  readonly sipUser: string
  readonly secretKeyId: number
  readonly secretVersion: number
  readonly extension: string
  readonly name: string
  readonly did: string
  readonly tenantId: string
  readonly customer: string
}

/** Every active phone that has a number of its own, the customers in the order of their account IDs. */
async function readRows(tx: Tx): Promise<readonly PhoneRow[]> {
  return tx<PhoneRow[]>`
    select distinct on (right(customer.account_code, 6), extension.number)
           device.sip_user as "sipUser", device.secret_key_id as "secretKeyId",
           device.secret_version as "secretVersion", extension.number as extension, extension.name,
           phone_number.number as did, device.tenant_id as "tenantId", tenant.name as customer
    from device
    join extension on extension.id = device.extension_id and extension.status = 'active'
    join phone_number on phone_number.route_extension_id = extension.id and phone_number.kind = 'did'
      and phone_number.status = 'active'
    join customer on customer.tenant_id = device.tenant_id
    join tenant on tenant.id = device.tenant_id
    where device.status = 'active'
    order by right(customer.account_code, 6), extension.number, device.id`
}

/** The phones with their passwords; one whose master key is gone cannot register and is left out. */
export async function readPhones(db: Db, keys: MasterKeys, plan: WorldPlan): Promise<readonly WorldPhone[]> {
  const reserved = new Set(
    plan.customers.flatMap(({ phones }) => phones.filter((phone) => phone.reserved).map((phone) => phone.sipUser)),
  )
  const rows = await db.as({ tenantPath: providerPath }, readRows)
  return rows.flatMap(({ sipUser, secretKeyId, secretVersion, ...row }): WorldPhone[] => {
    const password = sipPassword(keys, { sipUser, secretKeyId, secretVersion })
    return password === undefined ? [] : [{ ...row, user: sipUser, password, reserved: reserved.has(sipUser) }]
  })
}

export type WorldTrunk = CallingPhone & {
  readonly customer: string
  readonly numbers: readonly string[]
  readonly channelsMax: number
  readonly callsPerSecondMax: number
  readonly reserved: boolean
}

type TrunkRow = Omit<PhoneRow, 'extension'> & Pick<WorldTrunk, 'numbers' | 'channelsMax' | 'callsPerSecondMax'>

/** The trunks that register; each calls with its main number, and is called at any of its numbers. */
export async function readTrunks(db: Db, keys: MasterKeys): Promise<readonly WorldTrunk[]> {
  const reserved = new Set(plannedTrunks.filter((one) => one.reserved).map((one) => one.sipUser))
  const rows = await db.as(
    { tenantPath: providerPath },
    (tx) => tx<TrunkRow[]>`
      select trunk.sip_user as "sipUser", trunk.secret_key_id as "secretKeyId",
             trunk.secret_version as "secretVersion", trunk.name, main.number as did, trunk.tenant_id as "tenantId",
             tenant.name as customer, trunk.channels_max as "channelsMax",
             trunk.calls_per_second_max as "callsPerSecondMax",
             (select array_agg(number order by number) from phone_number
              where phone_number.route_trunk_id = trunk.id and phone_number.status = 'active') as numbers
      from trunk
      join phone_number main on main.id = trunk.main_number_id
      join tenant on tenant.id = trunk.tenant_id
      where trunk.status = 'active' and trunk.mode = 'registering'
      order by trunk.sip_user`,
  )
  return rows.flatMap(({ sipUser, secretKeyId, secretVersion, ...row }): WorldTrunk[] => {
    const password = sipPassword(keys, { sipUser, secretKeyId, secretVersion })
    // A colleague dials it as anybody else does.
    const extension = row.did.slice(2)
    return password === undefined
      ? []
      : [{ ...row, extension, user: sipUser, password, reserved: reserved.has(sipUser) }]
  })
}

/** Phones that register in a quiet demo, at most. */
const REGISTERED = 60

/** The phones that take part: all of the first customers' that are not reserved, and one of each other customer. */
export function chooseCallers(phones: readonly WorldPhone[]): readonly WorldPhone[] {
  const free = phones.filter((phone) => !phone.reserved)
  const favoured = new Set(phones.filter((phone) => phone.reserved).map((phone) => phone.tenantId))
  const first = free.filter((phone) => favoured.has(phone.tenantId))
  const seen = new Set(favoured)
  const others = free.filter((phone) => !seen.has(phone.tenantId) && seen.add(phone.tenantId))
  return [...first, ...others].slice(0, REGISTERED)
}
