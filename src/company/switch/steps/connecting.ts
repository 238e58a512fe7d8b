/**
 * The callee has answered; the caller hears it only when media is joined, the reservation is on disk
 * and the record is in the spool. What is not on disk cannot be billed, so it is not connected.
 */

import type { LegId } from '../../../network/sip/index.ts'
import type { Call, CallAction, CallEvent, Step } from '../call.ts'
import { endCall, liveLegs, withLeg } from './ending.ts'
import { answerRecords, openRecords, unheardRecords } from './records.ts'
import { startTalking, tellCallee } from './talking.ts'

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
    return endCall(call, { cause: 'no_common_codec', status: 488, reason: 'Answer Without SDP', by: 'callee' }, at)
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
        : endCall(ended, { cause: 'unavailable', status: 480, reason: 'Gone', by: 'callee' }, event.at, event.legId)
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
  return endCall(unheardRecords(call), { ...hangup, by: 'system' }, at)
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
  const talking = startTalking(call, at)
  return {
    call: talking.call,
    actions: [{ kind: 'answer', legId: call.callerLeg, status: 200, sdp }, ...talking.actions],
  }
}
