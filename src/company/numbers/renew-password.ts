/** Gives a device a new SIP password by raising its version; nothing secret is stored. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchDevice, type NoDeviceFailure } from './errors.ts'

/** What a password is derived from, besides the master key. */
export type SipSecret = { readonly sipUser: string; readonly secretKeyId: number; readonly secretVersion: number }

/** The next version of a device in scope, under the newest master key. */
export async function renewPassword(
  tx: Tx,
  { deviceId, secretKeyId }: { readonly deviceId: string; readonly secretKeyId: number },
): Promise<Result<SipSecret, NoDeviceFailure>> {
  const [renewed] = await tx<SipSecret[]>`
    update device set secret_key_id = ${secretKeyId}, secret_version = secret_version + 1
    where id = ${deviceId} and status = 'active'
    returning sip_user as "sipUser", secret_key_id as "secretKeyId", secret_version as "secretVersion"`
  return renewed ? ok(renewed) : noSuchDevice
}
