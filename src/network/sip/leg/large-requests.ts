/** What does not fit into a datagram goes by TCP, unless the peer has none (RFC 3261 §18.1.1). */

import type { Clock } from '../../../base/index.ts'
import type { Flow, Transport } from '../../transport/index.ts'

/** A peer that took no connection is not asked for one again so soon. */
const NO_TCP_MS = 3600 * 1000
const PEERS_MAX = 10_000

export type LargeRequests = {
  /** The connection for a request of so many bytes; undefined when the datagram flow will do, or must. */
  connectionFor(flow: Flow, size: number): Flow | undefined
  /** The peer behind a datagram flow took no connection. */
  noConnection(flow: Flow): void
}

const keyOf = ({ remote }: Flow): string => `${remote.address} ${remote.port}`

/** `datagramMax` is the most bytes of a request over UDP; 0 means any. */
export function createLargeRequests(parts: {
  readonly clock: Clock
  readonly transport: Pick<Transport, 'flowTo'>
  readonly datagramMax: number
}): LargeRequests {
  const { clock, transport, datagramMax } = parts
  const refusedUntil = new Map<string, number>()
  return {
    connectionFor(flow, size) {
      if (flow.protocol !== 'udp' || datagramMax === 0 || size <= datagramMax) return undefined
      if (clock.monotonic() < (refusedUntil.get(keyOf(flow)) ?? 0)) return undefined
      return transport.flowTo('tcp', flow.remote)
    },
    noConnection(flow) {
      if (refusedUntil.size >= PEERS_MAX) refusedUntil.clear()
      refusedUntil.set(keyOf(flow), clock.monotonic() + NO_TCP_MS)
    },
  }
}
