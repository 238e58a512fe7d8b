/** The first record of a call: who talks to whom, who pays, and whom to ring. */

import type { LegId } from '../../network/sip/index.ts'
import type { CallClass, ReserveRequest } from '../ledger/index.ts'
import { blankOffer } from './blank-offer.ts'
import type { Call, CallRecord, Party, Target } from './call.ts'
import type { Caller, Route } from './route.ts'

export type NewCall = {
  readonly id: string
  readonly callerLeg: LegId
  readonly sipCallId: string
  readonly sdp: string | undefined
  readonly caller: Caller
  readonly dialled: string
  readonly route: Route
  /** Groups to ring in order, found by the executor: bindings of phones, or carriers. */
  readonly targets: readonly (readonly Target[])[]
  readonly at: number
  /** One id for each record that may be needed (two at most). */
  readonly cdrIds: readonly [string, string]
}

const nobody: Party = { tenantId: undefined, accountId: undefined, personId: undefined, number: '', name: '' }

function callerParty(call: NewCall): Party {
  const { caller, route } = call
  if (caller.kind === 'carrier') return { ...nobody, number: caller.number, name: caller.name }
  if (caller.kind === 'guest') return { ...nobody, number: caller.sipUser }
  // Inside one customer the extension is shown, outside the number that can be called back.
  const isInside = route.kind === 'extension' && route.customer.tenantId === caller.customer.tenantId
  const shown = 'callerNumber' in route && !isInside ? route.callerNumber?.number : undefined
  return {
    tenantId: caller.customer.tenantId,
    accountId: caller.customer.accountId,
    personId: caller.extension.personId,
    number: shown ?? caller.extension.number,
    name: caller.extension.name,
  }
}

function calleeParty(call: NewCall): Party {
  const { route } = call
  if (route.kind !== 'extension') {
    return { ...nobody, number: route.kind === 'carrier' ? route.destination : call.dialled }
  }
  return {
    tenantId: route.customer.tenantId,
    accountId: route.customer.accountId,
    personId: route.extension.personId,
    number: route.number?.number ?? route.extension.number,
    name: route.extension.name,
  }
}

function reserveFor(
  call: NewCall,
  cdrId: string,
  accountId: string,
  direction: 'outbound' | 'inbound',
  destination: string,
): ReserveRequest {
  return { cdrId, callId: call.id, accountId, direction, destination, at: call.at }
}

/** The class a call has before rating names the destination; a refused call keeps it. */
function unratedClass(route: Route): CallClass {
  if (route.kind === 'carrier') return route.destination.startsWith('+1') ? 'domestic' : 'international'
  if (route.kind === 'extension') return route.callClass
  return route.kind === 'emergency' ? 'emergency' : 'service'
}

/**
 * One record for each customer that took part; strangers have none, but of emergencies. Only a leg that leaves
 * through a carrier, or a toll-free call that comes in, is reserved. Seed (Usage Charges): calls within the
 * house and internal transfers are never charged.
 */
function recordsOf(call: NewCall, caller: Party, callee: Party): CallRecord[] {
  const { route } = call
  const callClass = unratedClass(route)
  const internal = caller.tenantId !== undefined && caller.tenantId === callee.tenantId
  const records: CallRecord[] = []
  // Of an emergency there is a record also when its caller has no phone here any more: charge files it under the
  // provider, for nothing that happened is lost.
  if (caller.accountId || route.kind === 'emergency') {
    const cdrId = call.cdrIds[0]
    const reserve =
      route.kind === 'carrier' && caller.accountId
        ? reserveFor(call, cdrId, caller.accountId, 'outbound', route.destination)
        : undefined
    records.push({ cdrId, side: 'caller', direction: internal ? 'internal' : 'outbound', class: callClass, reserve })
  }
  if (callee.accountId && !internal) {
    const cdrId = call.cdrIds[1]
    const reserve =
      callClass === 'tollfree' ? reserveFor(call, cdrId, callee.accountId, 'inbound', callee.number) : undefined
    records.push({ cdrId, side: 'callee', direction: 'inbound', class: callClass, reserve })
  }
  return records
}

/** Makes the record; nothing has happened yet. */
export function createCall(call: NewCall): Call {
  const caller = callerParty(call)
  const callee = calleeParty(call)
  return {
    id: call.id,
    state: 'dialling',
    callerLeg: call.callerLeg,
    sipCallId: call.sipCallId,
    callerSdp: call.sdp ?? blankOffer,
    caller,
    callee,
    route: call.route,
    records: recordsOf(call, caller, callee),
    grant: undefined,
    waiting: call.targets,
    legs: [],
    legCount: 0,
    answeredLeg: undefined,
    carrierId: undefined,
    connect: { sdp: undefined, charged: false, spooled: false },
    earlyMedia: false,
    direct: false,
    calleeSdp: undefined,
    lateOffer: false,
    reinvite: undefined,
    startedAt: call.at,
    ringingAt: undefined,
    answeredAt: undefined,
    endedAt: undefined,
    hangup: undefined,
    bestFailure: undefined,
    announced: undefined,
  }
}
