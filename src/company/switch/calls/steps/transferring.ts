/**
 * A side gives its part of the conversation away (REFER): the other side is rung through to somebody else along an
 * admitted way, in the ordinary states of a call, with the one who stays as its caller. Whatever fails, the
 * conversation that was is there again, and the one who gave it away is told (RFC 3515 §2.4.5, RFC 5589 §6).
 */

import { assert } from '../../../../base/index.ts'
import type { LegId } from '../../../../network/sip/index.ts'
import type { Call, CallAction, CallEvent, Hangup, Step } from '../call.ts'
import { endCall, liveLegs } from './ending.ts'
import { closeRecords } from './records.ts'
import { resumeServing } from './serving.ts'

/** Audio as it is when nobody holds: whoever is given away was put on hold for it. */
function openedSdp(sdp: string): string {
  return sdp.replaceAll(/^a=(?:sendonly|recvonly|inactive)\r?\n/gm, '')
}

/** What the one who gave the call away hears of it; nothing when it did not want to, or is gone. */
export function notifyActions(call: Call, status: number, reason: string, isFinal: boolean): CallAction[] {
  const { transfer } = call
  if (!transfer?.isTold || transfer.isGone) return []
  const { by: legId, eventId } = transfer
  return [{ kind: 'notify', legId, eventId, status, reason, isFinal }]
}

type Told = { readonly isTold: boolean; readonly eventId?: string; readonly isReferred?: boolean }

/** The call with the side that stays in the caller's place, while `by` gives its own away. */
export function handOver(call: Call, by: LegId, told: Told): Call {
  const { callerLeg, answeredLeg, callerSdp, calleeSdp, caller, callee, route, legs, records, diversions } = call
  assert(answeredLeg !== undefined, 'only a conversation is given away')
  const isCaller = by === callerLeg
  const before = { callerLeg, answeredLeg, callerSdp, calleeSdp, caller, callee, route, legs, diversions }
  return {
    ...call,
    callerLeg: isCaller ? answeredLeg : callerLeg,
    answeredLeg: undefined,
    callerSdp: openedSdp((isCaller ? calleeSdp : callerSdp) ?? callerSdp),
    caller: isCaller ? callee : caller,
    legs: [],
    diversions: [],
    reinvite: undefined,
    transfer: { by, isGone: false, ...told, before, records: records.length },
  }
}

/** A conversation is given away to whatever was dialled for it. */
export function startTransfer(call: Call, event: CallEvent & { kind: 'transfer' }): Step {
  const { legId, by, dialled, isTold, isReferred, eventId } = event
  const told = { isTold, ...(eventId === undefined ? {} : { eventId }), ...(isReferred ? { isReferred } : {}) }
  const handed = handOver(call, legId, told)
  const asking: Call = { ...handed, state: 'dialling', waiting: [], asking: { by, reason: 'transfer' } }
  return { call: asking, actions: [...notifyActions(asking, 100, 'Trying', false), { kind: 'originate', by, dialled }] }
}

/**
 * What was tried came to nothing. A call that rang for the first time is over; one that was given away is a
 * conversation again, or over when the one who gave it away has left.
 */
export function failCall(call: Call, hangup: Hangup, at: number, goneLeg?: LegId): Step {
  const { transfer } = call
  if (!transfer) return call.serving ? resumeServing(call, hangup, at) : endCall(call, hangup, at, goneLeg)
  const failed = closeRecords(call, call.records.slice(transfer.records), hangup, at)
  if (transfer.isGone)
    return endCall(failed, { cause: 'transfer_failed', status: 480, reason: 'Gone', by: 'system' }, at, goneLeg)
  const { status, reason } = hangup
  const actions: CallAction[] = liveLegs(call)
    .filter((leg) => leg.legId !== goneLeg)
    .map((leg) => ({ kind: 'hangupLeg', legId: leg.legId }))
  const isIncoming = call.joining?.isIncoming && call.callerLeg !== goneLeg
  if (isIncoming) actions.push({ kind: 'hangupLeg', legId: call.callerLeg, status, reason })
  if (call.joining?.callId) actions.push({ kind: 'giveBack', legId: call.joining.legId })
  actions.push(...notifyActions(call, status, reason, true))
  const restored: Call = {
    ...failed,
    ...transfer.before,
    state: 'talking',
    transfer: undefined,
    joining: undefined,
    asking: undefined,
    waiting: [],
    bestFailure: undefined,
    announced: undefined,
    earlyMedia: false,
  }
  return { call: restored, actions }
}

/** Events of a call that is being given away which mean the same in every state; undefined for all others. */
export function stepTransfer(call: Call, event: CallEvent): Step | undefined {
  const { transfer } = call
  if (!transfer) return undefined
  switch (event.kind) {
    case 'legEnded':
      if (event.legId === transfer.by)
        return { call: { ...call, transfer: { ...transfer, isGone: true } }, actions: [] }
      return event.legId === call.callerLeg ? endGivenAway(call, event) : undefined
    case 'mediaTimeout': {
      const at = event.lastPacketAt
      return endCall(call, { cause: 'media_timeout', status: 200, reason: 'Media Timeout', by: 'system', at }, event.at)
    }
    case 'reinvite':
      return { call, actions: [{ kind: 'answerReinvite', legId: event.legId, status: 491 }] }
    case 'transfer':
      return { call, actions: [] }
    default:
      return undefined
  }
}

/** The one who was given away hangs up; a phone that wanted to take over gives up, and nothing has changed. */
function endGivenAway(call: Call, { legId, at }: CallEvent & { kind: 'legEnded' }): Step {
  const cancelled: Hangup = { cause: 'cancelled', status: 487, reason: 'Request Terminated', by: 'caller' }
  if (call.joining?.isIncoming) return failCall(call, cancelled, at, legId)
  const open = call.records.slice(call.transfer?.records).filter((one) => !one.closed)
  const closed = closeRecords(call, open, cancelled, at)
  return endCall(closed, { cause: 'normal', status: 200, reason: 'OK', by: 'caller' }, at, legId)
}

/**
 * Somebody else took the place of the one who gave it away: who stays is told where to speak now, the other leaves.
 * What inside one customer told of their conversation ends with it.
 */
export function completeTransfer(call: Call, sdp: string, at: number): Step {
  const { transfer } = call
  assert(transfer, 'only what was given away is completed')
  const hangup: Hangup = { cause: 'transferred', status: 200, reason: 'OK', by: 'caller' }
  const inside = call.records.slice(0, transfer.records).filter((one) => one.direction === 'internal' && !one.closed)
  const leaving: CallAction[] = transfer.isGone ? [] : [{ kind: 'hangupLeg', legId: transfer.by }]
  return {
    call: {
      ...closeRecords(call, inside, hangup, at),
      state: 'talking',
      transfer: undefined,
      joining: undefined,
      rejoining: { legId: call.callerLeg, sdp },
    },
    actions: [{ kind: 'reinviteLeg', legId: call.callerLeg, sdp }, ...notifyActions(call, 200, 'OK', true), ...leaving],
  }
}
