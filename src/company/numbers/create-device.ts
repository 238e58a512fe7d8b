/** Creates a device: a phone with an account of its own on our registrar. */

import { newId, ok, type Clock, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { subscribe } from '../catalog/index.ts'
import { noSuchExtension, sipUserTaken, type DeviceFailure } from './errors.ts'
import { hasExtension } from './extensions.ts'
import { termsOf, type ServiceTerms, type SoldService } from './terms.ts'

export type NewDevice = ServiceTerms & {
  readonly tenantId: string
  readonly extensionId: string
  readonly label: string
  /** Name of the SIP account, unique in the installation: lower-case letters, digits, dots and dashes. */
  readonly sipUser: string
  /** The master key that its password is derived from. */
  readonly secretKeyId: number
}

/** Version of the password of a device that never had another one. */
export const FIRST_SECRET_VERSION = 1

/** Creates a device of an active extension, with its subscription. */
export function createDevice(tx: Tx, clock: Clock, device: NewDevice): Promise<Result<SoldService, DeviceFailure>> {
  const { tenantId, extensionId, label, sipUser, secretKeyId } = device
  return allOrNothing(tx, async (inner) => {
    if (!(await hasExtension(inner, tenantId, extensionId))) return noSuchExtension
    const subscriptionId = await subscribe(inner, clock, termsOf(device))
    const id = newId(clock)
    const added = await inner`
      insert into device
        (id, tenant_id, extension_id, label, sip_user, secret_key_id, secret_version, subscription_id, status,
         created_at)
      values
        (${id}, ${tenantId}, ${extensionId}, ${label}, ${sipUser}, ${secretKeyId}, ${FIRST_SECRET_VERSION},
         ${subscriptionId}, 'active', ${clock.now()})
      on conflict (sip_user) do nothing returning id`
    return added.length > 0 ? ok({ id, subscriptionId }) : sipUserTaken(sipUser)
  })
}
