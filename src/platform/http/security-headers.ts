/** Headers that every answer carries: what a browser may do with our pages. */

import { secureRandom } from '../../base/index.ts'

/** A fresh nonce for one page's scripts and styles. */
export function newNonce(): string {
  return Buffer.from(secureRandom(16)).toString('base64')
}

/** Where a page may connect to beside its own origin: `ws://maple.localhost:8070`. */
export type SocketPorts = { readonly ws: number; readonly wss: number }

/** Our WebSockets of SIP, under the very name that the page was asked for by; none for what is no plain host name. */
export function socketOrigins(host: string | undefined, ports: SocketPorts | undefined): readonly string[] {
  if (!ports || host === undefined || !/^[a-z0-9.-]+$/.test(host)) return []
  return (['wss', 'ws'] as const).filter((scheme) => ports[scheme] > 0).map((it) => `${it}://${host}:${ports[it]}`)
}

/** The content security policy of a page whose own scripts and styles carry `nonce`. */
function contentPolicy({ nonce, sockets, frames = [], isFramed = false }: HeaderOptions): string {
  return [
    "default-src 'self'",
    ...(frames.length > 0 ? [`frame-src ${frames.join(' ')}`] : []),
    `connect-src ${["'self'", ...sockets].join(' ')}`,
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${isFramed ? "'self'" : "'none'"}`,
  ].join('; ')
}

type HeaderOptions = {
  readonly nonce: string
  readonly encrypted: boolean
  readonly sockets: readonly string[]
  /** Origins of the card fields, on the payment page alone. */
  readonly frames?: readonly string[] | undefined
  /** Our own pages may show this one inside them. */
  readonly isFramed?: boolean | undefined
}

/** Adds the headers to an answer; HSTS only where the connection is encrypted (RFC 6797 §7.2). */
export function addSecurityHeaders(headers: Headers, options: HeaderOptions): void {
  headers.set('content-security-policy', contentPolicy(options))
  headers.set('x-content-type-options', 'nosniff')
  headers.set('x-frame-options', options.isFramed ? 'SAMEORIGIN' : 'DENY')
  // Links with a token in them (Password Recovery) must not travel to other sites.
  headers.set('referrer-policy', 'same-origin')
  headers.set('cross-origin-opener-policy', 'same-origin')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('permissions-policy', 'microphone=(self), camera=(), geolocation=(), payment=()')
  if (options.encrypted) headers.set('strict-transport-security', 'max-age=31536000')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
}
