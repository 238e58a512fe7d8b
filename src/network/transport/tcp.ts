/** SIP over TCP (RFC 3261 §18): connections are reused in both directions. */

import { connect, createServer, type Server, type Socket } from 'node:net'
import { fail, messageOf, ok, type Log, type Result } from '../../base/index.ts'
import { plainAddress } from './address.ts'
import type { Connections } from './connections.ts'
import type { TransportFailure } from './errors.ts'
import type { Flow, SocketAddress } from './flow.ts'
import { Stream, streamId, type StreamOptions } from './stream.ts'

export type Listener = {
  readonly local: SocketAddress
  /** The open connection to a peer, or a new one. */
  flowTo(remote: SocketAddress, serverName?: string): Flow
  close(): Promise<void>
}

/** Binds a listener that hands its sockets, once admitted, to `accept`; fails when the address cannot be had. */
export async function listenTcp(
  listen: SocketAddress,
  connections: Connections,
  log: Log,
  accept: (socket: Socket, remote: SocketAddress, local: SocketAddress) => void,
): Promise<Result<{ local: SocketAddress; close(): Promise<void> }, TransportFailure>> {
  const server = createServer()
  const bound = await new Promise<string | undefined>((settle) => {
    server.once('error', (error) => settle(messageOf(error)))
    server.listen({ host: listen.address, port: listen.port }, () => settle(undefined))
  })
  if (bound !== undefined) {
    return fail('transport.cannot_listen', `TCP ${listen.address}:${listen.port} cannot be bound: ${bound}`)
  }
  server.removeAllListeners('error')
  server.on('error', (error) => log.warn('the SIP listener reported an error', { error: messageOf(error) }))
  const local = { address: listen.address, port: portOf(server) }
  server.on('connection', (socket) => {
    const remote = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 }
    if (connections.admit(socket)) accept(socket, remote, local)
  })
  return ok({ local, close: () => new Promise((settle) => server.close(() => settle())) })
}

/** Listens for plain TCP. */
export async function openTcp(
  listen: SocketAddress,
  connections: Connections,
  log: Log,
): Promise<Result<Listener, TransportFailure>> {
  const optionsOf = (remote: SocketAddress, local: SocketAddress): Omit<StreamOptions, 'isOurs'> => {
    return { protocol: 'tcp', local, remote }
  }
  const opened = await listenTcp(listen, connections, log, (socket, remote, local) => {
    // The connection enters the table by itself.
    void new Stream(socket, connections, { ...optionsOf(remote, local), isOurs: false })
  })
  if (!opened.ok) return opened
  const { local, close } = opened.value
  return ok({
    local,
    close,
    flowTo(remote) {
      const options = optionsOf(remote, local)
      const open = connections.get(streamId(options))
      if (open) return open
      return new Stream(connect({ host: remote.address, port: remote.port }), connections, { ...options, isOurs: true })
    },
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
