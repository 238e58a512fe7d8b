/**
 * What RFC 3261 §8.1.1 demands of every message, looked at once before anything acts on it. The order
 * is that of the answers: what is malformed (400), then what is only unknown to us (416).
 */

import type { SipFault } from '../errors.ts'
import { parseNameAddr } from '../name-addr.ts'
import { isSosUrn, parseUri, schemeOf } from '../uri.ts'
import { header, type HeaderCode } from './header-names.ts'
import type { SipMessage } from './message.ts'

const single: readonly (readonly [HeaderCode, string])[] = [
  [header.from, 'From'],
  [header.to, 'To'],
  [header.callId, 'Call-ID'],
  [header.cseq, 'CSeq'],
  [header.maxForwards, 'Max-Forwards'],
  [header.contentLength, 'Content-Length'],
  [header.contentType, 'Content-Type'],
  [header.expires, 'Expires'],
  [header.date, 'Date'],
]

const CALL_ID_MAX = 512
const EXPIRES_MAX = 2 ** 32 - 1

function fault(message: SipMessage, reason: string, status = 400): SipFault {
  const code = status === 416 ? 'sip.unsupported_scheme' : 'sip.malformed'
  return { code, message: reason, status: message.isRequest ? status : 0, reason, request: message }
}

/** The first fault of a message, or undefined. Responses with a fault have status 0: they are discarded. */
export function checkMessage(message: SipMessage): SipFault | undefined {
  for (const [code, name] of single) {
    const count = message.countOf(code)
    if (count > 1) return fault(message, `Multiple ${name}`)
  }
  const { via, from, to, cseq, callId } = message
  if (!via) return fault(message, 'Bad Via')
  if (callId === '' || callId.length > CALL_ID_MAX || callId.includes(' ')) return fault(message, 'Bad Call-ID')
  if (!cseq) return fault(message, 'Bad CSeq')
  if (!from) return fault(message, 'Bad From')
  if (!to) return fault(message, 'Bad To')
  return message.isRequest ? checkRequest(message, cseq.method) : undefined
}

function checkRequest(request: SipMessage, cseqMethod: string): SipFault | undefined {
  if (cseqMethod !== request.method) return fault(request, 'CSeq Names Another Method')
  const hops = request.integer(header.maxForwards, 255)
  if (hops === -1) return fault(request, 'Bad Max-Forwards')
  const expires = request.raw(header.expires)
  if (expires !== undefined && request.integer(header.expires, EXPIRES_MAX) === -1 && !isTooBig(expires)) {
    return fault(request, 'Bad Expires')
  }
  const date = request.raw(header.date)
  if (date !== undefined && !date.endsWith('GMT')) return fault(request, 'Bad Date')
  return checkTarget(request) ?? checkContacts(request)
}

/** Larger than 32 bits: treated as the largest value (RFC 3261 §20.19 lets a server do that). */
function isTooBig(digits: string): boolean {
  for (let at = 0; at < digits.length; at++) {
    const code = digits.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return digits.length > 0
}

function checkTarget(request: SipMessage): SipFault | undefined {
  const scheme = schemeOf(request.uri)
  if (scheme === undefined) return fault(request, 'Bad Request-URI')
  // Emergency services are called by what they are (RFC 5031 §4.2).
  if (isSosUrn(request.uri)) return undefined
  if (scheme !== 'sip' && scheme !== 'sips' && scheme !== 'tel') {
    return fault(request, 'Unsupported URI Scheme', 416)
  }
  const uri = parseUri(request.uri)
  // Headers may not stand in a Request-URI (RFC 3261 §19.1.1).
  return !uri || uri.headers !== '' ? fault(request, 'Bad Request-URI') : undefined
}

function checkContacts(request: SipMessage): SipFault | undefined {
  for (const item of request.items(header.contact)) {
    if (item !== '*' && !parseNameAddr(item)) return fault(request, 'Bad Contact')
  }
  return undefined
}
