/** One contact of an address of record: where a phone is, and for how long (RFC 3261 §10). */

import type { Flow, SipProtocol, SocketAddress } from '../../transport/index.ts'
import { findParameter } from '../parameters.ts'
import { parseUri, type Uri } from '../uri.ts'

export type Binding = {
  /** The Contact URI as the phone wrote it: it wants to see it in the Request-URI. */
  readonly contact: string
  /** How the phone is reached, whatever its Contact claims (RFC 5626 §5.3). */
  readonly flow: Flow
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly registeredAt: number
  /** 0-1000 for q=0.0-1.0. */
  readonly preference: number
  readonly callId: string
  readonly cseq: number
  /** `+sip.instance` and `reg-id` (RFC 5626 §4.1): the same phone again, whatever its address. */
  readonly instance: string | undefined
  readonly regId: string | undefined
  readonly userAgent: string
  /** The proxies between us and the phone, nearest first: Route of every request to it (RFC 3327 §5.1). */
  readonly path?: readonly string[]
}

/** A binding as plain data, for reload; TCP flows do not survive it. */
export type StoredBinding = Omit<Binding, 'flow'> & {
  readonly aor: string
  readonly protocol: SipProtocol
  readonly remote: SocketAddress
}

/** Whether two Contact URIs name the same place (RFC 3261 §19.1.4, as far as registrations need it). */
function isSameContact(a: string, b: string): boolean {
  if (a === b) return true
  const [left, right] = [parseUri(a), parseUri(b)]
  if (!left || !right) return false
  return (
    left.scheme === right.scheme &&
    left.user === right.user &&
    left.host === right.host &&
    left.port === right.port &&
    transportOf(left) === transportOf(right)
  )
}

function transportOf(uri: Uri): string {
  return findParameter(uri.params, 'transport')?.toLowerCase() ?? ''
}

/** Whether a new registration replaces an old binding: the same phone, or the same contact. */
export function replaces(next: Binding, old: Binding): boolean {
  if (next.instance !== undefined && old.instance !== undefined) {
    return next.instance === old.instance && next.regId === old.regId
  }
  return isSameContact(next.contact, old.contact)
}

/** Reads `0.7` as 700; anything odd is the default of 1000 (RFC 3261 §20.10). */
export function parsePreference(q: string | undefined): number {
  if (q === undefined) return 1000
  const value = Number(q)
  return Number.isFinite(value) && value >= 0 && value <= 1 ? Math.round(value * 1000) : 1000
}
