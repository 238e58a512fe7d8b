/**
 * Two conversations become one (REFER with Replaces), or a phone takes another's place in one (INVITE with Replaces,
 * RFC 3891): `callerLeg` offers anew to a leg that is talking already. The old sessions hold until that leg agreed.
 */

import { assert } from '../../../../base/index.ts'
import type { LegId } from '../../../../network/sip/index.ts'
import type { Call, CallAction, CalleeLeg, CallEvent, CallRecord, Step } from '../call.ts'
import { answerRecords, closeRecords, grantTimers } from './records.ts'
import { completeTransfer, failCall, handOver, notifyActions } from './transferring.ts'

/** A side gives the conversation to the far side of another one of its own. */
export function startJoining(call: Call, event: CallEvent & { kind: 'join' }): Step {
  const { legId, callId, farLeg, leaving, isTold, eventId } = event
  const handed = handOver(call, legId, { isTold, ...(eventId === undefined ? {} : { eventId }) })
  const joining: Call = {
    ...handed,
    state: 'joining',
    joining: { callId, legId: farLeg, leaving, isIncoming: false, sdp: undefined },
  }
  if (callId === '') {
    const nobody = { cause: 'unavailable', status: 481, reason: 'Call Does Not Exist', by: 'system' } as const
    return failCall({ ...joining, joining: undefined }, nobody, event.at)
  }
  const offer = { kind: 'offer', fromLeg: handed.callerLeg, toLeg: farLeg, sdp: handed.callerSdp } as const
  return { call: joining, actions: [...notifyActions(joining, 100, 'Trying', false), offer] }
}

/** A phone of the customer takes the place of one of the two who talk. */
export function startReplacing(call: Call, event: CallEvent & { kind: 'replace' }): Step {
  const { legId, sdp, party } = event
  const handed = handOver(call, event.replaced, { isTold: false })
  const farLeg = handed.callerLeg
  const far = handed.caller
  const joining: Call = {
    ...handed,
    state: 'joining',
    callerLeg: legId,
    callerSdp: sdp,
    caller: party,
    callee: far,
    joining: { callId: undefined, legId: farLeg, leaving: [], isIncoming: true, sdp: undefined },
  }
  return { call: joining, actions: [{ kind: 'offer', fromLeg: legId, toLeg: farLeg, sdp }] }
}

const refused = { cause: 'no_common_codec', status: 488, reason: 'Not Acceptable Here', by: 'system' } as const

/** What a call that is about to change a side makes of an event. */
export function stepJoining(call: Call, event: CallEvent): Step {
  const { joining } = call
  assert(joining, 'a call that joins knows whom')
  const { legId: farLeg, callId } = joining
  switch (event.kind) {
    case 'offered': {
      if (!event.result.ok) return failCall(call, refused, event.at)
      const borrow: CallAction[] = callId === undefined ? [] : [{ kind: 'borrow', legId: farLeg }]
      return { call, actions: [...borrow, { kind: 'reinviteLeg', legId: farLeg, sdp: event.result.value }] }
    }
    case 'reinviteDone': {
      if (event.legId !== farLeg) return { call, actions: [] }
      if (event.status >= 300 || event.sdp === undefined) {
        return failCall(call, { ...refused, status: event.status >= 300 ? event.status : 488 }, event.at)
      }
      const { sdp } = event
      return {
        call: { ...call, calleeSdp: sdp },
        actions: [{ kind: 'answerMedia', fromLeg: farLeg, toLeg: call.callerLeg, sdp, early: false }],
      }
    }
    case 'mediaAnswered': {
      if (!event.result.ok) return failCall(call, refused, event.at)
      const agreed: Call = { ...call, joining: { ...joining, sdp: event.result.value } }
      return callId === undefined
        ? takePlace(agreed, event.result.value, event.at)
        : { call: agreed, actions: [{ kind: 'absorb', callId }] }
    }
    case 'absorbed':
      return onAbsorbed(call, event.other, event.at)
    case 'legEnded':
      return event.legId === farLeg
        ? failCall(call, { ...refused, cause: 'unavailable', status: 480 }, event.at)
        : { call, actions: [] }
    default:
      return { call, actions: [] }
  }
}

/** The phone that takes over is answered, and who was there leaves. */
function takePlace(call: Call, sdp: string, at: number): Step {
  const { transfer, joining, callerLeg } = call
  assert(transfer && joining, 'somebody is replaced')
  const leaving: CallAction[] = transfer.isGone ? [] : [{ kind: 'hangupLeg', legId: transfer.by }]
  const taken: Call = {
    ...call,
    state: 'talking',
    answeredLeg: joining.legId,
    legs: [calleeLeg(transfer.before.legs, joining.legId)],
    transfer: undefined,
    joining: undefined,
  }
  const records = call.records.slice(transfer.records)
  return {
    call: records.length > 0 ? answerRecords(taken, at, undefined) : taken,
    actions: [{ kind: 'answer', legId: callerLeg, status: 200, sdp }, ...leaving],
  }
}

/** The other conversation's records and far side are this call's now; its money goes on as it was granted. */
function onAbsorbed(call: Call, other: Call | undefined, at: number): Step {
  const { joining } = call
  assert(joining?.sdp !== undefined, 'both sides agreed before')
  if (!other) return failCall(call, { ...refused, cause: 'unavailable', status: 480 }, at)
  const ended = { cause: 'transferred', status: 200, reason: 'OK', by: 'caller' } as const
  const inside = other.records.filter((one) => one.direction === 'internal' && !one.closed)
  const records: readonly CallRecord[] = closeRecords(other, inside, ended, at).records
  const isCaller = other.callerLeg === joining.legId
  const joined: Call = {
    ...call,
    records: [...call.records, ...records],
    callee: isCaller ? other.caller : other.callee,
    route: other.route,
    answeredLeg: joining.legId,
    legs: [calleeLeg(other.legs, joining.legId)],
  }
  const leaving = joining.leaving.map((legId): CallAction => ({ kind: 'hangupLeg', legId }))
  const completed = completeTransfer(joined, joining.sdp, at)
  const money = records.flatMap((one) => grantTimers(one, at))
  return { call: completed.call, actions: [...completed.actions, ...leaving, ...money, { kind: 'spool' }] }
}

/** A leg that talks, as one of ours that is hung up in the end, whoever called whom before. */
function calleeLeg(legs: readonly CalleeLeg[], legId: LegId): CalleeLeg {
  return legs.find((leg) => leg.legId === legId) ?? { legId, target: { kind: 'joined' }, state: 'answered' }
}
