/** Telephone numbers as their customer sees them: where they ring, and whether help would find the caller. */

import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { NumberKind } from './assign-number.ts'
import type { ServiceFilter } from './extensions.ts'

export type ListedNumber = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly number: string
  readonly kind: NumberKind
  readonly extensionId: string | null
  readonly extension: string | null
  readonly extensionName: string | null
  readonly trunkId: string | null
  readonly trunkName: string | null
  /** State of its emergency address: the active one, else the latest; `none` without any. */
  readonly emergency: 'none' | 'submitted' | 'active' | 'retired'
  readonly createdAt: number
}

/** Active numbers in scope in their own order, one more than the page holds. */
export async function listNumbers(
  tx: Tx,
  { customerId, search }: ServiceFilter,
  { after, limit }: PageRequest<['text']>,
): Promise<ListedNumber[]> {
  return tx<ListedNumber[]>`
    select phone_number.id, phone_number.tenant_id as "customerId", tenant.name as "customerName",
           phone_number.number, phone_number.kind, phone_number.route_extension_id as "extensionId",
           extension.number as extension, extension.name as "extensionName",
           phone_number.route_trunk_id as "trunkId", trunk.name as "trunkName",
           coalesce((select emergency_address.status from emergency_address
                     where emergency_address.tenant_id = phone_number.tenant_id
                       and emergency_address.phone_number_id = phone_number.id
                     order by (emergency_address.status = 'active') desc, emergency_address.created_at desc limit 1),
                    'none') as emergency,
           phone_number.created_at as "createdAt"
    from phone_number
    join tenant on tenant.id = phone_number.tenant_id
    left join extension on extension.tenant_id = phone_number.tenant_id
      and extension.id = phone_number.route_extension_id
    left join trunk on trunk.tenant_id = phone_number.tenant_id and trunk.id = phone_number.route_trunk_id
    where phone_number.status = 'active'
      ${customerId === undefined ? tx`` : tx`and phone_number.tenant_id = ${customerId}`}
      ${search ? tx`and strpos(phone_number.number, ${search}) > 0` : tx``}
      ${after ? tx`and phone_number.number collate "C" > ${after[0]}` : tx``}
    order by phone_number.number collate "C" limit ${limit + 1}`
}
