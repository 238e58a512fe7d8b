/** Why an identity does not count: the answers that RFC 8224 §6.2.2 has for it. */

import { fail, type Failure, type Result } from '../../base/index.ts'

export type IdentityFailure = Failure<
  'stir.stale' | 'stir.no_identity' | 'stir.info_unreachable' | 'stir.certificate_unusable' | 'stir.signature_invalid'
>

/** The SIP answer for a failure, where policy refuses such calls. */
export const answerOf: Readonly<Record<IdentityFailure['code'], { readonly status: number; readonly reason: string }>> =
  {
    'stir.stale': { status: 403, reason: 'Stale Date' },
    'stir.no_identity': { status: 428, reason: 'Use Identity Header' },
    'stir.info_unreachable': { status: 436, reason: 'Bad Identity Info' },
    'stir.certificate_unusable': { status: 437, reason: 'Unsupported Credential' },
    'stir.signature_invalid': { status: 438, reason: 'Invalid Identity Header' },
  }

const failing =
  (code: IdentityFailure['code']) =>
  (message: string): Result<never, IdentityFailure> =>
    fail(code, message)

export const stale = failing('stir.stale')
export const noIdentity = failing('stir.no_identity')
export const infoUnreachable = failing('stir.info_unreachable')
export const certificateUnusable = failing('stir.certificate_unusable')
export const signatureInvalid = failing('stir.signature_invalid')
