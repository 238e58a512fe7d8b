/**
 * Server-sent events (WHATWG HTML §9.2): one stream a page, with a heartbeat that finds dead clients and a bounded
 * queue; a client that does not read is disconnected, comes back and asks for what it missed.
 */

import type { z } from 'zod'
import { messageOf, type Clock } from '../../base/index.ts'

/** Schemas of the data of each event, by its name. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>

export type Emit<Schemas extends EventSchemas> = <Name extends keyof Schemas & string>(
  name: Name,
  data: z.output<Schemas[Name]>,
) => void

export type EventFeed<Schemas extends EventSchemas> = {
  /** Starts the feed; returns what stops it. The feed calls `end` when there is nothing more to come. */
  readonly open: (emit: Emit<Schemas>, end: () => void) => () => void
  /** Asked at every heartbeat: false ends the stream, as when the session is over. */
  readonly mayContinue?: () => Promise<boolean>
}

/** Marks an operation that answers `text/event-stream`; `answer` exists in types only. */
export type EventsOutput<Schemas extends EventSchemas = EventSchemas> = {
  readonly kind: 'events'
  readonly events: Schemas
  readonly answer: EventFeed<Schemas>
}

/** The same with its schemas forgotten: what an operation's `output` may be. */
export type AnyEventsOutput = { readonly kind: 'events'; readonly events: EventSchemas; readonly answer: unknown }

/** The output of an operation that pushes events. */
export function events<const Schemas extends EventSchemas>(schemas: Schemas): EventsOutput<Schemas> {
  return { kind: 'events', events: schemas } as EventsOutput<Schemas>
}

export type StreamOptions = {
  readonly clock: Clock
  /** A comment line every so often keeps proxies and browsers from giving up. */
  readonly heartbeatMs: number
  /** Bytes that may wait for a slow client. */
  readonly queueBytesMax: number
  /** Told of a feed that broke. */
  readonly onError: (message: string) => void
}

/** Text of one event; the caller guarantees that neither part holds a line break. */
export type SendEvent = (name: string, data: string) => void

/** The body of a stream. `start` begins the feed and returns what stops it. */
export function eventStream(
  options: StreamOptions,
  start: (send: SendEvent, end: () => void) => () => void,
  mayContinue: () => Promise<boolean> = () => Promise.resolve(true),
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let end = (): void => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true
        let stopFeed = (): void => {}
        const close = (): void => {
          if (!open) return
          end()
          controller.close()
        }
        const write = (text: string): void => {
          if (!open) return
          controller.enqueue(encoder.encode(text))
          // desiredSize is what is left of the queue: below zero the client has not read for long.
          if ((controller.desiredSize ?? 0) < 0) close()
        }
        const beat = async (): Promise<void> => {
          if (await mayContinue().catch(() => true)) write(': still here\n\n')
          else close()
        }
        const heartbeat = options.clock.every(options.heartbeatMs, () => void beat())
        end = () => {
          open = false
          heartbeat.stop()
          stopFeed()
        }
        write('retry: 2000\n\n')
        try {
          stopFeed = start((name, data) => write(`event: ${name}\ndata: ${data}\n\n`), close)
        } catch (thrown) {
          options.onError(messageOf(thrown))
          close()
        }
      },
      cancel() {
        end()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: options.queueBytesMax }),
  )
}
