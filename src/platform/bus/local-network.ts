/**
 * A bus inside one process, for `dialhouse play` and for tests: the same frames, copied through memory.
 * Whoever is asked answers in the same turn of the event loop, so a virtual clock sees no time pass.
 */

import { assert, fail, ok } from '../../base/index.ts'
import type { Bus } from './bus.ts'
import type { Channel, ChannelEvents, Transport } from './channel.ts'
import { openBus, type BusOptions } from './open-bus.ts'

type Accept = (channel: Channel) => ChannelEvents

export type LocalBusNetwork = {
  /** Adds a process to the network; its name must be free. */
  join(options: BusOptions): Promise<Bus>
}

/** A network of its own: buses that joined it reach each other and nobody else. */
export function createLocalBusNetwork(): LocalBusNetwork {
  const listeners = new Map<string, Accept>()
  return {
    async join(options) {
      const bus = await openBus(options, localTransport(options.name, listeners))
      assert(bus.ok, `a bus named ${options.name} is already in this process`)
      return bus.value
    },
  }
}

function localTransport(name: string, listeners: Map<string, Accept>): Transport {
  const mine = new Set<Pipe>()
  return {
    soon: queueMicrotask,
    async listen(accept) {
      if (listeners.has(name)) return fail('bus.name_taken', `another bus of this network is named ${name}`)
      listeners.set(name, (channel) => {
        mine.add(channel as Pipe)
        return accept(channel)
      })
      return ok(true)
    },
    async connect(peer, events) {
      const accept = listeners.get(peer)
      if (!accept) return undefined
      const near = new Pipe()
      const far = new Pipe()
      mine.add(near)
      near.join(far, events)
      far.join(near, accept(far))
      return near
    },
    async close() {
      listeners.delete(name)
      for (const pipe of mine) pipe.end()
      // Ends travel by microtasks; a turn later both sides have seen them.
      await new Promise<void>((resolve) => void setImmediate(resolve))
    },
  }
}

/** One end of an in-memory byte stream. */
class Pipe implements Channel {
  #other: Pipe | undefined
  #events: ChannelEvents | undefined
  #isClosed = false

  join(other: Pipe, events: ChannelEvents): void {
    this.#other = other
    this.#events = events
  }

  write(chunk: Buffer): void {
    if (this.#isClosed) return
    queueMicrotask(() => this.#other?.deliver(chunk))
  }

  queuedBytes(): number {
    return 0
  }

  end(): void {
    queueMicrotask(() => this.destroy())
  }

  destroy(): void {
    this.closed()
    queueMicrotask(() => this.#other?.closed())
  }

  /** Hands over what the other end wrote. */
  deliver(chunk: Buffer): void {
    if (!this.#isClosed) this.#events?.onBytes(chunk)
  }

  /** Notes the end of the stream, whoever ended it. */
  closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#events?.onClose()
  }
}
