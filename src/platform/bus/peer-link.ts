/**
 * Our end towards one peer: requests and subscriptions over one connection that is opened when first
 * needed and opened again whenever it is lost.
 */

import type { Clock, Log, Result, Timer } from '../../base/index.ts'
import type { Transport } from './channel.ts'
import { tooLarge, unreachable, type BusFailure } from './errors.ts'
import { PACKET_BYTES_MAX, type Frame } from './frame.ts'
import { receiveFrames, sendFrames, type FrameStream } from './frame-stream.ts'
import { PendingRequests } from './pending-requests.ts'
import { helloFrame, isHelloOf } from './hello.ts'

const FIRST_RETRY_MS = 20
const LONGEST_RETRY_MS = 1000
/** A peer that accepts a connection but says nothing for this long is treated as away. */
const HELLO_TIMEOUT_MS = 5000
const PENDING_MAX = 65_536

export type PeerLinkOptions = {
  /** Our own name, said in hello. */
  readonly name: string
  readonly peer: string
  readonly transport: Transport
  readonly clock: Clock
  readonly log: Log
  readonly onState: (state: 'up' | 'down') => void
}

type EventHandler = (event: unknown) => void

export class PeerLink {
  readonly #options: PeerLinkOptions
  readonly #pending: PendingRequests
  readonly #subscriptions = new Map<string, EventHandler[]>()
  /** Requests made while the connection is being opened, in order. */
  #unsent: Frame[] = []
  #state: 'away' | 'opening' | 'up' | 'closed' = 'away'
  #stream: FrameStream | undefined
  #retry: Timer | undefined
  #retryMs = FIRST_RETRY_MS

  constructor(options: PeerLinkOptions) {
    this.#options = options
    this.#pending = new PendingRequests(options.peer, options.clock)
  }

  async request(topic: string, body: unknown, timeoutMs: number): Promise<Result<unknown, BusFailure>> {
    const { peer } = this.#options
    if (this.#state === 'closed') return unreachable(peer, 'this bus is closed')
    if (this.#pending.size >= PENDING_MAX) return unreachable(peer, `${PENDING_MAX} requests wait for it`)
    const { id, outcome } = this.#pending.add(topic, timeoutMs)
    const frame: Frame = { kind: 'request', id, topic, body }
    if (this.#state === 'up') this.#send(frame)
    else {
      this.#unsent.push(frame)
      this.#open()
    }
    return outcome
  }

  subscribe(topic: string, handler: EventHandler): void {
    const handlers = this.#subscriptions.get(topic)
    if (handlers) {
      handlers.push(handler)
      return
    }
    this.#subscriptions.set(topic, [handler])
    if (this.#state === 'up') this.#stream?.send({ kind: 'subscribe', id: 0, topic, body: undefined })
    else this.#open()
  }

  close(): void {
    this.#state = 'closed'
    this.#retry?.stop()
    this.#failAll('this bus is closed')
    this.#stream?.end()
  }

  #open(): void {
    if (this.#state !== 'away') return
    this.#state = 'opening'
    this.#retry?.stop()
    void this.#connect()
  }

  async #connect(): Promise<void> {
    const { transport, name, peer, clock, log } = this.#options
    const giveUp = clock.after(HELLO_TIMEOUT_MS, () => this.#stream?.destroy())
    const channel = await transport.connect(
      peer,
      receiveFrames(log.with({ peer }), {
        frame: (frame) => this.#receive(frame, giveUp),
        close: () => this.#lost(giveUp),
        giveUp: () => this.#stream?.destroy(),
      }),
    )
    if (!channel) return this.#lost(giveUp)
    this.#stream = sendFrames(channel, transport.soon)
    if (this.#state === 'closed') this.#stream.destroy()
    else this.#stream.send(helloFrame(name))
    return undefined
  }

  #receive(frame: Frame, giveUp: Timer): void {
    if (this.#state === 'opening') {
      giveUp.stop()
      if (isHelloOf(frame, this.#options.peer)) this.#up()
      else this.#stream?.destroy()
      return
    }
    if (frame.kind === 'reply') this.#pending.settle(frame.id, { ok: true, value: frame.body })
    else if (frame.kind === 'failure') {
      this.#pending.settle(frame.id, { ok: false, failure: frame.body as BusFailure })
    } else if (frame.kind === 'event') this.#deliver(frame)
  }

  #deliver(frame: Frame): void {
    for (const handler of this.#subscriptions.get(frame.topic) ?? []) {
      try {
        handler(frame.body)
      } catch (error) {
        this.#options.log.error('a handler of an event failed', { topic: frame.topic, error })
      }
    }
  }

  #up(): void {
    this.#state = 'up'
    this.#retryMs = FIRST_RETRY_MS
    for (const topic of this.#subscriptions.keys()) {
      this.#stream?.send({ kind: 'subscribe', id: 0, topic, body: undefined })
    }
    // What was given up meanwhile must not be done any more.
    for (const frame of this.#unsent) if (this.#pending.has(frame.id)) this.#send(frame)
    this.#unsent = []
    this.#options.onState('up')
  }

  #send(frame: Frame): void {
    const { peer } = this.#options
    try {
      const sent = this.#stream?.send(frame)
      if (sent === 'too_large') this.#pending.settle(frame.id, tooLarge(frame.topic, PACKET_BYTES_MAX))
      else if (sent !== 'sent') this.#pending.settle(frame.id, unreachable(peer, 'it does not read what it was sent'))
    } catch (error) {
      // A body that cannot be cloned is a bug of the caller; the call must end all the same.
      this.#options.log.error('a request could not be encoded', { topic: frame.topic, error })
      this.#pending.settle(frame.id, unreachable(peer, 'the request could not be encoded'))
    }
  }

  /** The connection is gone, or could not be opened: says so to all who wait, and tries again a little later. */
  #lost(giveUp: Timer): void {
    giveUp.stop()
    const before = this.#state
    this.#stream = undefined
    if (before === 'closed') return
    this.#state = 'away'
    this.#failAll(before === 'up' ? 'the connection was lost before it replied' : 'it does not listen')
    this.#retry = this.#options.clock.after(this.#retryMs, () => this.#open())
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS)
    if (before === 'up') this.#options.onState('down')
  }

  #failAll(why: string): void {
    this.#unsent = []
    this.#pending.failAll(unreachable(this.#options.peer, why))
  }
}
