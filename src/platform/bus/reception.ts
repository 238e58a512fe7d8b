/** Our end towards everybody who connects to us: serves their requests, sends them what we publish. */

import { assert, FailureError, messageOf, type Log } from '../../base/index.ts'
import type { Channel, ChannelEvents, Transport } from './channel.ts'
import { refused, tooLarge } from './errors.ts'
import { PACKET_BYTES_MAX, type Frame } from './frame.ts'
import { receiveFrames, sendFrames, type FrameStream } from './frame-stream.ts'
import { helloFrame, helloName } from './hello.ts'

type RequestHandler = (request: unknown, from: string) => unknown

type Guest = {
  readonly stream: FrameStream
  readonly topics: Set<string>
  /** Undefined until it has introduced itself. */
  name: string | undefined
}

export class Reception {
  readonly #name: string
  readonly #soon: Transport['soon']
  readonly #log: Log
  readonly #guests = new Set<Guest>()
  readonly #handlers = new Map<string, RequestHandler>()

  constructor(name: string, soon: Transport['soon'], log: Log) {
    this.#name = name
    this.#soon = soon
    this.#log = log
  }

  serve(topic: string, handler: RequestHandler): void {
    assert(!this.#handlers.has(topic), `${topic} is served twice`)
    this.#handlers.set(topic, handler)
  }

  publish(topic: string, event: unknown): void {
    for (const guest of this.#guests) {
      if (guest.topics.has(topic)) this.#send(guest, { kind: 'event', id: 0, topic, body: event })
    }
  }

  /** Takes a connection; what follows on it comes through the returned events. */
  accept(channel: Channel): ChannelEvents {
    const guest: Guest = { stream: sendFrames(channel, this.#soon), topics: new Set(), name: undefined }
    this.#guests.add(guest)
    return receiveFrames(this.#log, {
      frame: (frame) => this.#receive(guest, frame),
      close: () => void this.#guests.delete(guest),
      giveUp: () => guest.stream.destroy(),
    })
  }

  close(): void {
    for (const guest of this.#guests) guest.stream.end()
  }

  #receive(guest: Guest, frame: Frame): void {
    if (guest.name === undefined) {
      guest.name = helloName(frame)
      if (guest.name === undefined) guest.stream.destroy()
      else guest.stream.send(helloFrame(this.#name))
    } else if (frame.kind === 'subscribe') guest.topics.add(frame.topic)
    else if (frame.kind === 'request') this.#answer(guest, guest.name, frame)
  }

  #answer(guest: Guest, from: string, request: Frame): void {
    const handler = this.#handlers.get(request.topic)
    if (!handler) {
      this.#fail(guest, request, refused(`${this.#name} does not serve ${request.topic}`, { topic: request.topic }))
      return
    }
    try {
      const reply = handler(request.body, from)
      if (reply instanceof Promise) {
        reply.then(
          (body: unknown) => this.#reply(guest, request, body),
          (thrown: unknown) => this.#explain(guest, request, thrown),
        )
      } else this.#reply(guest, request, reply)
    } catch (thrown) {
      this.#explain(guest, request, thrown)
    }
  }

  #reply(guest: Guest, request: Frame, body: unknown): void {
    try {
      this.#send(guest, { kind: 'reply', id: request.id, topic: request.topic, body })
    } catch (thrown) {
      this.#explain(guest, request, thrown)
    }
  }

  /** A handler threw: our bug, unless it threw a named failure. */
  #explain(guest: Guest, request: Frame, thrown: unknown): void {
    const code = thrown instanceof FailureError ? thrown.failure.code : undefined
    if (code === undefined) this.#log.error('a request failed', { topic: request.topic, error: thrown })
    const details = { topic: request.topic, ...(code === undefined ? {} : { code }) }
    this.#fail(guest, request, refused(messageOf(thrown), details))
  }

  #fail(guest: Guest, request: Frame, result: { readonly failure: unknown }): void {
    this.#send(guest, { kind: 'failure', id: request.id, topic: '', body: result.failure })
  }

  #send(guest: Guest, frame: Frame): void {
    const sent = guest.stream.send(frame)
    if (sent === 'too_large') {
      this.#log.error('a message was too large to be sent', { topic: frame.topic })
      if (frame.kind === 'reply') this.#fail(guest, frame, tooLarge(frame.topic, PACKET_BYTES_MAX))
    }
    if (sent === 'full') {
      // It comes back, and knows by it that it missed something.
      this.#log.warn('a peer that does not read was disconnected', { peer: guest.name })
      guest.stream.destroy()
    }
  }
}
