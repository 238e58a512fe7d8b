/** By what a message finds its transaction (RFC 3261 §17.1.3 and §17.2.3). */

import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import { MAGIC_COOKIE } from '../via.ts'

const METHOD_MAX = 32

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
 * repetitions be answered at the price of a lookup. Undefined when the first header is not a plain Via.
 */
export function quickServerKey(text: string): string | undefined {
  const methodEnd = text.indexOf(' ')
  if (methodEnd < 0 || methodEnd > METHOD_MAX || text.startsWith('SIP/')) return undefined
  const line = text.indexOf('\n') + 1
  let at = line
  if (text.startsWith('Via:', line) || text.startsWith('VIA:', line)) at += 4
  else if (text.startsWith('v:', line)) at += 2
  else return undefined
  const end = text.indexOf('\r', at)
  const protocol = text.indexOf('SIP/2.0/', at)
  const branch = text.indexOf('branch=z9hG4bK', at)
  if (end < 0 || protocol < 0 || branch < 0 || branch > end) return undefined
  const space = text.indexOf(' ', protocol)
  const sentByEnd = text.indexOf(';', space)
  if (space < 0 || sentByEnd < 0 || sentByEnd > branch) return undefined
  let branchEnd = branch + 7
  while (branchEnd < end && !isBranchEnd(text.charCodeAt(branchEnd))) branchEnd++
  const method = ownerMethod(text.slice(0, methodEnd))
  return `${method} ${text.slice(branch + 7, branchEnd)} ${text.slice(space + 1, sentByEnd)}`
}

function isBranchEnd(code: number): boolean {
  return code === 0x3b || code === 0x2c || code === 0x20 || code === 0x09
}

/** The key of a client transaction: our branch and the method of the request. */
export function clientKey(branch: string, method: string): string {
  return `${method} ${branch}`
}

/** What two requests that are one and the same request have in common (RFC 3261 §8.2.2.2). */
export function mergeKey(request: SipMessage): string {
  return `${request.method} ${request.from?.tag} ${request.callId} ${request.cseq?.number}`
}
