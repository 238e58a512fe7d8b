/** Serialises messages: one byte text, one write. Values from above must have passed `headerBytes`. */

import { stampVia } from '../via.ts'
import type { SocketAddress } from '../../transport/index.ts'
import { bytesOfText, headerBytes } from './characters.ts'
import { header } from './header-names.ts'
import type { SipMessage } from './message.ts'

export type Headers = readonly (readonly [name: string, value: string])[]

const reasons: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  439: 'First Hop Lacks Outbound Support',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
}

/** The usual reason phrase of a status (RFC 3261 §21). */
export function reasonOf(status: number): string {
  return reasons[status] ?? (status < 200 ? 'Progress' : status < 300 ? 'OK' : status < 400 ? 'Moved' : 'Failed')
}

/** Header lines of a list, each with its line break. */
export function headerLines(headers: Headers | undefined): string {
  let lines = ''
  for (const [name, value] of headers ?? []) lines += `${headerBytes(name)}: ${headerBytes(value)}\r\n`
  return lines
}

/** Content-Type, Content-Length, the empty line and the body. */
function bodyLines(body: string | undefined, contentType: string): string {
  if (!body) return 'Content-Length: 0\r\n\r\n'
  const bytes = bytesOfText(body)
  return `Content-Type: ${contentType}\r\nContent-Length: ${bytes.length}\r\n\r\n${bytes}`
}

export type OutgoingRequest = {
  readonly method: string
  readonly uri: string
  /** Every header line but Content-*, as byte text with line breaks. */
  readonly headerText: string
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}

/** The bytes of a request. */
export function writeRequest(request: OutgoingRequest): Buffer {
  const { method, uri, headerText, body, contentType = 'application/sdp' } = request
  return Buffer.from(`${method} ${uri} SIP/2.0\r\n${headerText}${bodyLines(body, contentType)}`, 'latin1')
}

export type OutgoingResponse = {
  readonly status: number
  readonly reason?: string | undefined
  /** Added to the To of the request unless it has a tag already. */
  readonly toTag?: string | undefined
  /** Record-Route goes into answers that make a dialog (RFC 3261 §12.1.1). */
  readonly withRecordRoute?: boolean
  readonly headerText?: string
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}

/** The bytes of a response: Via, From, To, Call-ID and CSeq are the request's own bytes (RFC 3261 §8.2.6.2). */
export function writeResponse(request: SipMessage, source: SocketAddress, response: OutgoingResponse): Buffer {
  const reason = response.reason === undefined ? reasonOf(response.status) : headerBytes(response.reason)
  let head = `SIP/2.0 ${response.status} ${reason}\r\n`
  // A Via that cannot be read goes back as it came, to where it came from.
  const vias = request.via ? request.items(header.via) : request.rawAll(header.via)
  for (let at = 0; at < vias.length; at++) {
    head += `Via: ${at === 0 && request.via ? stampVia(request.via, source) : vias[at]}\r\n`
  }
  if (response.withRecordRoute) {
    for (const route of request.rawAll(header.recordRoute)) head += `Record-Route: ${route}\r\n`
  }
  const tag = response.toTag !== undefined && request.to?.tag === undefined ? `;tag=${response.toTag}` : ''
  head += `From: ${request.raw(header.from) ?? ''}\r\nTo: ${request.raw(header.to) ?? ''}${tag}\r\n`
  head += `Call-ID: ${request.callId}\r\nCSeq: ${request.raw(header.cseq) ?? ''}\r\n${response.headerText ?? ''}`
  return Buffer.from(head + bodyLines(response.body, response.contentType ?? 'application/sdp'), 'latin1')
}
