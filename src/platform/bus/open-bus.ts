/** The bus itself: a reception for those who come, a link for each peer that we go to. */

import { assert, ok, type Clock, type Log, type Result } from '../../base/index.ts'
import type { Bus, EventTopic, RequestTopic } from './bus.ts'
import type { Transport } from './channel.ts'
import type { BusFailure, BusOpenFailure } from './errors.ts'
import { isPeerName } from './hello.ts'
import { PeerLink } from './peer-link.ts'
import { Reception } from './reception.ts'

const DEFAULT_TIMEOUT_MS = 2000

export type BusOptions = {
  /** This process's name: lower-case letters, digits and dashes, at most 32. */
  readonly name: string
  readonly clock: Clock
  readonly log: Log
}

type PeerHandler = (peer: string, state: 'up' | 'down') => void

class TransportBus implements Bus {
  readonly name: string
  readonly #options: BusOptions
  readonly #transport: Transport
  readonly #reception: Reception
  readonly #links = new Map<string, PeerLink>()
  readonly #peerHandlers: PeerHandler[] = []
  #isClosed = false

  constructor(options: BusOptions, transport: Transport, reception: Reception) {
    this.name = options.name
    this.#options = options
    this.#transport = transport
    this.#reception = reception
  }

  async request<Request, Reply>(
    peer: string,
    topic: RequestTopic<Request, Reply>,
    request: Request,
    options: { timeoutMs?: number } = {},
  ): Promise<Result<Reply, BusFailure>> {
    const outcome = await this.#link(peer).request(topic.name, request, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    return outcome as Result<Reply, BusFailure>
  }

  serve<Request, Reply>(
    topic: RequestTopic<Request, Reply>,
    handler: (request: Request, from: string) => Promise<Reply> | Reply,
  ): void {
    this.#reception.serve(topic.name, (request, from) => handler(request as Request, from))
  }

  publish<Event>(topic: EventTopic<Event>, event: Event): void {
    this.#reception.publish(topic.name, event)
  }

  subscribe<Event>(peer: string, topic: EventTopic<Event>, handler: (event: Event) => void): void {
    this.#link(peer).subscribe(topic.name, (event) => handler(event as Event))
  }

  onPeer(handler: PeerHandler): void {
    this.#peerHandlers.push(handler)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const link of this.#links.values()) link.close()
    this.#reception.close()
    await this.#transport.close()
  }

  #link(peer: string): PeerLink {
    assert(isPeerName(peer), `"${peer}" is no name of a process`)
    let link = this.#links.get(peer)
    if (!link) {
      const onState = (state: 'up' | 'down'): void => {
        for (const handler of this.#peerHandlers) handler(peer, state)
      }
      link = new PeerLink({ ...this.#options, peer, transport: this.#transport, onState })
      this.#links.set(peer, link)
      if (this.#isClosed) link.close()
    }
    return link
  }
}

/** Opens a bus over a transport; fails when its name cannot be had. */
export async function openBus(options: BusOptions, transport: Transport): Promise<Result<Bus, BusOpenFailure>> {
  assert(isPeerName(options.name), `"${options.name}" is no name of a process`)
  const reception = new Reception(options.name, transport.soon, options.log)
  const listening = await transport.listen((channel) => reception.accept(channel))
  return listening.ok ? ok(new TransportBus(options, transport, reception)) : listening
}
