/**
 * SIP over TCP (RFC 3261 §18, RFC 5626 §4.4): connections are reused in both directions, bounded in
 * number, and dropped when they dawdle: a stranger must finish a message soon, and a reader must read.
 */

import { createServer, connect, type Server, type Socket } from 'node:net'
import { fail, messageOf, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import type { TransportFailure } from './errors.ts'
import { createFramer } from './framing.ts'
import { flowId, type Flow, type SocketAddress, type TransportEvents } from './flow.ts'

export type TcpLimits = {
  readonly connectionsMax: number
  /** From one address that is not this machine's own. */
  readonly connectionsPerAddressMax: number
  /** A first message must be complete after this time, and every later one this long after it began. */
  readonly messageMs: number
  /** Nothing came for this long, not even a keepalive. */
  readonly idleMs: number
  readonly connectMs: number
  /** What a peer that does not read may leave in our memory. */
  readonly unsentBytesMax: number
}

export const defaultTcpLimits: TcpLimits = {
  connectionsMax: 20_000,
  connectionsPerAddressMax: 100,
  messageMs: 10_000,
  idleMs: 3_700_000,
  connectMs: 10_000,
  unsentBytesMax: 1_048_576,
}

export type TcpListener = {
  readonly local: SocketAddress
  flowTo(remote: SocketAddress): Flow
  /** Connections open at present. */
  size(): number
  close(): Promise<void>
}

type Context = {
  readonly connections: Map<string, Connection>
  readonly perAddress: Map<string, number>
  readonly local: SocketAddress
  readonly events: TransportEvents
  readonly clock: Clock
  readonly limits: TcpLimits
}

class Connection implements Flow {
  readonly id: string
  readonly protocol = 'tcp'
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly #socket: Socket
  readonly #context: Context
  readonly #framer
  readonly #openedAt: number
  #heardAt: number
  #messageSince: number | undefined
  #hasSpoken = false
  #isClosed = false

  constructor(socket: Socket, remote: SocketAddress, context: Context, isOurs: boolean) {
    this.id = flowId('tcp', context.local, remote)
    this.local = context.local
    this.remote = remote
    this.#socket = socket
    this.#context = context
    this.#openedAt = this.#heardAt = context.clock.monotonic()
    this.#hasSpoken = isOurs
    this.#framer = createFramer({
      onMessage: (bytes) => {
        this.#hasSpoken = true
        context.events.onMessage(bytes, this)
      },
      onPing: () => void socket.write('\r\n'),
    })
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.end(messageOf(error)))
    socket.on('close', () => this.end('closed'))
    context.connections.set(this.id, this)
    context.perAddress.set(remote.address, (context.perAddress.get(remote.address) ?? 0) + 1)
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed) {
      // Nobody may be called back while he sends.
      queueMicrotask(() => this.#context.events.onFlowClosed(this, 'closed'))
      return
    }
    this.#socket.write(bytes)
    if (this.#socket.writableLength > this.#context.limits.unsentBytesMax) this.end('peer does not read')
  }

  #take(chunk: Buffer): void {
    const now = this.#context.clock.monotonic()
    this.#heardAt = now
    const fault = this.#framer.feed(chunk)
    if (fault !== undefined) return this.end(fault)
    this.#messageSince = this.#framer.isInside() ? (this.#messageSince ?? now) : undefined
  }

  /** Closes a connection that dawdles. */
  sweep(now: number): void {
    const { messageMs, idleMs, connectMs } = this.#context.limits
    if (this.#socket.connecting && now - this.#openedAt > connectMs) return this.end('connect timeout')
    if (!this.#hasSpoken && now - this.#openedAt > messageMs) return this.end('silent')
    if (this.#messageSince !== undefined && now - this.#messageSince > messageMs) return this.end('slow message')
    if (now - this.#heardAt > idleMs) this.end('idle')
  }

  end(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const { connections, perAddress, events } = this.#context
    if (connections.get(this.id) === this) connections.delete(this.id)
    const left = (perAddress.get(this.remote.address) ?? 1) - 1
    if (left > 0) perAddress.set(this.remote.address, left)
    else perAddress.delete(this.remote.address)
    this.#socket.destroy()
    events.onFlowClosed(this, reason)
  }
}

const SWEEP_MS = 1000

/** Listens; fails when the address cannot be had. */
export async function openTcp(
  listen: SocketAddress,
  events: TransportEvents,
  options: { clock: Clock; log: Log; limits: TcpLimits },
): Promise<Result<TcpListener, TransportFailure>> {
  const { clock, log, limits } = options
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
  const context: Context = { connections: new Map(), perAddress: new Map(), local, events, clock, limits }
  server.on('connection', (socket) => accept(context, socket))
  const sweeper = clock.every(SWEEP_MS, () => {
    const now = clock.monotonic()
    for (const connection of context.connections.values()) connection.sweep(now)
  })
  return ok({
    local,
    flowTo: (remote) => context.connections.get(flowId('tcp', local, remote)) ?? open(context, remote),
    size: () => context.connections.size,
    close: () => {
      sweeper.stop()
      for (const connection of context.connections.values()) connection.end('closing')
      return new Promise((settle) => server.close(() => settle()))
    },
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function isOwnMachine(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function accept(context: Context, socket: Socket): void {
  const { remoteAddress: address = '', remotePort: port = 0 } = socket
  const { connections, perAddress, limits } = context
  const crowded = !isOwnMachine(address) && (perAddress.get(address) ?? 0) >= limits.connectionsPerAddressMax
  if (address === '' || crowded || connections.size >= limits.connectionsMax) {
    socket.on('error', () => {})
    socket.destroy()
    return
  }
  connections.get(flowId('tcp', context.local, { address, port }))?.end('replaced')
  // The connection enters the table by itself.
  void new Connection(socket, { address, port }, context, false)
}

function open(context: Context, remote: SocketAddress): Connection {
  return new Connection(connect({ host: remote.address, port: remote.port }), remote, context, true)
}
