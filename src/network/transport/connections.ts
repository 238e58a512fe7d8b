/**
 * All connections of an endpoint, whatever they speak: bounded in number, in all and per address, swept for
 * those that dawdle, found again by the peer they lead to.
 */

import type { Socket } from 'node:net'
import type { Clock } from '../../base/index.ts'
import type { Flow, TransportEvents } from './flow.ts'

export type ConnectionLimits = {
  readonly connectionsMax: number
  /** From one address that is not this machine's own. */
  readonly connectionsPerAddressMax: number
  /** A first message must be complete after this time, and every later one this long after it began. */
  readonly messageMs: number
  /** Nothing came for this long, not even a keepalive. */
  readonly idleMs: number
  readonly connectMs: number
  /** TLS and the upgrade to WebSocket are agreed on after this time, or never. */
  readonly handshakeMs: number
  /** What a peer that does not read may leave in our memory. */
  readonly unsentBytesMax: number
  /** A connection that we opened is asked for a sign of life after this much silence. */
  readonly pingMs: number
  /** A WebSocket is asked this often: browsers vanish without a word. */
  readonly browserPingMs: number
}

export const defaultConnectionLimits: ConnectionLimits = {
  connectionsMax: 20_000,
  connectionsPerAddressMax: 100,
  messageMs: 10_000,
  idleMs: 3_700_000,
  connectMs: 10_000,
  handshakeMs: 10_000,
  unsentBytesMax: 1_048_576,
  pingMs: 95_000,
  browserPingMs: 30_000,
}

/** A connection as the table sees it. */
export type Connection = Flow & {
  /** Closes itself when it dawdles. */
  sweep(nowMs: number): void
  end(reason: string): void
}

const SWEEP_MS = 1000

export class Connections {
  readonly events: TransportEvents
  readonly clock: Clock
  readonly limits: ConnectionLimits
  readonly #byId = new Map<string, Connection>()
  readonly #perAddress = new Map<string, number>()
  readonly #sweeper
  /** Accepted sockets, those in the middle of a handshake too. */
  #accepted = 0

  constructor(events: TransportEvents, clock: Clock, limits: ConnectionLimits) {
    this.events = events
    this.clock = clock
    this.limits = limits
    this.#sweeper = clock.every(SWEEP_MS, () => {
      const now = clock.monotonic()
      for (const connection of this.#byId.values()) connection.sweep(now)
    })
  }

  /** Counts an accepted socket until it closes; false when there is no room, and the socket is gone. */
  admit(socket: Socket): boolean {
    const { remoteAddress: address = '' } = socket
    const { connectionsMax, connectionsPerAddressMax } = this.limits
    const crowded = !isOwnMachine(address) && (this.#perAddress.get(address) ?? 0) >= connectionsPerAddressMax
    if (address === '' || crowded || this.#accepted >= connectionsMax) {
      socket.on('error', () => {})
      socket.destroy()
      return false
    }
    this.#accepted++
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    socket.once('close', () => {
      this.#accepted--
      const left = (this.#perAddress.get(address) ?? 1) - 1
      if (left > 0) this.#perAddress.set(address, left)
      else this.#perAddress.delete(address)
    })
    return true
  }

  add(connection: Connection): void {
    this.#byId.get(connection.id)?.end('replaced')
    this.#byId.set(connection.id, connection)
  }

  get(id: string): Connection | undefined {
    return this.#byId.get(id)
  }

  /** Forgets a connection and reports its end. */
  ended(connection: Connection, reason: string): void {
    if (this.#byId.get(connection.id) === connection) this.#byId.delete(connection.id)
    this.events.onFlowClosed(connection, reason)
  }

  size(): number {
    return this.#byId.size
  }

  close(): void {
    this.#sweeper.stop()
    for (const connection of this.#byId.values()) connection.end('closing')
  }
}

function isOwnMachine(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.')
}
