/**
 * SIP over WebSocket (RFC 7118), for browsers: one message a frame. The HTTP upgrade is answered here: only the
 * subprotocol `sip`, only pages of known origins. Frames are the package ws; nobody can be called who did not come.
 */

import { isUtf8 } from 'node:buffer'
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Duplex } from 'node:stream'
import { messageOf, ok, type Log, type Result } from '../../base/index.ts'
import { plainAddress } from './address.ts'
import type { Connection, Connections } from './connections.ts'
import type { TransportFailure } from './errors.ts'
import { flowId, goneFlow, type SocketAddress } from './flow.ts'
import { listenTcp, type Listener } from './tcp.ts'
import { renewer, serverOptions, type Encryption } from './tls.ts'

export type WebSocketOptions = {
  /** Absent: plain WebSocket, for this machine and for proxies that do the encrypting. */
  readonly encryption?: Encryption | undefined
  /** Whether a page of this origin (`https://portal.example`) may speak to us; programs name none. */
  isOriginAllowed(origin: string, host: string): boolean
}

const MESSAGE_BYTES_MAX = 98_304
/** Pings that may stay without a pong before a browser counts as gone: lids close without saying so. */
const MISSED_MAX = 2

class WebSocketConnection implements Connection {
  readonly id: string
  readonly protocol: 'ws' | 'wss'
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly #socket: WebSocket
  readonly #raw: { readonly bytesRead: number }
  readonly #connections: Connections
  readonly #openedAt: number
  #hasSpoken = false
  #pingedAt: number
  #missed = 0
  /** Bytes read when the last whole frame had come; more of them are the beginning of the next. */
  #bytesAtFrame = 0
  #frameSince: number | undefined
  #isClosed = false

  constructor(socket: WebSocket, raw: { readonly bytesRead: number }, place: Place, connections: Connections) {
    this.protocol = place.protocol
    this.local = place.local
    this.remote = place.remote
    this.id = flowId(place.protocol, place.local, place.remote)
    this.#socket = socket
    this.#raw = raw
    this.#connections = connections
    this.#openedAt = this.#pingedAt = connections.clock.monotonic()
    this.#bytesAtFrame = raw.bytesRead
    socket.on('message', (data: Buffer) => this.#take(data))
    socket.on('pong', () => this.#heard())
    socket.on('ping', () => this.#heard())
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
    // RFC 7118 §4.2 allows both kinds of frame; browsers read text, and not every message is text.
    this.#socket.send(bytes, { binary: !isUtf8(bytes) })
    if (this.#socket.bufferedAmount > this.#connections.limits.unsentBytesMax) this.end('peer does not read')
  }

  #heard(): void {
    this.#missed = 0
    this.#bytesAtFrame = this.#raw.bytesRead
    this.#frameSince = undefined
  }

  #take(data: Buffer): void {
    this.#heard()
    this.#hasSpoken = true
    // RFC 7118 §6: the keepalive of streams may come in a frame too.
    const keepalive = data.length <= 4 ? data.toString('latin1') : ''
    if (keepalive === '\r\n\r\n') return this.#socket.send('\r\n')
    if (data.length > 4) this.#connections.events.onMessage(data, this)
  }

  sweep(now: number): void {
    const { messageMs, browserPingMs } = this.#connections.limits
    if (!this.#hasSpoken && now - this.#openedAt > messageMs) return this.end('silent')
    const isInside = this.#raw.bytesRead > this.#bytesAtFrame
    this.#frameSince = isInside ? (this.#frameSince ?? now) : undefined
    if (this.#frameSince !== undefined && now - this.#frameSince > messageMs) return this.end('slow message')
    if (now - this.#pingedAt < browserPingMs) return
    if (this.#missed >= MISSED_MAX) return this.end('no pong')
    this.#missed++
    this.#pingedAt = now
    this.#socket.ping()
  }

  end(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.terminate()
    this.#connections.ended(this, reason)
  }
}

type Place = { readonly protocol: 'ws' | 'wss'; readonly local: SocketAddress; readonly remote: SocketAddress }

/** Listens for browsers. */
export async function openWebSocket(
  listen: SocketAddress,
  connections: Connections,
  log: Log,
  options: WebSocketOptions,
): Promise<Result<Listener, TransportFailure>> {
  const protocol = options.encryption ? 'wss' : 'ws'
  const { http, renew } = httpServer(options.encryption, connections.limits.handshakeMs)
  const frames = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: () => 'sip',
  })
  let local = listen
  http.on('upgrade', (request, socket, head) => {
    const refusal = refusalOf(request, options)
    if (refusal !== undefined) return refuse(socket, refusal)
    const { remoteAddress = '', remotePort = 0 } = request.socket
    const remote = { address: plainAddress(remoteAddress), port: remotePort }
    frames.handleUpgrade(request, socket, head, (open) => {
      void new WebSocketConnection(open, request.socket, { protocol, local, remote }, connections)
    })
  })
  const opened = await listenTcp(listen, connections, log, (socket) => {
    renew()
    socket.on('error', () => {})
    http.emit('connection', socket)
  })
  if (!opened.ok) return opened
  local = opened.value.local
  return ok({
    local,
    flowTo: (remote) =>
      connections.get(flowId(protocol, local, remote)) ?? goneFlow({ protocol, local, remote }, connections.events),
    async close() {
      http.closeAllConnections()
      frames.close()
      await opened.value.close()
    },
  })
}

/** The server behind the listener: it is handed sockets and answers anything but an upgrade with 426. */
function httpServer(encryption: Encryption | undefined, handshakeMs: number): { http: Server; renew: () => void } {
  const limits = { maxHeaderSize: 16_384, headersTimeout: handshakeMs, requestTimeout: handshakeMs, keepAlive: false }
  const answer: Parameters<typeof createHttpServer>[1] = (_, response) => {
    response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end()
  }
  if (!encryption) return { http: createHttpServer(limits, answer), renew: () => {} }
  const secure = createHttpsServer({ ...limits, ...serverOptions(encryption, handshakeMs) }, answer)
  secure.on('tlsClientError', (_, socket) => socket.destroy())
  return { http: secure, renew: renewer(encryption, secure) }
}

/** Why an upgrade is not granted; undefined when it is (RFC 7118 §4.1, RFC 6455 §10.2). */
function refusalOf({ headers }: IncomingMessage, options: WebSocketOptions): string | undefined {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim().toLowerCase())
  if (!offered.includes('sip')) return '400 Bad Request'
  const { origin, host = '' } = headers
  return origin === undefined || options.isOriginAllowed(origin, host) ? undefined : '403 Forbidden'
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
