/** The address that peers reach us under, when we listen on all of them. */

import { networkInterfaces } from 'node:os'

/** The configured host, or this machine's first address towards the outside when the host means "every address". */
export function ownAddress(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  const family = host === '::' ? 'IPv6' : 'IPv4'
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => !address.internal && address.family === family && !address.address.startsWith('fe80:'))
  return outward?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1')
}
