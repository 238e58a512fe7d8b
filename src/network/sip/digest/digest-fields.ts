/** Reads `Digest name=value, name="quoted value"` (RFC 7616 §3.3 and §3.4). */

import { closingQuote, isTokenCode, skipSpace } from '../message/characters.ts'

const FIELDS_MAX = 32

/** The fields by lower-case name; undefined for another scheme, for a malformed text, and when one is said twice. */
export function parseDigestFields(value: string): Map<string, string> | undefined {
  if (value.slice(0, 7).toLowerCase() !== 'digest ') return undefined
  const fields = new Map<string, string>()
  const end = value.length
  let at = skipSpace(value, 7, end)
  while (at < end) {
    const nameStart = at
    while (at < end && isTokenCode(value.charCodeAt(at))) at++
    const name = value.slice(nameStart, at).toLowerCase()
    at = skipSpace(value, at, end)
    if (name === '' || value.charCodeAt(at) !== 0x3d || fields.has(name) || fields.size >= FIELDS_MAX) return undefined
    at = skipSpace(value, at + 1, end)
    if (value.charCodeAt(at) === 0x22) {
      const close = closingQuote(value, at, end)
      if (close < 0) return undefined
      const inner = value.slice(at + 1, close)
      fields.set(name, inner.includes('\\') ? inner.replaceAll(/\\(.)/gs, '$1') : inner)
      at = close + 1
    } else {
      const start = at
      while (at < end && value.charCodeAt(at) !== 0x2c && value.charCodeAt(at) !== 0x20) at++
      fields.set(name, value.slice(start, at))
    }
    at = skipSpace(value, at, end)
    if (at < end && value.charCodeAt(at) !== 0x2c) return undefined
    at = skipSpace(value, at + 1, end)
  }
  return fields
}
