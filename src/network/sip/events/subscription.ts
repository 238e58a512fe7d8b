/** A subscription as its notifier keeps it (RFC 6665 §4.2): plain data, and what each SUBSCRIBE makes of it. */

import type { Reply, RequestCommand } from '../endpoint.ts'
import { header } from '../message/header-names.ts'
import { mediaType } from '../message/body.ts'
import type { SipMessage } from '../message/message.ts'
import { findParameter } from '../parameters.ts'

export type Subscription = {
  /** The event package, as `dialog`, and the name that the subscriber gave this subscription. */
  readonly event: string
  readonly eventId: string | undefined
  readonly resource: string
  /** Whom it is counted against. */
  readonly owner: string
  readonly callId: string
  readonly localTag: string
  /** Our From and To in a NOTIFY: what the subscriber called us, and itself with its tag. */
  readonly local: string
  readonly remote: string
  readonly target: string
  readonly routes: readonly string[]
  readonly remoteCseq: number
  readonly localCseq: number
  readonly expiresAt: number
}

const SECONDS_DEFAULT = 3600
const SECONDS_MAX = 3600
const SECONDS_MIN = 60

/** How long a SUBSCRIBE asks for, shortened; too brief is refused (RFC 6665 §4.2.1.1), 0 asks once. */
export function secondsOf(request: SipMessage): number | NonNullable<Reply> {
  const asked = request.countOf(header.expires) === 0 ? SECONDS_DEFAULT : request.integer(header.expires, 2 ** 32 - 1)
  if (asked === undefined) return { status: 400, reason: 'Bad Expires' }
  if (asked > 0 && asked < SECONDS_MIN) return { status: 423, headers: [['Min-Expires', String(SECONDS_MIN)]] }
  return Math.min(asked, SECONDS_MAX)
}

/** The package and id of an Event header: `dialog;id=7`. */
export function eventOf(request: SipMessage): { readonly event: string; readonly eventId: string | undefined } {
  const value = request.header('Event') ?? ''
  const semicolon = value.indexOf(';')
  if (semicolon < 0) return { event: value.trim().toLowerCase(), eventId: undefined }
  return { event: value.slice(0, semicolon).trim().toLowerCase(), eventId: findParameter(value.slice(semicolon), 'id') }
}

/** Whether a subscriber understands what we would send; one that says nothing does (RFC 6665 §3.1.3). */
export function accepts(request: SipMessage, contentType: string): boolean {
  const accepted = request.items(header.accept).map((item) => mediaType(item))
  return (
    accepted.length === 0 || accepted.some((one) => one === contentType || one === '*/*' || one === 'application/*')
  )
}

/** What a first SUBSCRIBE begins. */
export function begin(
  request: SipMessage,
  own: Pick<Subscription, 'event' | 'eventId' | 'resource' | 'owner' | 'localTag' | 'expiresAt'>,
): Subscription {
  return {
    ...own,
    callId: request.callId,
    local: request.header('To') ?? '',
    remote: request.header('From') ?? '',
    target: request.contact?.uriText ?? request.from?.uriText ?? '',
    routes: request.items(header.recordRoute),
    remoteCseq: request.cseq?.number ?? 0,
    localCseq: 0,
  }
}

/** The subscription after a refresh; undefined when it is older than the last one (RFC 3261 §12.2.2). */
export function refresh(subscription: Subscription, request: SipMessage, expiresAt: number): Subscription | undefined {
  const remoteCseq = request.cseq?.number ?? 0
  if (remoteCseq <= subscription.remoteCseq) return undefined
  return { ...subscription, remoteCseq, expiresAt, target: request.contact?.uriText ?? subscription.target }
}

/** Why a subscription ends; undefined while it goes on. */
export type EndReason = 'timeout' | 'noresource' | 'deactivated' | undefined

/** The NOTIFY of a subscription, with the state that it has after it was sent. */
export function notify(
  subscription: Subscription,
  told: { readonly body: string; readonly contentType: string; readonly ending: EndReason; readonly now: number },
): { readonly subscription: Subscription; readonly command: Omit<RequestCommand, 'nextHop'> } {
  const { event, eventId, expiresAt, target, local: from, localTag, remote: to, callId, routes } = subscription
  const cseq = subscription.localCseq + 1
  const left = Math.max(0, Math.round((expiresAt - told.now) / 1000))
  const state = told.ending ? `terminated;reason=${told.ending}` : `active;expires=${left}`
  return {
    subscription: { ...subscription, localCseq: cseq },
    command: {
      method: 'NOTIFY',
      target,
      from,
      fromTag: localTag,
      to,
      callId,
      cseq,
      contactParams: '',
      headers: [
        ...routes.map((route) => ['Route', route] as const),
        ['Event', eventId === undefined ? event : `${event};id=${eventId}`],
        ['Subscription-State', state],
      ],
      body: told.body,
      contentType: told.contentType,
    },
  }
}
