/** The real network: UDP and TCP on one address and port behind the `Transport` that SIP sees. */

import { assert, fail, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import type { TransportFailure } from './errors.ts'
import type { Flow, Listening, SipProtocol, SocketAddress, Transport, TransportEvents } from './flow.ts'
import { defaultTcpLimits, openTcp, type TcpLimits, type TcpListener } from './tcp.ts'
import { openUdp, type UdpSocket } from './udp.ts'

export type SocketOptions = {
  /** Port 0 takes one that is free for both protocols. */
  readonly listen: SocketAddress
  readonly clock: Clock
  readonly log: Log
  readonly tcpLimits?: Partial<TcpLimits>
}

type Open = { readonly udp: UdpSocket; readonly tcp: TcpListener }

/** A port that is free for UDP may be taken for TCP: so often another one is tried. */
const TRIES = 10

/** Prepares UDP and TCP on one address; nothing is opened before `open`. */
export function createSockets(options: SocketOptions): Transport {
  let sockets: Open | undefined
  const listening = (): readonly Listening[] =>
    sockets
      ? [
          { protocol: 'udp', local: sockets.udp.local },
          { protocol: 'tcp', local: sockets.tcp.local },
        ]
      : []
  return {
    get listening() {
      return listening()
    },
    async open(events) {
      assert(!sockets, 'a transport is opened once')
      const opened = await openBoth(options, events)
      if (!opened.ok) return opened
      sockets = opened.value
      return ok(listening())
    },
    flowTo(protocol: SipProtocol, remote: SocketAddress): Flow {
      assert(sockets, 'a transport is opened before it is used')
      return protocol === 'udp' ? sockets.udp.flowTo(remote) : sockets.tcp.flowTo(remote)
    },
    async close() {
      const open = sockets
      sockets = undefined
      await Promise.all([open?.udp.close(), open?.tcp.close()])
    },
  }
}

async function openBoth(options: SocketOptions, events: TransportEvents): Promise<Result<Open, TransportFailure>> {
  const { listen, clock, log } = options
  const limits = { ...defaultTcpLimits, ...options.tcpLimits }
  let failure = fail('transport.cannot_listen', 'no free port')
  for (let tries = listen.port === 0 ? TRIES : 1; tries > 0; tries--) {
    const udp = await openUdp(listen, events, log)
    if (!udp.ok) return udp
    const tcp = await openTcp(udp.value.local, events, { clock, log, limits })
    if (tcp.ok) return ok({ udp: udp.value, tcp: tcp.value })
    await udp.value.close()
    failure = tcp
  }
  return failure
}
