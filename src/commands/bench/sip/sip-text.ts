/** SIP as text for the load generator: written from templates and read by search, so that it costs next to nothing. */

import { hash } from 'node:crypto'

/** The value of the first header of this name; '' when there is none. Both spellings of a peer must be given. */
export function headerOf(text: string, name: string): string {
  const begin = text.indexOf(`\r\n${name}: `)
  if (begin < 0) return ''
  const from = begin + name.length + 4
  return text.slice(from, text.indexOf('\r\n', from))
}

/** All values of a header, in order. */
export function headersOf(text: string, name: string): string[] {
  const found: string[] = []
  const mark = `\r\n${name}: `
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    found.push(text.slice(at + mark.length, text.indexOf('\r\n', at + mark.length)))
  }
  return found
}

/** Status of a response; undefined for a request. */
export function statusOf(text: string): number | undefined {
  return text.startsWith('SIP/2.0 ') ? Number(text.slice(8, 11)) : undefined
}

/** What stands between the brackets of a Contact. */
export function contactOf(text: string): string {
  const contact = headerOf(text, 'Contact')
  const open = contact.indexOf('<')
  return open < 0 ? contact : contact.slice(open + 1, contact.indexOf('>', open))
}

export type Challenge = { readonly realm: string; readonly nonce: string; readonly qop: boolean }

/** The MD5 challenge of a 401: what every phone knows (RFC 7616 §3.3). */
export function challengeOf(text: string): Challenge | undefined {
  const offered = headersOf(text, 'WWW-Authenticate').find((one) => !one.includes('SHA-256'))
  if (offered === undefined) return undefined
  const field = (name: string): string => {
    const from = offered.indexOf(`${name}="`)
    return from < 0 ? '' : offered.slice(from + name.length + 2, offered.indexOf('"', from + name.length + 2))
  }
  return { realm: field('realm'), nonce: field('nonce'), qop: offered.includes('qop=') }
}

/** The Authorization header of a request. */
export function authorize(
  challenge: Challenge,
  { user, password, method, uri }: { user: string; password: string; method: string; uri: string },
): string {
  const { realm, nonce, qop } = challenge
  const ha1 = hash('md5', `${user}:${realm}:${password}`)
  const ha2 = hash('md5', `${method}:${uri}`)
  const middle = qop ? `${nonce}:00000001:a1b2c3d4:auth` : nonce
  const response = hash('md5', `${ha1}:${middle}:${ha2}`)
  const count = qop ? ', qop=auth, nc=00000001, cnonce="a1b2c3d4"' : ''
  return (
    `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=MD5${count}\r\n`
  )
}

/** An offer or answer of one G.711 stream. */
export function sdpOf(port: number): string {
  return [
    'v=0',
    'o=load 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 8 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=sendrecv\r\n',
  ].join('\r\n')
}
