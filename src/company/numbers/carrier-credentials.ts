/** What we answer a carrier's challenges with. The password comes sealed, and is never read here. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { noSuchCarrier, type CarrierFailure } from './errors.ts'

export type CarrierCredentials = {
  readonly user: string
  /** Answered for this realm only; null for whichever the carrier names. */
  readonly realm: string | null
  readonly sealed: string
}

/** Sets or, with null, removes the credentials for a carrier in scope. */
export async function setCarrierCredentials(
  tx: Tx,
  { carrierId, credentials }: { readonly carrierId: string; readonly credentials: CarrierCredentials | null },
): Promise<Result<true, CarrierFailure>> {
  const { user = null, realm = null, sealed = null } = credentials ?? {}
  const changed = await tx`
    update carrier set auth_user = ${user}, auth_realm = ${realm}, auth_secret = ${sealed}
    where id = ${carrierId} returning id`
  return changed.length > 0 ? ok(true) : noSuchCarrier
}
