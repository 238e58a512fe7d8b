/**
 * Where requests inside a dialog go. RFC 3261 §12.2.1.1 says: to the first Route, else to the Contact.
 * Phones behind NATs put addresses there that nobody can reach, so the flow that already works wins
 * wherever the two can be the same peer.
 */

import type { Flow, SipProtocol } from '../../transport/index.ts'
import { nextHopUri, type Dialog } from '../dialog.ts'
import { parseUri, uriParameter, type Uri } from '../uri.ts'
import type { Leg, Stack } from './leg.ts'

/** Addresses that mean nothing outside their own network (RFC 1918, RFC 6598, link-local, loopback). */
function isPrivateAddress(host: string): boolean {
  const parts = host.split('.')
  if (parts.length !== 4)
    return host.startsWith('fe80:') || host.startsWith('fc') || host.startsWith('fd') || host === '::1'
  const [a, b] = [Number(parts[0]), Number(parts[1])]
  if (a === 10 || a === 127) return true
  if (a === 172) return b >= 16 && b <= 31
  if (a === 192) return b === 168
  if (a === 100) return b >= 64 && b <= 127
  return a === 169 && b === 254
}

function isAddress(host: string): boolean {
  if (host.includes(':')) return true
  const parts = host.split('.')
  return parts.length === 4 && parts.every((part) => part.length > 0 && part.length <= 3 && Number(part) <= 255)
}

/** The transport that a URI asks for; nobody is called over a WebSocket. */
function protocolOf(uri: Uri): SipProtocol {
  const named = uriParameter(uri, 'transport')?.toLowerCase()
  if (uri.scheme === 'sips' || named === 'tls') return 'tls'
  return named === 'tcp' ? 'tcp' : 'udp'
}

/** The flow on which a leg's next request leaves. */
export function flowOf(stack: Stack, leg: Leg, dialog: Dialog): Flow {
  const { flow } = leg
  if (leg.pinned || flow.protocol !== 'udp') return flow
  const uri = parseUri(nextHopUri(dialog))
  // A name would need a lookup; its answer came from the peer that we already talk to.
  if (!uri || !isAddress(uri.host)) return flow
  if (uri.host !== flow.remote.address && isPrivateAddress(uri.host) && !isPrivateAddress(flow.remote.address))
    return flow
  const protocol = protocolOf(uri)
  const port = uri.port ?? (protocol === 'tls' ? 5061 : 5060)
  if (protocol === flow.protocol && uri.host === flow.remote.address && port === flow.remote.port) return flow
  return stack.transport.flowTo(protocol, { address: uri.host, port })
}
