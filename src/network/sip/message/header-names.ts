/** Headers that the stack reads, as small integers, with their compact forms (RFC 3261 §7.3.3 and §20). */

export const header = {
  other: 0,
  via: 1,
  from: 2,
  to: 3,
  callId: 4,
  cseq: 5,
  contact: 6,
  route: 7,
  recordRoute: 8,
  contentLength: 9,
  contentType: 10,
  maxForwards: 11,
  expires: 12,
  require: 13,
  supported: 14,
  authorization: 15,
  proxyAuthorization: 16,
  wwwAuthenticate: 17,
  proxyAuthenticate: 18,
  userAgent: 19,
  sessionExpires: 20,
  minSe: 21,
  accept: 22,
  contentEncoding: 23,
  date: 24,
  proxyRequire: 25,
  path: 26,
  allow: 27,
  minExpires: 28,
} as const

export type HeaderCode = (typeof header)[keyof typeof header]

const names: readonly (readonly [string, HeaderCode])[] = [
  ['via', header.via],
  ['v', header.via],
  ['from', header.from],
  ['f', header.from],
  ['to', header.to],
  ['t', header.to],
  ['call-id', header.callId],
  ['i', header.callId],
  ['cseq', header.cseq],
  ['contact', header.contact],
  ['m', header.contact],
  ['route', header.route],
  ['record-route', header.recordRoute],
  ['content-length', header.contentLength],
  ['l', header.contentLength],
  ['content-type', header.contentType],
  ['c', header.contentType],
  ['max-forwards', header.maxForwards],
  ['expires', header.expires],
  ['require', header.require],
  ['supported', header.supported],
  ['k', header.supported],
  ['authorization', header.authorization],
  ['proxy-authorization', header.proxyAuthorization],
  ['www-authenticate', header.wwwAuthenticate],
  ['proxy-authenticate', header.proxyAuthenticate],
  ['user-agent', header.userAgent],
  ['session-expires', header.sessionExpires],
  ['x', header.sessionExpires],
  ['min-se', header.minSe],
  ['accept', header.accept],
  ['content-encoding', header.contentEncoding],
  ['e', header.contentEncoding],
  ['date', header.date],
  ['proxy-require', header.proxyRequire],
  ['path', header.path],
  ['allow', header.allow],
  ['min-expires', header.minExpires],
]

const byLength: (readonly (readonly [string, HeaderCode])[])[] = []
for (let length = 0; length <= 19; length++) byLength.push(names.filter(([name]) => name.length === length))

/** Compact forms of headers that the stack itself does not read, so that `header('Subject')` finds `s:`. */
const otherCompact: Readonly<Record<string, string>> = {
  subject: 's',
  event: 'o',
  'allow-events': 'u',
  'refer-to': 'r',
  'referred-by': 'b',
  'accept-contact': 'a',
  'reject-contact': 'j',
  'request-disposition': 'd',
  identity: 'y',
}

/** The code of the header name between two offsets, `header.other` when it is none of ours; case does not count. */
export function headerCodeAt(text: string, start: number, end: number): HeaderCode {
  const candidates = byLength[end - start]
  if (!candidates) return header.other
  next: for (const [name, code] of candidates) {
    for (let at = 0; at < name.length; at++) {
      // Names hold token characters only by now, of which letters are the only ones that the bit changes.
      if ((text.charCodeAt(start + at) | 0x20) !== name.charCodeAt(at)) continue next
    }
    return code
  }
  return header.other
}

/** The code of a header name, `header.other` when it is none of ours. */
export function headerCode(name: string): HeaderCode {
  return headerCodeAt(name, 0, name.length)
}

/** The one-letter form of an unlisted header's lower-case name, when it has one. */
export function compactForm(lowerName: string): string | undefined {
  return Object.hasOwn(otherCompact, lowerName) ? otherCompact[lowerName] : undefined
}
