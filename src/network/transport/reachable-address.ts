/** Which address peers are told when we listen on all of them. */

import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * The address to tell for a host that is listened on: itself when it is one; for `0.0.0.0` and `::` the
 * machine's first address of that family that is not loopback; undefined for a name, which no peer could use.
 */
export function reachableAddress(host: string): string | undefined {
  if (host === 'localhost') return '127.0.0.1'
  if (isIP(host) === 0) return undefined
  if (host !== '0.0.0.0' && host !== '::') return host
  const family = host === '::' ? 'IPv6' : 'IPv4'
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((one) => one.family === family && !one.internal && !one.address.startsWith('fe80:'))
  return outside?.address ?? (host === '::' ? '::1' : '127.0.0.1')
}

/** The address to tell peers of IPv4 where `::` serves both families; undefined where one family is all. */
export function otherAddress(host: string): string | undefined {
  return host === '::' ? reachableAddress('0.0.0.0') : undefined
}
