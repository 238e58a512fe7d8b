/** Where attempts come from: addresses that one person can have at will count as one source. */

import { isIP } from 'node:net'

/** The /24 of an IPv4 address or the /64 of an IPv6 address, as a key for counting. */
export function sourceOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const version = isIP(plain)
  if (version === 4) return `${plain.slice(0, plain.lastIndexOf('.'))}.0/24`
  if (version === 6) return `${firstGroups(plain).join(':')}::/64`
  return 'unknown'
}

/** The first four groups of an IPv6 address, without leading zeros. */
function firstGroups(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after]
  return groups.slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''))
}
