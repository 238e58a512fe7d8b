/** SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966), and the bare scheme of all others. */

import { parseDigits, textOfBytes } from './message/characters.ts'
import { findParameter } from './parameters.ts'

export type Uri = {
  /** Lower case: `sip`, `sips`, `tel` or whatever stood before the colon. */
  readonly scheme: string
  /** Decoded user part, or the number of a tel URI; '' when there is none. */
  readonly user: string
  /** Lower case, IPv6 without brackets; '' for tel and unknown schemes. */
  readonly host: string
  readonly port: number | undefined
  /** `;transport=tcp;lr` as written, '' when there are none. */
  readonly params: string
  /** `?Subject=x` as written, '' when there are none. */
  readonly headers: string
}

const URI_LENGTH_MAX = 2048

function isSchemeCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2b ||
    code === 0x2d ||
    code === 0x2e
  )
}

/** The lower-case scheme of any URI, or undefined when the text does not begin with one. */
export function schemeOf(text: string): string | undefined {
  let at = 0
  while (at < text.length && isSchemeCode(text.charCodeAt(at))) at++
  return at > 0 && text.charCodeAt(at) === 0x3a ? text.slice(0, at).toLowerCase() : undefined
}

/** `%41` becomes `A`; a percent sign without two hexadecimal digits is refused. */
function unescaped(text: string): string | undefined {
  if (!text.includes('%')) return text
  let out = ''
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) !== 0x25) {
      out += text[at]
      continue
    }
    const high = hexValue(text.charCodeAt(at + 1))
    const low = hexValue(text.charCodeAt(at + 2))
    if (high < 0 || low < 0) return undefined
    out += String.fromCharCode(high * 16 + low)
    at += 2
  }
  return textOfBytes(out)
}

function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function hasForbidden(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code <= 0x20 || code === 0x3c || code === 0x3e || code === 0x22 || code === 0x7f) return true
  }
  return false
}

function isHostName(text: string): boolean {
  if (text === '' || text.length > 255) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at) | 0x20
    const plain = text.charCodeAt(at)
    const letterOrDigit = (code >= 0x61 && code <= 0x7a) || (plain >= 0x30 && plain <= 0x39)
    if (!letterOrDigit && plain !== 0x2d && plain !== 0x2e && plain !== 0x5f) return false
  }
  return true
}

function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (hexValue(code) < 0 && code !== 0x3a && code !== 0x2e) return false
  }
  return text.includes(':')
}

/** Whether a URI is `urn:service:sos` or one of its kinds, such as `urn:service:sos.fire` (RFC 5031 §4.2). */
export function isSosUrn(text: string): boolean {
  const lower = text.toLowerCase()
  return lower === 'urn:service:sos' || lower.startsWith('urn:service:sos.')
}

/** Reads `host[:port]`; undefined when it is neither a name, an IPv4 nor a bracketed IPv6 address. */
export function parseHostPort(text: string): { host: string; port: number | undefined } | undefined {
  let host = text
  let rest = ''
  if (text.charCodeAt(0) === 0x5b) {
    const close = text.indexOf(']')
    if (close < 0 || !isIpv6(text.slice(1, close))) return undefined
    host = text.slice(1, close)
    rest = text.slice(close + 1)
  } else {
    const colon = text.indexOf(':')
    if (colon >= 0) {
      host = text.slice(0, colon)
      rest = text.slice(colon)
    }
    if (!isHostName(host)) return undefined
  }
  if (rest === '') return { host: host.toLowerCase(), port: undefined }
  const port = rest.charCodeAt(0) === 0x3a ? parseDigits(rest.slice(1), 65535) : -1
  return port < 0 ? undefined : { host: host.toLowerCase(), port }
}

/**
 * Reads a URI given without angle brackets; undefined when it is malformed. Of schemes other than sip,
 * sips and tel only the scheme is told, so that a caller can answer 416 (RFC 3261 §8.2.2.1).
 */
export function parseUri(text: string): Uri | undefined {
  const scheme = schemeOf(text)
  if (scheme === undefined || text.length > URI_LENGTH_MAX || hasForbidden(text)) return undefined
  const body = text.slice(scheme.length + 1)
  if (scheme === 'tel') {
    const semicolon = body.indexOf(';')
    const user = semicolon < 0 ? body : body.slice(0, semicolon)
    if (user === '') return undefined
    return { scheme, user, host: '', port: undefined, params: semicolon < 0 ? '' : body.slice(semicolon), headers: '' }
  }
  if (scheme !== 'sip' && scheme !== 'sips') {
    return { scheme, user: '', host: '', port: undefined, params: '', headers: '' }
  }
  // The user part may itself hold `;` and `?`, so the last `@` before the headers counts (RFC 4475 §3.1.1.9).
  const atSign = body.lastIndexOf('@')
  const tail = body.slice(atSign + 1)
  const question = tail.indexOf('?')
  const beforeHeaders = question < 0 ? tail : tail.slice(0, question)
  const semicolon = beforeHeaders.indexOf(';')
  const hostPort = parseHostPort(semicolon < 0 ? beforeHeaders : beforeHeaders.slice(0, semicolon))
  if (!hostPort) return undefined
  const user = atSign < 0 ? '' : userOf(body.slice(0, atSign))
  if (user === undefined) return undefined
  return {
    scheme,
    user,
    host: hostPort.host,
    port: hostPort.port,
    params: semicolon < 0 ? '' : beforeHeaders.slice(semicolon),
    headers: question < 0 ? '' : tail.slice(question),
  }
}

/** The user of `user[:password]`, decoded. */
function userOf(userInfo: string): string | undefined {
  const colon = userInfo.indexOf(':')
  const user = unescaped(colon < 0 ? userInfo : userInfo.slice(0, colon))
  return user === '' || userInfo.includes('@') ? undefined : user
}

/** A URI parameter's value, '' for a flag such as `lr`, undefined when it is absent. */
export function uriParameter(uri: Uri, name: string): string | undefined {
  return findParameter(uri.params, name)
}

/** `host` as it stands in a URI or a Via: IPv6 gets its brackets. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

const unreserved = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu

/** A user part with everything escaped that RFC 3261 §25.1 does not allow there. */
function escapeUser(user: string): string {
  return user.replace(unreserved, (mark) =>
    [...Buffer.from(mark, 'utf8')].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/** Writes `sip:user@host:port`, or `sips:`; `params` such as `;transport=tcp` are added as they are. */
export function writeSipUri(parts: {
  user?: string
  host: string
  port?: number | undefined
  params?: string
  isSecure?: boolean
}): string {
  const user = parts.user ? `${escapeUser(parts.user)}@` : ''
  const port = parts.port === undefined ? '' : `:${parts.port}`
  return `${parts.isSecure ? 'sips' : 'sip'}:${user}${bracketed(parts.host)}${port}${parts.params ?? ''}`
}
