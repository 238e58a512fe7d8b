/**
 * A network in memory: the same `Transport` without sockets, on any clock, with loss, duplication and
 * reordering drawn from given randomness. `play` runs whole months over it; tests run the bad days.
 */

import { ok, type Clock, type RandomBytes } from '../../base/index.ts'
import {
  flowId,
  type Flow,
  type Listening,
  type SipProtocol,
  type SocketAddress,
  type Transport,
  type TransportEvents,
} from './flow.ts'

export type Conditions = {
  /** Share of datagrams that never arrive, 0-1. TCP loses nothing. */
  readonly lossRatio?: number
  /** Share of datagrams that arrive twice. */
  readonly duplicateRatio?: number
  /** Every message takes this long, and up to `jitterMs` longer; with jitter, datagrams overtake each other. */
  readonly delayMs?: number
  readonly jitterMs?: number
}

export type MemoryNetwork = {
  /** A host with both protocols on one address. */
  host(address: SocketAddress): Transport
  /** Changes the weather from here on. */
  setConditions(conditions: Conditions): void
  /** Decides about each datagram before chance does: true drops it. */
  setDrop(drop: ((bytes: Buffer, from: SocketAddress, to: SocketAddress) => boolean) | undefined): void
  /** A host takes no more connections: whoever tries is told so. */
  refuseTcp(address: SocketAddress): void
  /** Datagrams and stream messages handed over so far. */
  delivered(): number
}

type Host = { readonly address: SocketAddress; events: TransportEvents | undefined }

const keyOf = (address: SocketAddress): string => `${address.address}:${address.port}`

/** Starts a network without hosts. */
export function createMemoryNetwork(options: { clock: Clock; random: RandomBytes } & Conditions): MemoryNetwork {
  const hosts = new Map<string, Host>()
  const { clock } = options
  let conditions: Conditions = options
  let drop: ((bytes: Buffer, from: SocketAddress, to: SocketAddress) => boolean) | undefined
  let delivered = 0
  const refusing = new Set<string>()
  const chance = (): number => new DataView(options.random(4).slice().buffer).getUint32(0) / 2 ** 32

  const deliver = (protocol: SipProtocol, from: Host, to: SocketAddress, bytes: Buffer): void => {
    const jitterMs = protocol === 'udp' ? Math.round((conditions.jitterMs ?? 0) * chance()) : 0
    clock.after((conditions.delayMs ?? 0) + jitterMs, () => {
      const target = hosts.get(keyOf(to))
      if (target?.events && (protocol === 'udp' || !refusing.has(keyOf(to)))) {
        delivered++
        target.events.onMessage(bytes, flowBetween(protocol, target, from.address))
      } else if (protocol !== 'udp') {
        from.events?.onFlowClosed(flowBetween(protocol, from, to), 'connection refused')
      }
    })
  }

  const send = (protocol: SipProtocol, from: Host, to: SocketAddress, bytes: Uint8Array): void => {
    const copy = Buffer.from(bytes)
    if (drop?.(copy, from.address, to)) return
    if (protocol === 'udp' && chance() < (conditions.lossRatio ?? 0)) return
    deliver(protocol, from, to, copy)
    if (protocol === 'udp' && chance() < (conditions.duplicateRatio ?? 0)) deliver(protocol, from, to, copy)
  }

  const flowBetween = (protocol: SipProtocol, from: Host, remote: SocketAddress): Flow => ({
    id: flowId(protocol, from.address, remote),
    protocol,
    local: from.address,
    remote,
    send: (bytes) => send(protocol, from, remote, bytes),
  })

  return {
    host: (address) => openHost(hosts, address, flowBetween),
    setConditions(next) {
      conditions = next
    },
    setDrop(next) {
      drop = next
    },
    refuseTcp: (address) => void refusing.add(keyOf(address)),
    delivered: () => delivered,
  }
}

function openHost(
  hosts: Map<string, Host>,
  address: SocketAddress,
  flowBetween: (protocol: SipProtocol, from: Host, remote: SocketAddress) => Flow,
): Transport {
  const host: Host = { address, events: undefined }
  const both: readonly Listening[] = [
    { protocol: 'udp', local: address },
    { protocol: 'tcp', local: address },
  ]
  return {
    get listening() {
      return host.events ? both : []
    },
    async open(events) {
      host.events = events
      hosts.set(keyOf(address), host)
      return ok(both)
    },
    flowTo: (protocol, remote) => flowBetween(protocol, host, remote),
    async close() {
      host.events = undefined
      hosts.delete(keyOf(address))
    },
  }
}
