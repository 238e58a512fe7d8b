/** The SIP realm: "one opaque stable string per installation, never a brand's domain" (DESIGN.md §9). */

import { assert } from '../../../base/index.ts'
import type { MasterKeys } from '../../../platform/identity/index.ts'

/** Follows from the oldest master key, which every backup carries, so that a restored house has the same. */
export function sipRealm(keys: MasterKeys): string {
  const oldest = keys.ids[0]
  const secret = oldest === undefined ? undefined : keys.derive(oldest, 'sip-realm')
  assert(secret, 'an installation has at least one master key')
  return secret.toString('hex').slice(0, 16)
}
