/** Devices as their customer sees them; whether one is registered now, the switch knows. */

import type { PageRequest } from '../../platform/http/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { ServiceFilter } from './extensions.ts'

export type ListedDevice = {
  readonly id: string
  readonly customerId: string
  readonly customerName: string
  readonly label: string
  readonly sipUser: string
  readonly extensionId: string
  readonly extension: string
  readonly extensionName: string
  readonly createdAt: number
}

/** Active devices in scope by SIP user, one more than the page holds. */
export async function listDevices(
  tx: Tx,
  { customerId, search }: ServiceFilter,
  { after, limit }: PageRequest<['text']>,
): Promise<ListedDevice[]> {
  return tx<ListedDevice[]>`
    select device.id, device.tenant_id as "customerId", tenant.name as "customerName", device.label,
           device.sip_user as "sipUser", device.extension_id as "extensionId", extension.number as extension,
           extension.name as "extensionName", device.created_at as "createdAt"
    from device
    join tenant on tenant.id = device.tenant_id
    join extension on extension.tenant_id = device.tenant_id and extension.id = device.extension_id
    where device.status = 'active'
      ${customerId === undefined ? tx`` : tx`and device.tenant_id = ${customerId}`}
      ${search ? tx`and strpos(lower(device.label || ' ' || device.sip_user), lower(${search}::text)) > 0` : tx``}
      ${after ? tx`and device.sip_user collate "C" > ${after[0]}` : tx``}
    order by device.sip_user collate "C" limit ${limit + 1}`
}
