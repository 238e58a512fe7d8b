/** Sockets under the SIP layers. */
export { flowId } from './flow.ts'
export type { Flow, Listening, SipProtocol, SocketAddress, Transport, TransportEvents } from './flow.ts'
export type { TransportFailure } from './errors.ts'
export { createMemoryNetwork, type Conditions, type MemoryNetwork } from './memory-network.ts'
export { createSockets, type SocketOptions } from './sockets.ts'
export { reachableAddress } from './reachable-address.ts'
export { machineHashes } from './machine-hashes.ts'
