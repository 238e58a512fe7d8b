/** A stream, TCP or TLS (RFC 3261 §18, RFC 5626 §4.4): framed, kept alive, and dropped when it dawdles. */

import type { Socket } from 'node:net'
import { messageOf } from '../../base/index.ts'
import type { Connection, Connections } from './connections.ts'
import { createFramer, type Framer } from './framing.ts'
import { flowId, type SocketAddress } from './flow.ts'

export type StreamOptions = {
  readonly protocol: 'tcp' | 'tls'
  readonly local: SocketAddress
  readonly remote: SocketAddress
  /** Opened by us; the peer owes no first message. */
  readonly isOurs: boolean
  /** Whom the peer's certificate must name. */
  readonly serverName?: string | undefined
}

/** The name of a stream: two names behind one address get connections of their own (RFC 5923 §5). */
export function streamId({ protocol, local, remote, serverName }: Omit<StreamOptions, 'isOurs'>): string {
  return flowId(protocol, local, remote) + (serverName === undefined ? '' : `#${serverName}`)
}

const PING = '\r\n\r\n'
const PONG = '\r\n'
/** RFC 5626 §4.4.1: a peer that answers pings at all answers within this time. */
const PONG_MS = 10_000

export class Stream implements Connection {
  readonly id: string
  readonly protocol: 'tcp' | 'tls'
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly #socket: Socket
  readonly #connections: Connections
  readonly #framer: Framer
  readonly #isOurs: boolean
  readonly #openedAt: number
  #heardAt: number
  #isReady = false
  /** When the message began that is not complete yet. */
  #messageSince: number | undefined
  #hasSpoken: boolean
  #pingedAt: number | undefined
  #answersPings = false
  #isClosed = false

  constructor(socket: Socket, connections: Connections, options: StreamOptions) {
    this.id = streamId(options)
    this.protocol = options.protocol
    this.local = options.local
    this.remote = options.remote
    this.#socket = socket
    this.#connections = connections
    this.#isOurs = this.#hasSpoken = options.isOurs
    this.#openedAt = this.#heardAt = connections.clock.monotonic()
    this.#framer = createFramer({
      onMessage: (bytes) => {
        this.#hasSpoken = true
        connections.events.onMessage(bytes, this)
      },
      onPing: () => void socket.write(PONG),
    })
    socket.setNoDelay(true)
    if (options.isOurs)
      socket.once(options.protocol === 'tls' ? 'secureConnect' : 'connect', () => (this.#isReady = true))
    else this.#isReady = true
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.end(messageOf(error)))
    socket.on('close', () => this.end('closed'))
    connections.add(this)
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosed) {
      // Nobody may be called back while he sends.
      queueMicrotask(() => this.#connections.events.onFlowClosed(this, 'closed'))
      return
    }
    this.#socket.write(bytes)
    if (this.#socket.writableLength > this.#connections.limits.unsentBytesMax) this.end('peer does not read')
  }

  #take(chunk: Buffer): void {
    const now = this.#connections.clock.monotonic()
    this.#heardAt = now
    if (this.#pingedAt !== undefined) {
      this.#pingedAt = undefined
      this.#answersPings = true
    }
    const fault = this.#framer.feed(chunk)
    if (fault !== undefined) return this.end(fault)
    this.#messageSince = this.#framer.isInside() ? (this.#messageSince ?? now) : undefined
  }

  sweep(now: number): void {
    const { messageMs, idleMs, connectMs, pingMs } = this.#connections.limits
    if (!this.#isReady && now - this.#openedAt > connectMs) return this.end('connect timeout')
    if (!this.#hasSpoken && now - this.#openedAt > messageMs) return this.end('silent')
    if (this.#messageSince !== undefined && now - this.#messageSince > messageMs) return this.end('slow message')
    if (now - this.#heardAt > idleMs) return this.end('idle')
    if (!this.#isOurs || !this.#isReady) return
    // Only a peer that ever answered one is held to it: many servers know no pings.
    if (this.#pingedAt !== undefined && this.#answersPings && now - this.#pingedAt > PONG_MS) return this.end('no pong')
    if (now - this.#heardAt > pingMs && this.#pingedAt === undefined) {
      this.#pingedAt = now
      this.#socket.write(PING)
    }
  }

  end(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.destroy()
    this.#connections.ended(this, reason)
  }
}
