/** The neighbourhood of an address: whoever has one address of a /24 (or of an IPv6 /64) can often have them all. */

/** `192.0.2.0/24`, `2001:db8:1:2::/64`; an IPv4 address written as IPv6 counts as IPv4. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+)\.\d+$/i.exec(address)?.[1]
  if (mapped !== undefined) return `${mapped}.0/24`
  if (!address.includes(':')) return `${address.slice(0, Math.max(0, address.lastIndexOf('.')))}.0/24`
  const [left = '', right = ''] = address.split('%', 1)[0]!.split('::')
  const [head, tail] = [left, right].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = address.includes('::') ? Math.max(0, 8 - head!.length - tail!.length) : 0
  const groups = [...head!, ...Array.from({ length: zeros }, () => '0'), ...tail!].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
