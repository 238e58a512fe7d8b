/** What a request dials. */

import { dialledDigits, isEmergency, nanp } from '../../../base/index.ts'
import { isSosUrn, parseUri, type SipMessage } from '../../../network/sip/index.ts'

/** What an emergency service's name dials, of whatever kind. */
const SOS = '911'

/** The user part of the Request-URI: what was dialled. */
export function dialledUser(request: SipMessage): string {
  if (isSosUrn(request.uri)) return SOS
  // A telephone number may carry parameters of its own there: `911;phone-context=+1` (RFC 3261 §19.1.6).
  return parseUri(request.uri)?.user.split(';', 1)[0] ?? ''
}

/** Whether a dialled text is an emergency number. */
export function dialsEmergency(dialled: string): boolean {
  const digits = dialledDigits(dialled)
  return digits !== undefined && isEmergency(digits, nanp)
}
