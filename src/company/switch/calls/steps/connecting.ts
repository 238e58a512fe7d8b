/**
 * The callee has answered; the caller hears it only when media is joined, the reservation is on disk
 * and the record is in the spool. What is not on disk cannot be billed, so it is not connected.
 */

import type { LegId } from '../../../../network/sip/index.ts'
import type { Call, CallAction, CallEvent, Step } from '../call.ts'
import { endCall, liveLegs, withLeg } from './ending.ts'
import { answerRecords, grantTimers, openRecords, unheardRecords } from './records.ts'
import { completeServing } from './serving.ts'
import { startTalking, tellCallee } from './talking.ts'
import { completeTransfer, failCall } from './transferring.ts'

/** The first answer wins: the others are hung up, and the three conditions are set going. */
export function startConnecting(call: Call, legId: LegId, sdp: string | undefined, at: number): Step {
  const winner = call.legs.find((leg) => leg.legId === legId)
  if (!winner) return { call, actions: [{ kind: 'hangupLeg', legId }] }
  const others = liveLegs(call).filter((leg) => leg.legId !== legId)
  const paying = openRecords(call).filter((record) => record.reserve)
  // Nothing may delay an emergency call, not even our own disk: its record is there since it was dialled.
  const urgent = call.route.kind === 'emergency'
  const actions: CallAction[] = others.map((leg) => ({ kind: 'hangupLeg', legId: leg.legId }))
  if (!sdp)
    return failCall(call, { cause: 'no_common_codec', status: 488, reason: 'Answer Without SDP', by: 'callee' }, at)
  if (!call.direct) actions.push({ kind: 'answerMedia', fromLeg: legId, toLeg: call.callerLeg, sdp, early: false })
  for (const { cdrId } of paying) actions.push({ kind: 'confirm', cdrId, answeredAt: at })
  const carrierId = winner.target.kind === 'carrier' ? winner.target.carrierId : undefined
  const answered: Call = {
    ...answerRecords(withLeg(call, legId, 'answered'), at, carrierId),
    state: 'connecting',
    answeredLeg: legId,
    calleeSdp: sdp,
    connect: { at, sdp: call.direct ? sdp : undefined, unconfirmed: paying.length, spooled: urgent },
  }
  actions.push({ kind: 'spool' })
  const joined = { ...answered, legs: answered.legs.filter((leg) => leg.legId === legId) }
  if (!call.direct) return { call: joined, actions }
  const connected = connectWhenReady(joined, at)
  return { call: connected.call, actions: [...actions, ...connected.actions] }
}

/** What a call whose callee has answered makes of an event. */
export function stepConnecting(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'mediaAnswered':
      if (event.early) return { call, actions: [] }
      if (call.pickup && event.legId === call.callerLeg) return onPickedUp(call, event)
      if (!event.result.ok) {
        if (call.route.kind === 'emergency') return connectDirectly(call, event.at)
        return unanswered(call, { cause: 'no_common_codec', status: 488, reason: 'Not Acceptable Here' }, event.at)
      }
      return connectWhenReady({ ...call, connect: { ...call.connect, sdp: event.result.value } }, event.at)
    case 'confirmed':
      if (!event.result.ok) {
        return unanswered(call, { cause: 'ledger.unavailable', status: 503, reason: 'Charging Unavailable' }, event.at)
      }
      return connectWhenReady(withoutOne(call), event.at)
    case 'spooled':
      return connectWhenReady({ ...call, connect: { ...call.connect, spooled: true } }, event.at)
    case 'legEnded': {
      const byCaller = event.legId === call.callerLeg
      if (!byCaller && event.legId !== call.answeredLeg) return { call, actions: [] }
      const ended = unheardRecords(call)
      return byCaller
        ? endCall(ended, { cause: 'cancelled', status: 487, reason: 'Cancelled', by: 'caller' }, event.at, event.legId)
        : failCall(ended, { cause: 'unavailable', status: 480, reason: 'Gone', by: 'callee' }, event.at, event.legId)
    }
    default:
      return { call, actions: [] }
  }
}

function withoutOne(call: Call): Call {
  return { ...call, connect: { ...call.connect, unconfirmed: call.connect.unconfirmed - 1 } }
}

/** The caller never heard the answer, so the call was not answered and costs nothing. */
function unanswered(call: Call, hangup: { cause: string; status: number; reason: string }, at: number): Step {
  return failCall(unheardRecords(call), { ...hangup, by: 'system' }, at)
}

/** Media let an emergency down after the centre was told of a relay: both sides are told of each other instead. */
function connectDirectly(call: Call, at: number): Step {
  const direct: Call = { ...call, direct: true, connect: { ...call.connect, sdp: call.calleeSdp } }
  const connected = connectWhenReady(direct, at)
  return { call: connected.call, actions: [...connected.actions, ...tellCallee(call)] }
}

function connectWhenReady(call: Call, at: number): Step {
  const { sdp, unconfirmed, spooled } = call.connect
  if (sdp === undefined || unconfirmed > 0 || !spooled) return { call, actions: [] }
  if (call.transfer) return connectTransfer(call, sdp, at)
  if (call.serving) return completeServing(call, sdp, at)
  const { pickup } = call
  if (pickup && pickup.sdp === undefined) return { call, actions: [] }
  const talking = startTalking({ ...call, pickup: undefined }, at)
  const picked: CallAction[] = pickup ? [{ kind: 'answer', legId: pickup.legId, status: 200, sdp: pickup.sdp! }] : []
  return {
    call: talking.call,
    actions: [{ kind: 'answer', legId: call.callerLeg, status: 200, sdp }, ...picked, ...talking.actions],
  }
}

/** Whom the conversation was given to has answered; what he costs is counted from now on. */
function connectTransfer(call: Call, sdp: string, at: number): Step {
  const money = call.records.slice(call.transfer?.records).flatMap((one) => grantTimers(one, at))
  const completed = completeTransfer(call, sdp, at)
  return { call: completed.call, actions: [...completed.actions, ...money] }
}

/**
 * A phone of the customer takes a call that rings elsewhere. Two offers meet then, the caller's and the phone's: each
 * is passed on and answered with the other, so that both sides get an answer of what they have in common.
 */
export function pickUp(call: Call, { legId, sdp, at }: CallEvent & { kind: 'replace' }): Step {
  const { callerLeg, callerSdp } = call
  const taken: Call = {
    ...call,
    legs: [...call.legs, { legId, target: { kind: 'joined' }, state: 'ringing' }],
    pickup: { legId, sdp: undefined },
  }
  const connecting = startConnecting(taken, legId, sdp, at)
  const offers: CallAction[] = [
    { kind: 'offer', fromLeg: callerLeg, toLeg: legId, sdp: callerSdp },
    { kind: 'offer', fromLeg: legId, toLeg: callerLeg, sdp },
  ]
  const answer: CallAction = { kind: 'answerMedia', fromLeg: callerLeg, toLeg: legId, sdp: callerSdp, early: false }
  return { call: connecting.call, actions: [...offers, ...connecting.actions, answer] }
}

function onPickedUp(call: Call, { result, at }: CallEvent & { kind: 'mediaAnswered' }): Step {
  if (!call.pickup) return { call, actions: [] }
  if (!result.ok) return unanswered(call, { cause: 'no_common_codec', status: 488, reason: 'Not Acceptable Here' }, at)
  return connectWhenReady({ ...call, pickup: { ...call.pickup, sdp: result.value } }, at)
}
