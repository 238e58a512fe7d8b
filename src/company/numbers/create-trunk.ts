/** Creates a SIP trunk: a line for a telephone system that the customer runs. */

import { newId, ok, type Clock, type Result } from '../../base/index.ts'
import { allOrNothing, type Tx } from '../../platform/db/index.ts'
import { subscribe } from '../catalog/index.ts'
import { FIRST_SECRET_VERSION } from './create-device.ts'
import { trunkTaken, type TrunkTakenFailure } from './errors.ts'
import { termsOf, type ServiceTerms, type SoldService } from './terms.ts'

/** `+14165550123`; the same without its plus; or as it is dialled at home. */
export type TrunkFormat = 'e164' | 'digits' | 'national'

/** Registers with a password, or is known by the address that it sends from and is reached at. */
export type TrunkAccess =
  | { readonly mode: 'registering'; readonly sipUser: string; readonly secretKeyId: number }
  | {
      readonly mode: 'static'
      /** An IP address. */
      readonly host: string
      readonly port: number
      readonly protocol: 'udp' | 'tcp'
    }

export type NewTrunk = ServiceTerms & {
  readonly tenantId: string
  readonly name: string
  readonly access: TrunkAccess
  /** Most calls at once, both ways together. */
  readonly channelsMax: number
  readonly callsPerSecondMax: number
  /** How the system writes numbers to us, and how it reads them. */
  readonly formatIn: TrunkFormat
  readonly formatOut: TrunkFormat
}

/** Creates a trunk, with its subscription. Names of registering trunks begin with `trunk.`. */
export function createTrunk(tx: Tx, clock: Clock, trunk: NewTrunk): Promise<Result<SoldService, TrunkTakenFailure>> {
  const { tenantId, name, access, channelsMax, callsPerSecondMax, formatIn, formatOut } = trunk
  const [account, address] = access.mode === 'registering' ? [access, undefined] : [undefined, access]
  const what = account ? `the SIP user ${account.sipUser}` : `the address ${address?.host}:${address?.port}`
  return allOrNothing(tx, async (inner) => {
    const subscriptionId = await subscribe(inner, clock, termsOf(trunk))
    const id = newId(clock)
    const added = await inner`
      insert into trunk
        (id, tenant_id, name, mode, sip_user, secret_key_id, secret_version, host, port, protocol, channels_max,
         calls_per_second_max, format_in, format_out, subscription_id, status, created_at)
      values
        (${id}, ${tenantId}, ${name}, ${access.mode}, ${account?.sipUser ?? null}, ${account?.secretKeyId ?? null},
         ${account ? FIRST_SECRET_VERSION : null}, ${address?.host ?? null}, ${address?.port ?? null},
         ${address?.protocol ?? null}, ${channelsMax}, ${callsPerSecondMax}, ${formatIn}, ${formatOut},
         ${subscriptionId}, 'active', ${clock.now()})
      on conflict do nothing returning id`
    return added.length > 0 ? ok({ id, subscriptionId }) : trunkTaken(what)
  })
}
