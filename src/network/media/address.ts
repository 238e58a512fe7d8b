/**
 * What an IP address of an SDP may be used for. A peer names it, so it must not make us send packets
 * to ourselves, to a group, or into a network that the peer itself cannot reach.
 */

import { isIP, isIPv4 } from 'node:net'

export type SocketAddress = { readonly address: string; readonly port: number }

/** How far an address reaches; `none` is no host that media could be sent to. */
export type Scope = 'loopback' | 'private' | 'public' | 'none'

function scopeOfV4(address: string): Scope {
  const [a = 0, b = 0] = address.split('.').map(Number)
  if (a === 127) return 'loopback'
  if (a === 0 || a >= 224) return 'none'
  if (a === 169 && b === 254) return 'none'
  // RFC 1918 §3, and the carriers' shared space of RFC 6598 §7.
  const isPrivate =
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b < 128)
  return isPrivate ? 'private' : 'public'
}

/** The scope of an address text; host names, groups, link-local and unspecified addresses are `none`. */
export function scopeOf(address: string): Scope {
  if (isIPv4(address)) return scopeOfV4(address)
  if (isIP(address) === 0) return 'none'
  const text = address.toLowerCase()
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (mapped) return scopeOfV4(mapped[1]!)
  if (text === '::1') return 'loopback'
  if (text === '::' || /^(ff|fe[89ab])/.test(text)) return 'none'
  return /^f[cd]/.test(text) ? 'private' : 'public'
}

/** The family of an address text, as Node names it for sockets. */
export function familyOf(address: string): 'udp4' | 'udp6' {
  return isIPv4(address) ? 'udp4' : 'udp6'
}

/**
 * Whether media may be sent to an address of an SDP from a relay that peers know as `own`: of the same
 * family, no well-known port, not narrower in scope than ours (a private address told to a public
 * relay is behind a NAT), and no loopback unless we are on loopback too.
 */
export function maySendTo(own: string, target: SocketAddress): boolean {
  if (target.port < 1024 || target.port > 65_535 || isIP(target.address) !== isIP(own)) return false
  const ours = scopeOf(own)
  const theirs = scopeOf(target.address)
  if (theirs === 'none') return false
  if (ours === 'loopback' || theirs === 'loopback') return ours === theirs
  return ours === 'private' || theirs === 'public'
}

/**
 * Whether a peer runs on this machine: its signalling comes from loopback, which nobody outside can pretend.
 * Its addresses are then loopback and `own`, as its sockets please.
 */
export function isOnThisMachine(signalAddress: string | undefined): boolean {
  return signalAddress !== undefined && scopeOf(signalAddress) === 'loopback'
}

/** Whether two addresses are likely to belong to one network: the same /24, or the same /64 in IPv6. */
export function sameNetwork(one: string, other: string): boolean {
  if (isIPv4(one)) return isIPv4(other) && one.slice(0, one.lastIndexOf('.')) === other.slice(0, other.lastIndexOf('.'))
  const prefix = (address: string): string => expandV6(address).slice(0, 4).join(':')
  return isIP(one) === 6 && isIP(other) === 6 && prefix(one) === prefix(other)
}

/** The eight groups of an IPv6 address as numbers in hexadecimal; a zone or an IPv4 tail is not looked at. */
function expandV6(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const groups = (text: string): string[] => (text ? text.split(':') : [])
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  )
}
