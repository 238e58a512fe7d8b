/**
 * Takes a service away: what its subscription stands for is removed, with the phones on an extension, and the lines end
 * on a day. "Billing stops with the service": both, or neither.
 */

import { assert } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

/** Lines that end, the asked one first. */
export type EndedLine = { readonly subscriptionId: string; readonly tenantId: string }

/** The lines that end with a service: its own, and those of the phones on an extension. */
export async function linesOfService(tx: Tx, subscriptionId: string): Promise<readonly EndedLine[]> {
  return tx<EndedLine[]>`
    select id as "subscriptionId", tenant_id as "tenantId" from subscription where id = ${subscriptionId}
      and ended_on is null
    union all
    select device.subscription_id, device.tenant_id
    from extension join device on device.extension_id = extension.id and device.status = 'active'
    join subscription as line on line.id = device.subscription_id and line.ended_on is null
    where extension.subscription_id = ${subscriptionId} and extension.status = 'active'`
}

/** Removes the service of a line and everything that stands on it; its lines end on the day `endedOn`. */
export async function removeService(tx: Tx, subscriptionId: string, endedOn: string): Promise<readonly EndedLine[]> {
  const lines = await linesOfService(tx, subscriptionId)
  const ids = lines.map((line) => line.subscriptionId)
  if (ids.length === 0) return []
  await tx`
    update phone_number set route_extension_id = null
    where route_extension_id in (select id from extension where subscription_id = ${subscriptionId})`
  await tx`update device set status = 'removed' where subscription_id = any(${ids}::uuid[])`
  await tx`update extension set status = 'removed' where subscription_id = ${subscriptionId}`
  await tx`update phone_number set status = 'removed' where subscription_id = ${subscriptionId}`
  await tx`update trunk set status = 'removed' where subscription_id = ${subscriptionId}`
  const ended = await tx`
    update subscription set ended_on = greatest(${endedOn}::text::date, started_on) where id = any(${ids}::uuid[])
    returning id`
  assert(ended.length === ids.length, 'every line of the service ends with it')
  return lines
}
