/** Reads the telephone numbers of the directory, each with the place where help is sent for its calls. */

import type { Tx } from '../../../platform/db/index.ts'
import type { PhoneNumber, Place } from './directory.ts'

type Row = Pick<PhoneNumber, 'id' | 'tenantId' | 'number' | 'kind'> &
  Omit<Place, 'callerName'> & {
    readonly extensionId: string | null
    readonly trunkId: string | null
    /** Null without an address in force, as are the others of it then. */
    readonly callerName: string | null
  }

/** The active ones that `signal` may see. */
export async function loadNumbers(tx: Tx): Promise<PhoneNumber[]> {
  const rows = await tx<Row[]>`
    select phone_number.id, phone_number.tenant_id as "tenantId", phone_number.number, phone_number.kind,
           phone_number.route_extension_id as "extensionId", phone_number.route_trunk_id as "trunkId",
           emergency_address.caller_name as "callerName", emergency_address.street, emergency_address.unit,
           emergency_address.city, emergency_address.region, emergency_address.postal_code as "postalCode",
           emergency_address.country
    from phone_number
    left join emergency_address on emergency_address.phone_number_id = phone_number.id
      and emergency_address.tenant_id = phone_number.tenant_id and emergency_address.status = 'active'
    where phone_number.status = 'active'`
  return rows.map(({ id, tenantId, number, kind, extensionId, trunkId, callerName, ...place }) => ({
    id,
    tenantId,
    number,
    kind,
    extensionId: extensionId ?? undefined,
    trunkId: trunkId ?? undefined,
    emergencyAddressActive: callerName !== null,
    place: callerName === null ? undefined : { ...place, callerName },
  }))
}
