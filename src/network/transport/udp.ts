/** SIP over UDP: one socket, a datagram is a message (RFC 3261 §18). */

import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import { fail, messageOf, ok, type Log, type Result } from '../../base/index.ts'
import { addressFor, plainAddress } from './address.ts'
import type { TransportFailure } from './errors.ts'
import { flowId, type Flow, type SocketAddress, type TransportEvents } from './flow.ts'

/** A burst of registrations must fit; the kernel's usual 208 kB hold some hundreds of messages. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024

const PING = Buffer.from('\r\n\r\n')
const PONG = Buffer.from('\r\n')

export type UdpSocket = {
  readonly local: SocketAddress
  flowTo(remote: SocketAddress): Flow
  close(): Promise<void>
}

class UdpFlow implements Flow {
  readonly id: string
  readonly protocol = 'udp'
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly #socket: Socket
  readonly #events: TransportEvents

  constructor(socket: Socket, local: SocketAddress, remote: SocketAddress, events: TransportEvents) {
    this.id = flowId('udp', local, remote)
    this.local = local
    this.remote = remote
    this.#socket = socket
    this.#events = events
  }

  send(bytes: Uint8Array): void {
    try {
      this.#socket.send(bytes, this.remote.port, addressFor(this.local.address, this.remote.address), (error) => {
        if (error) this.#events.onFlowClosed(this, error.message)
      })
    } catch (error) {
      // Port 0 out of a hostile Via, or a socket that was closed meanwhile; nobody is called back while he sends.
      queueMicrotask(() => this.#events.onFlowClosed(this, messageOf(error)))
    }
  }
}

/** Binds a socket; fails when the address cannot be had. Warns when the kernel grants a smaller buffer. */
export async function openUdp(
  listen: SocketAddress,
  events: TransportEvents,
  log: Log,
): Promise<Result<UdpSocket, TransportFailure>> {
  const socket = createSocket({
    type: listen.address.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
    // Peers are addresses by now: no name lookup on the way of a message, by accident or by malice.
    lookup: (address, _options, settle) => settle(null, address, isIP(address)),
  })
  const bound = await new Promise<string | undefined>((settle) => {
    socket.once('error', (error) => settle(messageOf(error)))
    socket.bind({ address: listen.address, port: listen.port }, () => settle(undefined))
  })
  if (bound !== undefined) {
    return fail('transport.cannot_listen', `UDP ${listen.address}:${listen.port} cannot be bound: ${bound}`)
  }
  socket.removeAllListeners('error')
  socket.on('error', (error) => log.warn('a SIP socket reported an error', { error: messageOf(error) }))
  const granted = socket.getRecvBufferSize()
  if (granted < RECEIVE_BUFFER_BYTES) {
    log.warn('the kernel granted a small receive buffer: raise net.core.rmem_max', {
      granted,
      wanted: RECEIVE_BUFFER_BYTES,
    })
  }
  const local = { address: listen.address, port: socket.address().port }
  socket.on('message', (bytes, { address, port }) => {
    const flow = new UdpFlow(socket, local, { address: plainAddress(address), port }, events)
    if (!isKeepalive(bytes)) return events.onMessage(bytes, flow)
    // A ping as on a stream (RFC 5626 §4.4.1) gets its pong, which is half as long.
    if (bytes.length === PING.length && PING.equals(bytes)) flow.send(PONG)
  })
  return ok({
    local,
    flowTo: (remote) => new UdpFlow(socket, local, remote, events),
    close: () => new Promise((settle) => socket.close(() => settle())),
  })
}

/** Line breaks, or up to four bytes of anything: what phones send to hold a NAT binding open. */
function isKeepalive(bytes: Buffer): boolean {
  if (bytes.length <= 4) return true
  for (const byte of bytes) if (byte !== 0x0d && byte !== 0x0a) return false
  return true
}
