/** The real network: the sockets of one installation behind the `Transport` that SIP sees. */

import { ok, type Log } from '../../base/index.ts'
import type { Flow, Listening, SipProtocol, SocketAddress, Transport } from './flow.ts'
import { openUdp, type UdpSocket } from './udp.ts'

export type SocketOptions = {
  /** Port 0 takes a free one. */
  readonly listen: SocketAddress
  readonly log: Log
}

/** Prepares UDP on one address; nothing is opened before `open`. */
export function createSockets(options: SocketOptions): Transport {
  let udp: UdpSocket | undefined
  return {
    get listening(): readonly Listening[] {
      return udp ? [{ protocol: 'udp', local: udp.local }] : []
    },
    async open(events) {
      const opened = await openUdp(options.listen, events, options.log)
      if (!opened.ok) return opened
      udp = opened.value
      return ok(this.listening)
    },
    flowTo(protocol: SipProtocol, remote: SocketAddress): Flow {
      return udp!.flowTo(remote)
    },
    async close() {
      await udp?.close()
      udp = undefined
    },
  }
}
