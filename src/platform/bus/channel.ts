/** What the bus needs of whatever carries its bytes: a Unix socket, or memory inside one process. */

import type { Result } from '../../base/index.ts'
import type { BusOpenFailure } from './errors.ts'

/** One open byte stream between two processes. Writing to a closed one does nothing. */
export type Channel = {
  write(chunk: Buffer): void
  /** Bytes written here that the other side has not taken yet. */
  queuedBytes(): number
  /** Delivers what was written, then closes. */
  end(): void
  /** Closes at once. */
  destroy(): void
}

export type ChannelEvents = {
  readonly onBytes: (chunk: Buffer) => void
  /** Called once, whoever closed. */
  readonly onClose: () => void
}

export type Transport = {
  /** Takes connections under this process's name; `accept` tells who wants their events. */
  listen(accept: (channel: Channel) => ChannelEvents): Promise<Result<true, BusOpenFailure>>
  /** Opens a channel to a peer; undefined when nobody listens there. */
  connect(peer: string, events: ChannelEvents): Promise<Channel | undefined>
  /** Runs `act` once this turn's messages are gathered, so that they share one write. */
  soon(act: () => void): void
  /** Stops listening and resolves when every channel is closed. */
  close(): Promise<void>
}
