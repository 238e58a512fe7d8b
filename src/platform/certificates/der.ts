/** The few shapes of DER (ITU-T X.690) that a certificate is made of. */

/** One element: its tag, its length, its content. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts)
export const octets = (bytes: Uint8Array): Buffer => element(0x04, bytes)
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text))
export const yes: Buffer = element(0x01, Buffer.from([0xff]))
/** A context-specific constructed element, `[n]` in ASN.1. */
export const tagged = (n: number, content: Uint8Array): Buffer => element(0xa0 | n, content)
/** A context-specific primitive element. */
export const taggedText = (n: number, content: Uint8Array): Buffer => element(0x80 | n, content)

/** A non-negative whole number, given as its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  // A leading one-bit would read as a sign.
  return bytes[0]! >= 0x80 ? element(0x02, Buffer.from([0]), bytes) : element(0x02, bytes)
}

/** A bit string; `unused` bits at its end do not count. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.from([unused]), bytes)
}

/** An object identifier such as `2.5.29.17`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return element(0x06, Buffer.from(bytes))
}

/** An instant to the second: two-digit years until 2049, four after (RFC 5280 §4.1.2.5). */
export function time(epochMs: number): Buffer {
  const iso = Temporal.Instant.fromEpochMilliseconds(epochMs).toString({ smallestUnit: 'second' })
  const digits = `${iso.replace(/\D/g, '')}Z`
  return Number(digits.slice(0, 4)) < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits))
}
