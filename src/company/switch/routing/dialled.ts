/** What a request dials. */

import { dialledDigits, isEmergency, nanp } from '../../../base/index.ts'
import { isSosUrn, parseNameAddr, parseUri, type SipMessage } from '../../../network/sip/index.ts'
import type { Caller } from './route.ts'

/** What an emergency service's name dials, of whatever kind. */
const SOS = '911'

/** The user part of the Request-URI: what was dialled. */
export function dialledUser(request: SipMessage): string {
  if (isSosUrn(request.uri)) return SOS
  // A telephone number may carry parameters of its own there: `911;phone-context=+1` (RFC 3261 §19.1.6).
  return parseUri(request.uri)?.user.split(';', 1)[0] ?? ''
}

/**
 * What a caller dials. A carrier that knows us by one registration calls its address of record; which of our numbers
 * was dialled it says in P-Called-Party-ID or To (SIPconnect 1.1 §12.2).
 */
export function dialledBy(caller: Caller, request: SipMessage): string {
  const dialled = dialledUser(request)
  const isSingle = caller.kind === 'carrier' && caller.carrier.registration === 'single'
  if (!isSingle || dialled !== caller.carrier.auth?.user) return dialled
  const called = parseNameAddr(request.header('P-Called-Party-ID') ?? '') ?? request.to
  return called?.uri.user.split(';', 1)[0] ?? dialled
}

/** Whether a dialled text is an emergency number. */
export function dialsEmergency(dialled: string): boolean {
  const digits = dialledDigits(dialled)
  return digits !== undefined && isEmergency(digits, nanp)
}
