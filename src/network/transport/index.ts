/** Sockets under the SIP layers. */
export type { Flow, SipProtocol, SocketAddress, Transport, TransportEvents } from './flow.ts'
