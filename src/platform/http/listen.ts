/**
 * The listening socket: plain http on loopback, https everywhere else, with plain requests on the same port sent
 * on to https. Clients that say nothing, or say it too slowly, are let go.
 */

import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { fail, ok, type Clock, type Endpoint, type Failure, type Log, type Result } from '../../base/index.ts'
import { guardConnections, type ConnectionGuard, type ConnectionLimits } from './connection-guard.ts'
import type { Door } from './door.ts'
import { hostName, isLoopback } from './hosts.ts'

export type Certificate = { readonly key: string; readonly cert: string }

export type ListenOptions = {
  readonly door: Door
  readonly endpoint: Endpoint
  /** Needed for every listener that is not on loopback. */
  readonly certificate?: Certificate
  readonly clock: Clock
  readonly log: Log
  readonly limits?: ConnectionLimits
  readonly headersTimeoutMs?: number
}

export type Listening = {
  /** `http://127.0.0.1:8080`, with the port that was really taken. */
  readonly url: string
  readonly port: number
  /** Stops accepting, gives running answers `graceMs` to end, then closes everything. */
  close(graceMs?: number): Promise<void>
}

export type ListenFailure = Failure<'http.port_taken' | 'http.bad_address' | 'http.no_certificate'>

const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 15_000
const HEADER_BYTES_MAX = 16_384
const CLOSE_GRACE_MS = 3_000

/** Opens the door on an address; a taken port or an address that is not ours is a failure with its remedy. */
export async function listenHttp(options: ListenOptions): Promise<Result<Listening, ListenFailure>> {
  const { endpoint, certificate } = options
  const encrypted = certificate !== undefined
  if (!encrypted && !isLoopback(endpoint.host)) {
    return fail('http.no_certificate', `plain http is served on loopback only, not on ${endpoint.host}`)
  }
  let guard: ConnectionGuard | undefined
  const serve = listenerOf(options.door, (socket, isBusy) => guard?.busy(socket, isBusy))
  const inner = encrypted ? secureServers(options, certificate, serve) : [plainServer(options, serve)]
  const outer: NetServer = encrypted ? sniffingServer(inner[0]!, inner[1]!) : inner[0]!
  guard = guardConnections(outer, options.limits)
  const listening = await listen(outer, endpoint)
  if (!listening.ok) return listening
  outer.on('error', (error) => options.log.error('the http listener failed', { error }))
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host
  const port = listening.value
  return ok({
    url: `${encrypted ? 'https' : 'http'}://${host}:${port}`,
    port,
    close: (graceMs = CLOSE_GRACE_MS) => close(options.clock, outer, inner, guard, graceMs),
  })
}

type MarkBusy = (socket: Socket, isBusy: boolean) => void

/** The socket below TLS, which is the one that the guard knows. */
function transportOf(message: IncomingMessage): Socket {
  // Where Node keeps it (lib/internal/tls/wrap.js); there is no public name.
  const below = Reflect.get(message.socket, '_parent') as Socket | null | undefined
  return below ?? message.socket
}

function listenerOf(door: Door, mark: MarkBusy): RequestListener {
  const listener = getRequestListener((request, env) => door.fetch(request, env), { overrideGlobalObjects: false })
  return (incoming, outgoing) => {
    const socket = transportOf(incoming)
    // Until its body is complete a request waits for its client, who may be keeping a place for nothing.
    if (hasBody(incoming)) incoming.once('end', () => mark(socket, !outgoing.closed))
    else mark(socket, true)
    outgoing.on('close', () => mark(socket, false))
    void listener(incoming, outgoing)
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function settle(server: Server, options: ListenOptions): Server {
  server.headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.maxRequestsPerSocket = 10_000
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return socket.destroy()
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    const line = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : status
    socket.end(`HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  })
  return server
}

const serverOptions = (options: ListenOptions) => ({
  maxHeaderSize: HEADER_BYTES_MAX,
  connectionsCheckingInterval: Math.min(1000, options.headersTimeoutMs ?? 1000),
})

function plainServer(options: ListenOptions, serve: RequestListener): Server {
  return settle(createHttpServer(serverOptions(options), serve), options)
}

/** The https server, and the one that sends plain requests on to it. */
function secureServers(options: ListenOptions, certificate: Certificate, serve: RequestListener): Server[] {
  const secure = createHttpsServer({ ...serverOptions(options), ...certificate, minVersion: 'TLSv1.2' }, serve)
  secure.on('tlsClientError', (_, socket) => socket.destroy())
  const redirect = createHttpServer(serverOptions(options), (incoming, outgoing) => {
    const host = hostName(incoming.headers.host) === undefined ? undefined : incoming.headers.host
    const isSafe = host !== undefined && incoming.url?.startsWith('/')
    outgoing.writeHead(isSafe ? 308 : 400, isSafe ? { location: `https://${host}${incoming.url}` } : {})
    outgoing.end()
  })
  const servers = [settle(secure, options), settle(redirect, options)]
  // They never listen themselves, and Node begins to watch over slow and idle connections when a server does.
  for (const server of servers) server.emit('listening')
  return servers
}

const TLS_HANDSHAKE = 0x16

/** Tells TLS from plain http by a connection's first byte and hands the connection to the one that speaks it. */
function sniffingServer(secure: Server, redirect: Server): NetServer {
  return createNetServer({ pauseOnConnect: true }, (socket) => {
    socket.setTimeout(HEADERS_TIMEOUT_MS, () => socket.destroy())
    socket.once('data', (first: Buffer) => {
      socket.pause()
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.unshift(first)
      const target = first[0] === TLS_HANDSHAKE ? secure : redirect
      target.emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
    socket.resume()
  })
}

function listen(server: NetServer, endpoint: Endpoint): Promise<Result<number, ListenFailure>> {
  const { promise, resolve } = Promise.withResolvers<Result<number, ListenFailure>>()
  const refused = (error: NodeJS.ErrnoException): void => resolve(whyNot(error, endpoint))
  server.once('error', refused)
  server.listen({ host: endpoint.host, port: endpoint.port, backlog: 1024 }, () => {
    server.off('error', refused)
    resolve(ok((server.address() as AddressInfo).port))
  })
  return promise
}

function whyNot(error: NodeJS.ErrnoException, { host, port }: Endpoint): Result<never, ListenFailure> {
  const where = `${host}:${port}`
  if (error.code === 'EADDRINUSE') {
    return fail('http.port_taken', `another program listens on ${where}; stop it or set DIALHOUSE_HTTP to a free port`)
  }
  const remedy = 'set DIALHOUSE_HTTP to an address of this machine, such as 127.0.0.1:8080'
  const reason = error.code === 'EACCES' ? 'this user may not take the port' : 'the address is not one of this machine'
  return fail('http.bad_address', `cannot listen on ${where}: ${reason}; ${remedy}`)
}

async function close(
  clock: Clock,
  outer: NetServer,
  inner: readonly Server[],
  guard: ConnectionGuard,
  graceMs: number,
): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  outer.close(() => resolve())
  for (const server of inner) server.closeIdleConnections()
  const timer = graceMs > 0 ? clock.after(graceMs, () => guard.closeAll()) : undefined
  if (!timer) guard.closeAll()
  await closed
  timer?.stop()
  for (const server of inner) if (server !== outer) server.close()
}
