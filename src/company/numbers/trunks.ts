/** SIP trunks as their customer sees them; whether one is registered now, the switch knows. */

import type { Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import type { TrunkFormat } from './create-trunk.ts'

export type ListedTrunk = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly name: string
  readonly mode: 'registering' | 'static'
  readonly sipUser: string | null
  readonly host: string | null
  readonly port: number | null
  readonly protocol: string | null
  readonly channelsMax: number
  readonly callsPerSecondMax: number
  readonly formatIn: TrunkFormat
  readonly formatOut: TrunkFormat
  readonly mainNumberId: string | null
  readonly mainNumber: string | null
  /** How many numbers ring at it. */
  readonly numbers: number
  readonly createdAt: number
}

/** Whether a customer has an active trunk of that id. */
export async function hasTrunk(tx: Tx, tenantId: string, trunkId: string): Promise<boolean> {
  const found = await tx`select 1 from trunk where id = ${trunkId} and tenant_id = ${tenantId} and status = 'active'`
  return found.length > 0
}

/** Active trunks in scope, the oldest first, one more than the page holds. */
export async function listTrunks(
  tx: Tx,
  { customerId }: { readonly customerId?: string | undefined },
  { after, limit }: PageRequest<['id']>,
): Promise<ListedTrunk[]> {
  return tx<ListedTrunk[]>`
    select trunk.id, trunk.tenant_id as "customerId", tenant.name as "customerName", trunk.name, trunk.mode,
           trunk.sip_user as "sipUser", trunk.host, trunk.port, trunk.protocol, trunk.channels_max as "channelsMax",
           trunk.calls_per_second_max as "callsPerSecondMax", trunk.format_in as "formatIn",
           trunk.format_out as "formatOut", trunk.main_number_id as "mainNumberId", main.number as "mainNumber",
           (select count(*)::int from phone_number
            where phone_number.tenant_id = trunk.tenant_id and phone_number.route_trunk_id = trunk.id
              and phone_number.status = 'active') as numbers,
           trunk.created_at as "createdAt"
    from trunk
    join tenant on tenant.id = trunk.tenant_id
    left join phone_number main on main.tenant_id = trunk.tenant_id and main.id = trunk.main_number_id
    where trunk.status = 'active'
      ${customerId === undefined ? tx`` : tx`and trunk.tenant_id = ${customerId}`}
      ${after ? tx`and trunk.id > ${after[0]}` : tx``}
    order by trunk.id limit ${limit + 1}`
}
