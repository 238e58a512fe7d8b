/** The real network behind the `Transport` of SIP: UDP and TCP on one address and port, TLS and WebSocket beside. */

import { assert, fail, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import { Connections, defaultConnectionLimits, type ConnectionLimits } from './connections.ts'
import type { TransportFailure } from './errors.ts'
import {
  goneFlow,
  type Flow,
  type Listening,
  type SipProtocol,
  type SocketAddress,
  type Transport,
  type TransportEvents,
} from './flow.ts'
import { openTcp, type Listener } from './tcp.ts'
import { openTls, type Encryption } from './tls.ts'
import { openUdp, type UdpSocket } from './udp.ts'
import { openWebSocket } from './websocket.ts'

type SocketOptions = {
  /** Port 0 takes one that is free for both protocols. */
  readonly listen: SocketAddress
  readonly clock: Clock
  readonly log: Log
  readonly limits?: Partial<ConnectionLimits>
  /** Listeners of their own ports beside UDP and TCP; 0 takes a free one. */
  readonly secure?: SecureOptions
}

export type SecureOptions = {
  readonly tlsPort: number
  readonly wssPort: number
  /** Plain WebSocket; undefined where it must not be offered. */
  readonly wsPort: number | undefined
  readonly encryption: Encryption
  /** Whether a page of this origin may open a WebSocket; `host` is the name that it asked for. */
  isOriginAllowed(origin: string, host: string): boolean
}

type Open = {
  readonly udp: UdpSocket
  readonly connections: Connections
  readonly listeners: ReadonlyMap<SipProtocol, Listener>
}

/** A port that is free for UDP may be taken for TCP: so often another one is tried. */
const TRIES = 10

/** Prepares the sockets; nothing is opened before `open`. */
export function createSockets(options: SocketOptions): Transport {
  let sockets: Open | undefined
  const listening = (): readonly Listening[] => {
    if (!sockets) return []
    const streams = [...sockets.listeners].map(([protocol, { local }]) => ({ protocol, local }))
    return [{ protocol: 'udp', local: sockets.udp.local }, ...streams]
  }
  return {
    get listening() {
      return listening()
    },
    async open(events) {
      assert(!sockets, 'a transport is opened once')
      const opened = await openAll(options, events)
      if (!opened.ok) return opened
      sockets = opened.value
      return ok(listening())
    },
    flowTo(protocol: SipProtocol, remote: SocketAddress, serverName?: string): Flow {
      assert(sockets, 'a transport is opened before it is used')
      if (protocol === 'udp') return sockets.udp.flowTo(remote)
      const listener = sockets.listeners.get(protocol)
      // What was to be encrypted never leaves in the clear instead.
      if (!listener) return goneFlow({ protocol, local: sockets.udp.local, remote }, sockets.connections.events)
      return listener.flowTo(remote, serverName)
    },
    async close() {
      const open = sockets
      sockets = undefined
      if (open) await closeAll(open)
    },
  }
}

async function closeAll({ udp, connections, listeners }: Open): Promise<void> {
  connections.close()
  await Promise.all([udp.close(), ...[...listeners.values()].map((listener) => listener.close())])
}

async function openAll(options: SocketOptions, events: TransportEvents): Promise<Result<Open, TransportFailure>> {
  const { listen, log, clock } = options
  let failure = fail('transport.cannot_listen', 'no free port')
  for (let tries = listen.port === 0 ? TRIES : 1; tries > 0; tries--) {
    const udp = await openUdp(listen, events, log)
    if (!udp.ok) return udp
    const connections = new Connections(events, clock, { ...defaultConnectionLimits, ...options.limits })
    const listeners = new Map<SipProtocol, Listener>()
    const open = { udp: udp.value, connections, listeners }
    const tcp = await openTcp(udp.value.local, connections, log)
    if (tcp.ok) listeners.set('tcp', tcp.value)
    const rest = tcp.ok ? await openSecure(options, connections, listeners) : tcp
    if (rest.ok) return ok(open)
    await closeAll(open)
    if (tcp.ok) return rest
    failure = rest
  }
  return failure
}

async function openSecure(
  { listen, log, secure }: SocketOptions,
  connections: Connections,
  listeners: Map<SipProtocol, Listener>,
): Promise<Result<unknown, TransportFailure>> {
  if (!secure) return ok(undefined)
  const at = (port: number): SocketAddress => ({ address: listen.address, port })
  const { encryption } = secure
  const isOriginAllowed = (origin: string, host: string): boolean => secure.isOriginAllowed(origin, host)
  const tls = await openTls(at(secure.tlsPort), connections, log, encryption)
  if (!tls.ok) return tls
  listeners.set('tls', tls.value)
  const wss = await openWebSocket(at(secure.wssPort), connections, log, { encryption, isOriginAllowed })
  if (!wss.ok) return wss
  listeners.set('wss', wss.value)
  if (secure.wsPort === undefined) return ok(undefined)
  const ws = await openWebSocket(at(secure.wsPort), connections, log, { isOriginAllowed })
  if (ws.ok) listeners.set('ws', ws.value)
  return ws
}
