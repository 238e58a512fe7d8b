/** Addresses as sockets give them and as they are told: one that listens on both families speaks IPv4 in disguise. */

import { isIPv4 } from 'node:net'

const MAPPED = '::ffff:'

/** `::ffff:192.0.2.1`, as a socket of both families shows an IPv4 peer, becomes `192.0.2.1` (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  const tail = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : ''
  return isIPv4(tail) ? tail : address
}

/** The way back: how a socket bound to `local` names a peer. */
export function addressFor(local: string, remote: string): string {
  return local.includes(':') && isIPv4(remote) ? MAPPED + remote : remote
}
