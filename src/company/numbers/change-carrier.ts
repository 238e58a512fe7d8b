/** Changes where a carrier is reached, what it takes at once, and how it is watched. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { CarrierProtocol } from './carriers.ts'
import { noSuchCarrier, type CarrierFailure } from './errors.ts'

/** What is left out stays as it is; channels of null are without a limit. */
export type CarrierChange = {
  readonly name?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | null | undefined
  readonly protocol?: CarrierProtocol | undefined
  /** A disabled carrier gets no calls, and is not believed any more. */
  readonly status?: 'active' | 'disabled' | undefined
  readonly channelsMax?: number | null | undefined
  readonly pingSeconds?: number | undefined
  readonly downAfter?: number | undefined
  readonly upAfter?: number | undefined
  /** Whether we register with it; with its credentials. */
  readonly registration?: 'none' | 'single' | 'bulk' | undefined
}

/** Changes a carrier in scope. */
export async function changeCarrier(
  tx: Tx,
  { carrierId, ...change }: CarrierChange & { readonly carrierId: string },
): Promise<Result<true, CarrierFailure>> {
  const { name, host, port, protocol, status, channelsMax, pingSeconds, downAfter, upAfter, registration } = change
  const changed = await tx`
    update carrier
    set name = coalesce(${name ?? null}, name), host = coalesce(${host ?? null}, host),
        protocol = coalesce(${protocol ?? null}, protocol),
        status = coalesce(${status ?? null}, status), ping_seconds = coalesce(${pingSeconds ?? null}, ping_seconds),
        down_after = coalesce(${downAfter ?? null}, down_after), up_after = coalesce(${upAfter ?? null}, up_after),
        registration = coalesce(${registration ?? null}, registration)
        ${port === undefined ? tx`` : tx`, port = ${port}`}
        ${channelsMax === undefined ? tx`` : tx`, channels_max = ${channelsMax}`}
    where id = ${carrierId} returning id`
  return changed.length > 0 ? ok(true) : noSuchCarrier
}
