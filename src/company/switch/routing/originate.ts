/**
 * The one gate of every leg that leaves us: what a caller dialled, what an extension forwards, what a phone transfers
 * or redirects. Emergency first, then who may call what, how many calls one customer has, whose account pays; each
 * way brings the record that it will be told by. Nobody else makes targets, so nothing can be rung past it.
 */

import type { Binding } from '../../../network/sip/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { CallClass, ReserveRequest } from '../../ledger/index.ts'
import type { CallRecord, Way } from '../calls/call.ts'
import { rankRoutes } from '../carriers/carrier-order.ts'
import { noForward, type Carrier, type Directory } from '../directory/directory.ts'
import { findTargets } from './find-targets.ts'
import { calleeParty, callerParty } from '../calls/parties.ts'
import { chooseRoute, type Caller, type Route } from './route.ts'

export type OriginateParts = {
  readonly directory: Directory
  bindings(sipUser: string): readonly Binding[]
  /** The places of a carrier, best first. */
  placesOf?(carrier: Carrier): readonly Hop[]
  /** Calls in progress of a customer or on a trunk, both ways, without emergencies; and the most that one may have. */
  countOf(tenantOrTrunkId: string): number
  readonly callsOfOneMax: number
  /** A carrier does not answer at present. */
  isDown(carrierId: string): boolean
  /** An emergency centre may call this number back. */
  mayCallBack(number: string): boolean
  newId(): string
}

export type Origination = {
  readonly callId: string
  /** On whose behalf: whoever dials, forwards or transfers; it pays when somebody has to. */
  readonly caller: Caller
  readonly dialled: string
  readonly at: number
}

/** Where a wish leads, decided from memory; a refusal is a way too, and is recorded like one. */
export function originate(parts: OriginateParts, wish: Origination): Way {
  const { directory } = parts
  const chosen = asCallBack(parts, wish.caller, chooseRoute(directory, wish.caller, wish.dialled))
  const wanted = unlessCrowded(parts, wish.caller, chosen)
  const route = withFreeCarriers(parts, wanted)
  const caller = callerParty(wish.caller, route)
  const callee = calleeParty(route, wish.dialled)
  return {
    route,
    caller,
    callee,
    records: recordsOf(parts, wish, { route, caller, callee }),
    targets: findTargets(parts, route),
  }
}

/** Whoever calls from outside soon after a 911 call is taken for the centre: it rings, and is sent on nowhere. */
function asCallBack({ mayCallBack }: OriginateParts, caller: Caller, route: Route): Route {
  if (caller.kind !== 'carrier' || (route.kind !== 'extension' && route.kind !== 'trunk')) return route
  if (!route.number || !mayCallBack(route.number.number)) return route
  return route.kind === 'trunk'
    ? { ...route, isCallBack: true }
    : { ...route, isCallBack: true, extension: { ...route.extension, forward: noForward } }
}

const crowded: Route = { kind: 'refuse', status: 486, reason: 'Too Many Calls', cause: 'too_many_calls' }

/** Busy in both directions: a system that hears it does not send the same call by another line of ours. */
const trunkFull: Route = { kind: 'refuse', status: 486, reason: 'Trunk Full', cause: 'trunk_full' }

/** Calls that cost nothing use media too: one customer with a stolen password must leave ports for all others. */
function unlessCrowded({ countOf, callsOfOneMax }: OriginateParts, caller: Caller, route: Route): Route {
  if (route.kind === 'emergency' || ('isCallBack' in route && route.isCallBack)) return route
  const called = 'customer' in route ? route.customer.tenantId : undefined
  const tenantId = 'customer' in caller ? caller.customer.tenantId : called
  if (tenantId !== undefined && countOf(tenantId) >= callsOfOneMax) return crowded
  const trunks = [caller, route].flatMap((side) => (side.kind === 'trunk' ? [side.trunk] : []))
  return trunks.some((trunk) => countOf(trunk.id) >= trunk.channelsMax) ? trunkFull : route
}

const noChannel: Route = {
  kind: 'refuse',
  status: 503,
  reason: 'No Channel',
  cause: 'no_channel',
  prompt: 'all_circuits_busy',
}

/** The carriers that may be tried, in their order; an emergency tries all of them, those that are down last. */
function withFreeCarriers({ directory, countOf, isDown }: OriginateParts, route: Route): Route {
  if (route.kind === 'emergency') return { ...route, routes: rankRoutes(route.routes, { isDown, isFull: () => false }) }
  if (route.kind !== 'carrier') return route
  const isFull = (id: string): boolean => countOf(id) >= (directory.carrier(id)?.channelsMax ?? Infinity)
  const routes = rankRoutes(route.routes, { isDown, isFull })
  return routes.length === 0 ? noChannel : { ...route, routes }
}

/** The class a call has before rating names the destination; a refused call keeps it. */
function unratedClass(route: Route): CallClass {
  if (route.kind === 'carrier') return route.destination.startsWith('+1') ? 'domestic' : 'international'
  if (route.kind === 'extension' || route.kind === 'trunk') return route.callClass
  return route.kind === 'emergency' ? 'emergency' : 'service'
}

/**
 * One record for each customer that took part; strangers have none, but of emergencies. Only a leg that leaves
 * through a carrier, or a toll-free call that comes in, is reserved. Seed (Usage Charges): calls within the
 * house and internal transfers are never charged.
 */
function recordsOf(
  { newId }: OriginateParts,
  { callId, at }: Origination,
  { route, caller, callee }: Pick<Way, 'route' | 'caller' | 'callee'>,
): CallRecord[] {
  const callClass = unratedClass(route)
  const internal = caller.tenantId !== undefined && caller.tenantId === callee.tenantId
  const rest = {
    from: caller,
    to: callee,
    class: callClass,
    grant: undefined,
    startedAt: at,
    answeredAt: undefined,
    carrierId: undefined,
    closed: undefined,
  }
  const reserveFor = (
    side: { readonly cdrId: string; readonly accountId: string | undefined },
    isPaid: boolean,
    leg: Pick<ReserveRequest, 'direction' | 'destination'>,
  ): ReserveRequest | undefined => {
    const { cdrId, accountId } = side
    if (!isPaid || accountId === undefined) return undefined
    const carriers = route.kind === 'carrier' ? { carrierIds: route.routes.map((one) => one.carrierId) } : {}
    return { cdrId, callId, accountId, ...leg, ...carriers, at }
  }
  const records: CallRecord[] = []
  // Of an emergency there is a record also when its caller has no phone here any more: charge files it under the
  // provider, for nothing that happened is lost.
  if (caller.accountId || route.kind === 'emergency') {
    const side = { cdrId: newId(), accountId: caller.accountId }
    const leg = { direction: 'outbound', destination: callee.number } as const
    const reserve = reserveFor(side, route.kind === 'carrier', leg)
    const direction = internal ? 'internal' : 'outbound'
    records.push({ ...rest, cdrId: side.cdrId, owner: caller, direction, reserve })
  }
  if (callee.accountId && !internal) {
    const side = { cdrId: newId(), accountId: callee.accountId }
    const reserve = reserveFor(side, callClass === 'tollfree', { direction: 'inbound', destination: callee.number })
    records.push({ ...rest, cdrId: side.cdrId, owner: callee, direction: 'inbound', reserve })
  }
  return records
}
