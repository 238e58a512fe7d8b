/** By what a message finds its transaction (RFC 3261 §17.1.3 and §17.2.3). */

import { isTokenCode } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import { MAGIC_COOKIE } from '../via.ts'

const METHOD_MAX = 64

/** An ACK belongs to the transaction of its INVITE. */
function ownerMethod(method: string): string {
  return method === 'ACK' ? 'INVITE' : method
}

/**
 * The key of a server transaction. Clients before RFC 3261 choose no unique branch (and `z9hG4bK` alone
 * is none either, RFC 4475 §3.2): what identifies their request then stands in its place.
 */
export function serverKey(request: SipMessage, method = request.method): string {
  const via = request.via!
  if (via.branch.startsWith(MAGIC_COOKIE) && via.branch.length > MAGIC_COOKIE.length) {
    return `${ownerMethod(method)} ${via.branch} ${via.sentBy}`
  }
  const parts = [ownerMethod(method), request.uri, request.from?.tag, request.callId, request.cseq?.number, via.branch]
  return `${parts.join(' ')} ${request.raw(header.via)}`
}

/**
 * The same key cut out of the first header line of a raw request, before anything is parsed: what lets
 * repetitions be answered at the price of a lookup. Undefined when the first header is not a plain Via:
 * whatever could be read in two ways is left to the parser.
 */
export function quickServerKey(text: string): string | undefined {
  const methodEnd = text.indexOf(' ')
  const isRequest = isTokenCode(text.charCodeAt(0)) && !text.startsWith('SIP/')
  if (methodEnd < 0 || methodEnd > METHOD_MAX || !isRequest) return undefined
  const line = text.indexOf('\n') + 1
  let at = line
  if (text.startsWith('Via: SIP/2.0/', line)) at += 13
  else if (text.startsWith('v: SIP/2.0/', line)) at += 11
  else return undefined
  const space = text.indexOf(' ', at)
  const sentByEnd = text.indexOf(';', space)
  const branch = text.indexOf(';branch=z9hG4bK', at) + 8
  if (space === at || space < 0 || sentByEnd < 0 || branch < 8 || branch < sentByEnd) return undefined
  for (at = space + 1; at < sentByEnd; at++) if (!isHostPortCode(text.charCodeAt(at))) return undefined
  for (at = sentByEnd; at < branch; at++) if (!isPlainCode(text.charCodeAt(at))) return undefined
  let branchEnd = branch
  while (isTokenCode(text.charCodeAt(branchEnd))) branchEnd++
  const isWhole = text.charCodeAt(branchEnd) === 0x3b || text.charCodeAt(branchEnd) === 0x0d
  if (!isWhole || branchEnd - branch <= MAGIC_COOKIE.length) return undefined
  const method = ownerMethod(text.slice(0, methodEnd))
  return `${method} ${text.slice(branch, branchEnd)} ${text.slice(space + 1, sentByEnd)}`
}

function isHostPortCode(code: number): boolean {
  return isTokenCode(code) || code === 0x3a || code === 0x5b || code === 0x5d
}

/** What may stand in parameters before the branch: no quotes, spaces, commas or line breaks. */
function isPlainCode(code: number): boolean {
  return isHostPortCode(code) || code === 0x3b || code === 0x3d
}

/** The key of a client transaction: our branch and the method of the request. */
export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`
}

/** What two requests that are one and the same request have in common (RFC 3261 §8.2.2.2). */
export function mergeKey(request: SipMessage): string {
  return `${request.method} ${request.from?.tag} ${request.callId} ${request.cseq?.number}`
}
