/**
 * Typed messages between processes: request/reply with a time limit, and publish/subscribe without
 * memory. Unix sockets carry it on one machine; whatever must not be lost is spooled or stored by its
 * sender and acknowledged by a request, never by a publication.
 */

import type { Result } from '../../base/index.ts'
import type { BusFailure } from './errors.ts'

/** One kind of request. `Request` and `Reply` are structured-cloneable (bigint and Buffer included). */
export type RequestTopic<Request, Reply> = { readonly name: string; readonly request?: Request; readonly reply?: Reply }

/** One kind of publication. */
export type EventTopic<Event> = { readonly name: string; readonly event?: Event }

export type Bus = {
  /** This process's name; peers reach it under it. */
  readonly name: string
  /** Asks `peer` and waits for its reply, at most `timeoutMs` (default 2,000). */
  request<Request, Reply>(
    peer: string,
    topic: RequestTopic<Request, Reply>,
    request: Request,
    options?: { timeoutMs?: number },
  ): Promise<Result<Reply, BusFailure>>
  /** Answers requests of a topic. A thrown error reaches the caller as `bus.refused`. */
  serve<Request, Reply>(
    topic: RequestTopic<Request, Reply>,
    handler: (request: Request, from: string) => Promise<Reply> | Reply,
  ): void
  /** Sends to every process that subscribed to us; those that are away miss it. */
  publish<Event>(topic: EventTopic<Event>, event: Event): void
  /** Receives a peer's publications, again after every reconnect. */
  subscribe<Event>(peer: string, topic: EventTopic<Event>, handler: (event: Event) => void): void
  /** Tells when a subscribed or asked peer comes and goes. */
  onPeer(handler: (peer: string, state: 'up' | 'down') => void): void
  close(): Promise<void>
}

/** Names a request topic and its types in one place, imported by both sides. */
export function requestTopic<Request, Reply>(name: string): RequestTopic<Request, Reply> {
  return { name }
}

/** Names a publication and its type in one place, imported by both sides. */
export function eventTopic<Event>(name: string): EventTopic<Event> {
  return { name }
}
