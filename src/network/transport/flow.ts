/**
 * What the SIP layers know of a network: flows that carry whole messages. A flow is one peer as seen
 * through one local socket; UDP flows are made on the fly, all others live as long as their connection.
 */

import type { Result } from '../../base/index.ts'
import type { TransportFailure } from './errors.ts'

export type SipProtocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

export type SocketAddress = { readonly address: string; readonly port: number }

export type Flow = {
  /** Unique within this process; the same UDP peer on the same socket has the same id. */
  readonly id: string
  readonly protocol: SipProtocol
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /** Hands the bytes to the network. Loss is reported later, if ever, through `TransportEvents.onFlowClosed`. */
  send(bytes: Uint8Array): void
}

export type TransportEvents = {
  /** One whole SIP message, framed but not parsed. Keepalives never get here; they are answered below. */
  onMessage(bytes: Buffer, flow: Flow): void
  /** A connection ended or a datagram could not be delivered (RFC 3261 §18.4). */
  onFlowClosed(flow: Flow, reason: string): void
}

export type Listening = { readonly protocol: SipProtocol; readonly local: SocketAddress }

export type Transport = {
  /** Begins to listen and to report; once. */
  open(events: TransportEvents): Promise<Result<readonly Listening[], TransportFailure>>
  /** Addresses that peers can reach, one for each protocol; empty before `open`. */
  readonly listening: readonly Listening[]
  /**
   * A flow to a peer, opened when there is none yet. Streams queue what is sent until they are connected. With TLS,
   * `serverName` is the name that the peer's certificate must bear (its address when absent). Nobody can be called
   * over a WebSocket: only an open one is found.
   */
  flowTo(protocol: SipProtocol, remote: SocketAddress, serverName?: string): Flow
  close(): Promise<void>
}

/** The name of a flow: the same for the same peer through the same socket. */
export function flowId(protocol: SipProtocol, local: SocketAddress, remote: SocketAddress): string {
  return `${protocol}:${local.port}>${remote.address}:${remote.port}`
}

/** A flow that leads nowhere: a browser that has gone, or a transport that is not offered. The sender is told. */
export function goneFlow(
  place: Pick<Flow, 'protocol' | 'local' | 'remote'>,
  events: Pick<TransportEvents, 'onFlowClosed'>,
): Flow {
  const flow: Flow = {
    ...place,
    id: flowId(place.protocol, place.local, place.remote),
    send: () => queueMicrotask(() => events.onFlowClosed(flow, 'closed')),
  }
  return flow
}
