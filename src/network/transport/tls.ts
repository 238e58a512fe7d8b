/**
 * SIP over TLS (RFC 3261 §26.2, RFC 5922): the framing of TCP behind a handshake that is bounded in time, the
 * certificate of the name that a client asks for, and peers that we call held to the name that we called.
 */

import { isIP, type Socket } from 'node:net'
import { connect, createSecureContext, createServer, rootCertificates, type SecureContext, type Server } from 'node:tls'
import { ok, type Log, type Result } from '../../base/index.ts'
import { plainAddress } from './address.ts'
import type { Connections } from './connections.ts'
import type { TransportFailure } from './errors.ts'
import type { SocketAddress } from './flow.ts'
import { Stream, streamId, type StreamOptions } from './stream.ts'
import { listenTcp, type Listener } from './tcp.ts'

/** Key and certificate chain, PEM. */
export type KeyPair = { readonly key: string; readonly cert: string }

export type Encryption = {
  /** The pair for the host name that a client asks for, '' when it names none; the same object while it is valid. */
  certificateFor(serverName: string): KeyPair
  /** Authorities (PEM) that peers which we call may be signed by, beside the public ones. */
  readonly trusted?: readonly string[]
}

/** Contexts are dear to make: one is kept for each pair, as long as the pair itself. */
function contextsOf(encryption: Encryption): (serverName: string) => SecureContext {
  const contexts = new WeakMap<KeyPair, SecureContext>()
  return (serverName) => {
    const pair = encryption.certificateFor(serverName)
    const context = contexts.get(pair) ?? createSecureContext({ ...pair, minVersion: 'TLSv1.2' })
    contexts.set(pair, context)
    return context
  }
}

/** What a TLS server of Node is made with: a certificate by name, renewed in place, and a bounded handshake. */
export function serverOptions(encryption: Encryption, handshakeMs: number) {
  const contextFor = contextsOf(encryption)
  return {
    ...encryption.certificateFor(''),
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: handshakeMs,
    SNICallback: (name: string, settle: (error: Error | null, context?: SecureContext) => void) => {
      settle(null, contextFor(name.toLowerCase()))
    },
  }
}

/** Takes up a new certificate for those who name no host; called for every connection. */
export function renewer(encryption: Encryption, server: Pick<Server, 'setSecureContext'>): () => void {
  let present = encryption.certificateFor('')
  return () => {
    const pair = encryption.certificateFor('')
    if (pair !== present) server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
    present = pair
  }
}

/** Listens for TLS. */
export async function openTls(
  listen: SocketAddress,
  connections: Connections,
  log: Log,
  encryption: Encryption,
): Promise<Result<Listener, TransportFailure>> {
  const secure = createServer(serverOptions(encryption, connections.limits.handshakeMs))
  const renew = renewer(encryption, secure)
  let local = listen
  secure.on('secureConnection', (socket) => {
    const remote = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 }
    void new Stream(socket, connections, { protocol: 'tls', local, remote, isOurs: false })
  })
  secure.on('tlsClientError', (_, socket) => socket.destroy())
  const opened = await listenTcp(listen, connections, log, (socket) => {
    renew()
    socket.on('error', () => {})
    secure.emit('connection', socket)
  })
  if (!opened.ok) return opened
  local = opened.value.local
  const { close } = opened.value
  return ok({
    local,
    close,
    flowTo(remote, serverName) {
      const options: Omit<StreamOptions, 'isOurs'> = { protocol: 'tls', local, remote, serverName }
      const open = connections.get(streamId(options))
      return open ?? new Stream(dial(remote, serverName, encryption), connections, { ...options, isOurs: true })
    },
  })
}

/** A peer must show a certificate of an authority that we trust, made out to the name or the address that we called. */
function dial(remote: SocketAddress, serverName: string | undefined, { trusted = [] }: Encryption): Socket {
  return connect({
    host: remote.address,
    port: remote.port,
    minVersion: 'TLSv1.2',
    ca: [...rootCertificates, ...trusted],
    ...(serverName === undefined || isIP(serverName) !== 0 ? {} : { servername: serverName }),
  })
}
