/** What a phone is shown of a caller's identity: the `verstat` parameter (3GPP TS 24.229 §7.2A.20). */

import type { Result } from '../../base/index.ts'
import type { IdentityFailure } from './errors.ts'
import type { Verified } from './verify-identity.ts'

export type Verstat = 'TN-Validation-Passed' | 'TN-Validation-Failed' | 'No-TN-Validation'

/** Passed is said only of callers whose provider knows that the number is theirs. */
export function verstatOf(verdict: Result<Verified, IdentityFailure>): Verstat {
  if (verdict.ok) return verdict.value.attest === 'A' ? 'TN-Validation-Passed' : 'No-TN-Validation'
  return verdict.failure.code === 'stir.no_identity' ? 'No-TN-Validation' : 'TN-Validation-Failed'
}
