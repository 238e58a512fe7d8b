/** Via values (RFC 3261 §20.42) and what a server adds to the topmost one (RFC 3581 §4). */

import { isSpaceCode, skipSpace, trimEnd } from './message/characters.ts'
import { findParameter, isParameterList, withoutParameter } from './parameters.ts'
import { bracketed, parseHostPort } from './uri.ts'
import type { SocketAddress } from '../transport/index.ts'

export type Via = {
  /** Upper case: UDP, TCP, TLS ... */
  readonly protocol: string
  readonly host: string
  readonly port: number | undefined
  /** `host:port` as written: half of a transaction's key (RFC 3261 §17.2.3). */
  readonly sentBy: string
  /** `;branch=...;rport` as written. */
  readonly params: string
  readonly branch: string
}

/** A branch with this beginning is unique by itself (RFC 3261 §8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK'

/** Reads one Via value; undefined when it is malformed. White space around `/`, `:` and `;` is legal. */
export function parseVia(value: string): Via | undefined {
  const end = trimEnd(value, 0, value.length)
  const first = value.indexOf('/')
  const second = value.indexOf('/', first + 1)
  if (first < 0 || second < 0) return undefined
  if (value.slice(0, first).trim().toUpperCase() !== 'SIP') return undefined
  let at = skipSpace(value, second + 1, end)
  const protocolStart = at
  while (at < end && !isSpaceCode(value.charCodeAt(at))) at++
  const protocol = value.slice(protocolStart, at).toUpperCase()
  const semicolon = value.indexOf(';', at)
  const sentByEnd = semicolon < 0 ? end : semicolon
  at = skipSpace(value, at, sentByEnd)
  const sentBy = withoutSpace(value.slice(at, trimEnd(value, at, sentByEnd)))
  const hostPort = parseHostPort(sentBy)
  const params = value.slice(sentByEnd, end)
  if (protocol === '' || !hostPort || !isParameterList(params)) return undefined
  return { protocol, ...hostPort, sentBy, params, branch: findParameter(params, 'branch') ?? '' }
}

/** Only a colon may have spaces around it (RFC 3261 §25.1 COLON). */
function withoutSpace(text: string): string {
  const colon = text.lastIndexOf(':')
  return colon < 0 ? text : text.slice(0, colon).trimEnd() + ':' + text.slice(colon + 1).trimStart()
}

/** A Via value with where its request really came from: `received` when it differs, `rport` when it was asked for. */
export function stampVia(via: Via, source: SocketAddress): string {
  const wantsPort = findParameter(via.params, 'rport') !== undefined
  let params = via.params
  if (wantsPort) params = `${withoutParameter(params, 'rport')};rport=${source.port}`
  if (wantsPort || via.host !== source.address) {
    params = `${withoutParameter(params, 'received')};received=${source.address}`
  }
  return `SIP/2.0/${via.protocol} ${bracketed(via.host)}${via.port === undefined ? '' : `:${via.port}`}${params}`
}

/**
 * Where a response to a request over UDP goes (RFC 3261 §18.2.2, RFC 3581 §4): to the source address;
 * to the source port when the client asked for it or sits behind a NAT (its own idea of its address is
 * wrong, so is its port), else to the port in the Via.
 */
export function responseAddress(via: Via, source: SocketAddress): SocketAddress {
  const wantsPort = findParameter(via.params, 'rport') !== undefined
  if (wantsPort || via.host !== source.address) return source
  // Port 0 is nobody's.
  return { address: source.address, port: via.port || 5060 }
}
