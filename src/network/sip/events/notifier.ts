/**
 * Keeps subscriptions and sends their NOTIFYs (RFC 6665 §4.2): at once, at every refresh, and when something changed;
 * one at a time each, so that a slow subscriber hears of the newest state and not of every one between.
 */

import { toHex, type Clock, type RandomBytes, type Timer } from '../../../base/index.ts'
import type { Flow, SipProtocol, SocketAddress } from '../../transport/index.ts'
import type { Reply, SipEndpoint } from '../endpoint.ts'
import type { SipMessage } from '../message/message.ts'
import {
  accepts,
  begin,
  eventOf,
  notify,
  refresh,
  secondsOf,
  type EndReason,
  type Subscription,
} from './subscription.ts'

/** What a package tells of a resource. `memory` is what it told the same subscriber last. */
export type EventPackage = {
  readonly contentType: string
  /** The next body; `isFull` wants everything, otherwise undefined says that nothing is new. */
  tell(
    resource: string,
    memory: unknown,
    isFull: boolean,
  ): { readonly body: string; readonly memory: unknown } | undefined
  /** The memory of a subscription that another process had: its documents go on after this version. */
  resumed?(version: number): unknown
}

/** A subscription as a file keeps it. */
export type KeptSubscription = {
  readonly subscription: Subscription
  readonly user: string
  readonly protocol: SipProtocol
  readonly remote: SocketAddress
}

export type Notifier = {
  /** Answers a SUBSCRIBE of somebody who may see `resource`. */
  subscribe(request: SipMessage, flow: Flow, who: { readonly resource: string; readonly owner: string }): Reply
  /** Something of a resource may have changed. */
  changed(event: string, resource: string): void
  /** Goes on with what a former process kept, as far as it may and can be. */
  restore(
    kept: readonly KeptSubscription[],
    flowTo: (protocol: SipProtocol, remote: SocketAddress) => Flow,
    mayGoOn: (subscription: Subscription) => boolean,
  ): void
  size(): number
  close(): void
}

type NotifierOptions = {
  readonly clock: Clock
  readonly random: RandomBytes
  /** By name: `dialog`, `message-summary`. */
  readonly packages: Readonly<Record<string, EventPackage>>
  send: SipEndpoint['send']
  /** Begun or refreshed; ended. */
  onKept?(key: string, kept: KeptSubscription): void
  onOver?(key: string): void
}

/** More than a large key panel has; beyond it the subscriber is told to wait. */
const OF_ONE_MAX = 250
const ALL_MAX = 100_000
const DUE_MS = 50

type Kept = {
  subscription: Subscription
  flow: Flow
  /** Under which the watched resource was asked for. */
  readonly user: string
  memory: unknown
  timer: Timer | undefined
  due: Timer | undefined
  /** A NOTIFY waits for its answer; what happens meanwhile is told after it. */
  isSending: boolean
  next: undefined | 'partial' | 'full'
  ending: EndReason
}

type Desk = NotifierOptions & {
  readonly kept: Map<string, Kept>
  readonly byResource: Map<string, Set<Kept>>
  readonly byOwner: Map<string, number>
  readonly allowEvents: readonly [string, string]
}

/** Makes a notifier without subscriptions. */
export function createNotifier(options: NotifierOptions): Notifier {
  const allowEvents = ['Allow-Events', Object.keys(options.packages).join(', ')] as const
  const desk: Desk = { ...options, kept: new Map(), byResource: new Map(), byOwner: new Map(), allowEvents }
  const { clock, kept, byResource, byOwner } = desk
  return {
    subscribe: (request, flow, who) => subscribe(desk, request, flow, who),
    changed(event, resource) {
      for (const one of byResource.get(resourceKey(event, resource)) ?? []) {
        // What happens in one breath is told at once (RFC 4235 §3.10).
        one.due ??= clock.after(DUE_MS, () => {
          one.due = undefined
          if (kept.has(keyOf(one.subscription))) tell(desk, one, 'partial')
        })
      }
    },
    restore: (list, flowTo, mayGoOn) => list.forEach((one) => goOnAgain(desk, one, flowTo, mayGoOn)),
    size: () => kept.size,
    close() {
      for (const one of kept.values()) for (const timer of [one.timer, one.due]) timer?.stop()
      kept.clear()
      byResource.clear()
      byOwner.clear()
    },
  }
}

type Who = { readonly resource: string; readonly owner: string }

function subscribe(desk: Desk, request: SipMessage, flow: Flow, who: Who): Reply {
  const { event } = eventOf(request)
  const known = Object.hasOwn(desk.packages, event) ? desk.packages[event] : undefined
  if (!known) return { status: 489, headers: [desk.allowEvents] }
  if (!accepts(request, known.contentType)) return { status: 406 }
  const seconds = secondsOf(request)
  if (typeof seconds !== 'number') return seconds
  const isRefresh = request.to?.tag !== undefined
  return isRefresh ? goOn(desk, request, { flow, who, seconds }) : start(desk, request, { flow, who, seconds })
}

type Asked = { readonly flow: Flow; readonly who: Who; readonly seconds: number }

function goOn(desk: Desk, request: SipMessage, { flow, who, seconds }: Asked): Reply {
  const { event, eventId } = eventOf(request)
  const one = desk.kept.get(`${request.callId} ${request.to?.tag}`)
  const fits = one?.subscription.event === event && one.subscription.eventId === eventId
  if (!one || !fits || one.subscription.owner !== who.owner) return { status: 481 }
  const refreshed = refresh(one.subscription, request, desk.clock.now() + seconds * 1000)
  if (!refreshed) return { status: 500 }
  one.subscription = refreshed
  one.flow = flow
  note(desk, one)
  return answer(desk, one, seconds)
}

function start(desk: Desk, request: SipMessage, { flow, who, seconds }: Asked): Reply {
  const { clock, random, kept, byOwner } = desk
  const count = byOwner.get(who.owner) ?? 0
  if (count >= OF_ONE_MAX || kept.size >= ALL_MAX) return { status: 503, headers: [['Retry-After', '60']] }
  const { event, eventId } = eventOf(request)
  const [localTag, expiresAt] = [toHex(random(8)), clock.now() + seconds * 1000]
  const subscription = begin(request, { event, eventId, ...who, localTag, expiresAt })
  const one = enter(desk, subscription, flow, request.to?.uri.user ?? '')
  if (seconds > 0) note(desk, one)
  return answer(desk, one, seconds)
}

function enter({ kept, byOwner, byResource }: Desk, subscription: Subscription, flow: Flow, user: string): Kept {
  const { event, resource, owner } = subscription
  const one: Kept = {
    subscription,
    flow,
    user,
    memory: undefined,
    timer: undefined,
    due: undefined,
    isSending: false,
    next: undefined,
    ending: undefined,
  }
  kept.set(keyOf(subscription), one)
  const key = resourceKey(event, resource)
  byResource.set(key, (byResource.get(key) ?? new Set<Kept>()).add(one))
  byOwner.set(owner, (byOwner.get(owner) ?? 0) + 1)
  return one
}

/** Connections end with their process, and what was subscribed over them is subscribed anew. */
function note({ onKept }: Desk, { subscription, flow, user }: Kept): void {
  const { protocol, remote } = flow
  if (protocol === 'udp') onKept?.(keyOf(subscription), { subscription, user, protocol, remote })
}

/** NOTIFYs since it was kept are not in it: numbers go on this much higher, which a subscriber takes. */
const NUMBERS_MARGIN = 100_000
/** Not all are told in one moment. */
const RESTORED_MS = 200
const SPREAD_MS = 5000

function goOnAgain(
  desk: Desk,
  { subscription, user, protocol, remote }: KeptSubscription,
  flowTo: (protocol: SipProtocol, remote: SocketAddress) => Flow,
  mayGoOn: (subscription: Subscription) => boolean,
): void {
  const { clock, packages, kept, random } = desk
  const leftMs = subscription.expiresAt - clock.now()
  const known = Object.hasOwn(packages, subscription.event) ? packages[subscription.event] : undefined
  const key = keyOf(subscription)
  if (leftMs <= 0 || !known || !mayGoOn(subscription) || kept.size >= ALL_MAX) return desk.onOver?.(key)
  const localCseq = subscription.localCseq + NUMBERS_MARGIN
  const one = enter(desk, { ...subscription, localCseq }, flowTo(protocol, remote), user)
  one.memory = known.resumed?.(localCseq)
  note(desk, one)
  expireLater(desk, one, leftMs)
  one.due = clock.after(RESTORED_MS + (random(2).reduce((sum, byte) => sum * 256 + byte, 0) % SPREAD_MS), () => {
    one.due = undefined
    tell(desk, one, 'full')
  })
}

function expireLater(desk: Desk, one: Kept, leftMs: number): void {
  one.timer = desk.clock.after(leftMs, () => {
    one.ending = 'timeout'
    tell(desk, one, 'full')
    forget(desk, one)
  })
}

/** The NOTIFY follows the answer, so that the subscriber knows what it is about. */
function answer(desk: Desk, one: Kept, seconds: number): Reply {
  const { clock, allowEvents } = desk
  one.timer?.stop()
  if (seconds === 0) one.ending = 'timeout'
  else expireLater(desk, one, seconds * 1000)
  clock.after(1, () => tell(desk, one, 'full'))
  return {
    status: 200,
    headers: [['Expires', String(seconds)], allowEvents],
    dialog: { toTag: one.subscription.localTag, user: one.user },
  }
}

function tell(desk: Desk, one: Kept, extent: 'partial' | 'full'): void {
  if (one.isSending) {
    one.next = extent === 'full' ? 'full' : (one.next ?? 'partial')
    return
  }
  const { subscription, ending } = one
  const { contentType, tell: document } = desk.packages[subscription.event]!
  const told = document(subscription.resource, one.memory, extent === 'full')
  if (!told) return
  one.memory = told.memory
  const sent = notify(subscription, { body: told.body, contentType, ending, now: desk.clock.now() })
  one.subscription = sent.subscription
  one.isSending = true
  if (ending) forget(desk, one)
  desk.send({ nextHop: { flow: one.flow }, ...sent.command }, ({ status }) => {
    one.isSending = false
    const { next } = one
    one.next = undefined
    // Who does not know the subscription, or does not answer, has none (RFC 6665 §4.2.2).
    if (status >= 300 && status !== 503 && status !== 500) forget(desk, one)
    if (next && desk.kept.has(keyOf(one.subscription))) tell(desk, one, next)
  })
}

function forget({ kept, byResource, byOwner, onOver }: Desk, one: Kept): void {
  const { subscription, timer, due } = one
  timer?.stop()
  due?.stop()
  if (!kept.delete(keyOf(subscription))) return
  onOver?.(keyOf(subscription))
  const key = resourceKey(subscription.event, subscription.resource)
  const all = byResource.get(key)
  all?.delete(one)
  if (all?.size === 0) byResource.delete(key)
  const left = (byOwner.get(subscription.owner) ?? 1) - 1
  if (left > 0) byOwner.set(subscription.owner, left)
  else byOwner.delete(subscription.owner)
}

function keyOf({ callId, localTag }: Subscription): string {
  return `${callId} ${localTag}`
}

function resourceKey(event: string, resource: string): string {
  return `${event} ${resource}`
}
