/** Changes what a trunk may do, and gives it another password. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { TrunkFormat } from './create-trunk.ts'
import { noSuchNumber, noSuchTrunk, type AddressFailure, type NoTrunkFailure } from './errors.ts'
import type { SipSecret } from './renew-password.ts'

/** What is left out stays as it is; a main number of null takes it away. */
export type TrunkChange = {
  readonly name?: string | undefined
  readonly channelsMax?: number | undefined
  readonly callsPerSecondMax?: number | undefined
  readonly formatIn?: TrunkFormat | undefined
  readonly formatOut?: TrunkFormat | undefined
  readonly mainNumberId?: string | null | undefined
}

/** Changes an active trunk in scope; its main number is one of the same customer. */
export async function changeTrunk(
  tx: Tx,
  { trunkId, ...change }: TrunkChange & { readonly trunkId: string },
): Promise<Result<true, NoTrunkFailure | AddressFailure>> {
  const { name, channelsMax, callsPerSecondMax, formatIn, formatOut, mainNumberId } = change
  const [trunk] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from trunk where id = ${trunkId} and status = 'active' for update`
  if (!trunk) return noSuchTrunk
  if (mainNumberId) {
    const own = await tx`
      select 1 from phone_number
      where id = ${mainNumberId} and tenant_id = ${trunk.tenantId} and kind = 'did' and status = 'active'`
    if (own.length === 0) return noSuchNumber
  }
  await tx`
    update trunk
    set name = coalesce(${name ?? null}, name),
        channels_max = coalesce(${channelsMax ?? null}, channels_max),
        calls_per_second_max = coalesce(${callsPerSecondMax ?? null}, calls_per_second_max),
        format_in = coalesce(${formatIn ?? null}, format_in),
        format_out = coalesce(${formatOut ?? null}, format_out)
        ${mainNumberId === undefined ? tx`` : tx`, main_number_id = ${mainNumberId}`}
    where id = ${trunkId}`
  return ok(true)
}

/** The next version of the password of a registering trunk in scope, under the newest master key. */
export async function renewTrunkPassword(
  tx: Tx,
  { trunkId, secretKeyId }: { readonly trunkId: string; readonly secretKeyId: number },
): Promise<Result<SipSecret, NoTrunkFailure>> {
  const [renewed] = await tx<SipSecret[]>`
    update trunk set secret_key_id = ${secretKeyId}, secret_version = secret_version + 1
    where id = ${trunkId} and status = 'active' and mode = 'registering'
    returning sip_user as "sipUser", secret_key_id as "secretKeyId", secret_version as "secretVersion"`
  return renewed ? ok(renewed) : noSuchTrunk
}
