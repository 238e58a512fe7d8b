/**
 * What the SIP layers know of a network: flows that carry whole messages. A flow is one peer as seen
 * through one local socket; UDP flows are made on the fly, TCP flows live as long as the connection.
 */

export type SipProtocol = 'udp' | 'tcp'

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

export type Transport = {
  /** Addresses that peers can reach, one for each protocol. */
  readonly listening: readonly { protocol: SipProtocol; local: SocketAddress }[]
  /** A flow to a peer, opened when there is none yet. TCP queues what is sent until it is connected. */
  flowTo(protocol: SipProtocol, remote: SocketAddress): Flow
  close(): Promise<void>
}
