/**
 * Which names this installation answers to. A page that a foreign name was pointed at (DNS rebinding), or a link
 * built from a forged Host header, ends here: everything else may trust the host of a request.
 */

import { isIP } from 'node:net'

/** The host name of a Host header without its port, in lower case; undefined when it is not one. */
export function hostName(header: string | undefined | null): string | undefined {
  const match = /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,20})\.?(?::\d{1,5})?$/i.exec(
    header ?? '',
  )
  return match?.[1]?.toLowerCase().replace(/^\[|\]$/g, '')
}

/** Whether an address reaches only this machine. */
export function isLoopback(address: string | undefined): boolean {
  if (!address) return false
  const plain = address.replace(/^::ffff:/i, '')
  return plain === '::1' || plain === 'localhost' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/**
 * Whether `host` is ours: a brand's or a configured name, this machine's own address (what the connection was
 * made to), or a loopback name when the connection came over loopback.
 */
export function isTrustedHost(host: string | undefined, names: ReadonlySet<string>, localAddress: string): boolean {
  if (!host) return false
  if (names.has(host)) return true
  if (isLoopback(host)) return isLoopback(localAddress)
  return isIP(host) !== 0 && host === localAddress.replace(/^::ffff:/i, '')
}
