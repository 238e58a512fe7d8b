/** Conversation: more time is asked for before the grant ends, and the grant's end is a hard stop. */

import { assert } from '../../../base/index.ts'
import type { LegId } from '../../../network/sip/index.ts'
import { LONGEST_CALL_MS, type Call, type CallAction, type CallEvent, type Step } from '../call.ts'
import { blankOffer } from '../blank-offer.ts'
import { endCall } from './ending.ts'

/** Charging did not answer an extension: asked again this much later, until the grant runs out. */
const EXTEND_AGAIN_MS = 2000

/** Timers of the grant in force, counted from the answer so that no delay on the way adds talking time. */
function grantTimers(call: Call, at: number): CallAction[] {
  const { grant, answeredAt } = call
  if (!grant || answeredAt === undefined) return []
  const grantedMs = grant.grantedSeconds * 1000
  const spentMs = at - answeredAt
  const timers: CallAction[] = [{ kind: 'setTimer', timer: 'grantEnd', delayMs: Math.max(0, grantedMs - spentMs) }]
  if (!grant.final) {
    // At 80 % of the grant, or 20 s before its end when that is later.
    const askMs = Math.max(grantedMs * 0.8, grantedMs - 20_000)
    timers.push({ kind: 'setTimer', timer: 'extend', delayMs: Math.max(0, askMs - spentMs) })
  }
  return timers
}

/** Both sides hear each other from here on. */
export function startTalking(call: Call, at: number): Step {
  return {
    call: { ...call, state: 'talking' },
    actions: [...grantTimers(call, at), { kind: 'setTimer', timer: 'longest', delayMs: LONGEST_CALL_MS }],
  }
}

/** What a conversation makes of an event. */
export function stepTalking(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'legEnded': {
      const byCaller = event.legId === call.callerLeg
      if (!byCaller && event.legId !== call.answeredLeg) return { call, actions: [] }
      const lost = event.end.by === 'timeout' || event.end.by === 'transport'
      const hangup = {
        cause: lost ? 'peer_lost' : 'normal',
        status: 200,
        reason: 'OK',
        by: byCaller ? 'caller' : 'callee',
      } as const
      return endCall(call, hangup, event.at, event.legId)
    }
    case 'mediaTimeout':
      return endCall(
        call,
        { cause: 'media_timeout', status: 200, reason: 'Media Timeout', by: 'system', at: event.lastPacketAt },
        event.at,
      )
    case 'timer':
      return onTimer(call, event)
    case 'extended':
      return onExtended(call, event)
    case 'reinvite':
      return onReinvite(call, event.legId, event.sdp)
    case 'lateSdp':
      return onLateSdp(call, event.sdp)
    case 'offered':
      return call.lateOffer ? repeatAnswer(call) : continueReinvite(call, event)
    case 'reinviteDone':
    case 'mediaAnswered':
      return continueReinvite(call, event)
    default:
      return { call, actions: [] }
  }
}

function onTimer(call: Call, event: CallEvent & { kind: 'timer' }): Step {
  if (event.timer === 'grantEnd') {
    return endCall(call, { cause: 'grant_exhausted', status: 200, reason: 'Credit Exhausted', by: 'system' }, event.at)
  }
  if (event.timer === 'longest') {
    return endCall(call, { cause: 'longest_call', status: 200, reason: 'Longest Call', by: 'system' }, event.at)
  }
  const paying = call.records.find((record) => record.reserve)
  if (event.timer !== 'extend' || !paying || call.answeredAt === undefined) return { call, actions: [] }
  const elapsedSeconds = Math.ceil((event.at - call.answeredAt) / 1000)
  return { call, actions: [{ kind: 'extend', cdrId: paying.cdrId, elapsedSeconds }] }
}

/** A refused extension changes nothing: the grant in force ends when it ends. */
function onExtended(call: Call, event: CallEvent & { kind: 'extended' }): Step {
  if (event.result.ok) {
    const extended = { ...call, grant: event.result.value }
    return { call: extended, actions: grantTimers(extended, event.at) }
  }
  if (event.result.failure.code !== 'ledger.unavailable') return { call, actions: [] }
  return { call, actions: [{ kind: 'setTimer', timer: 'extend', delayMs: EXTEND_AGAIN_MS }] }
}

/** Media has heard of an offer at no address so far: it is told the true one, and the callee's answer again. */
function onLateSdp(call: Call, sdp: string): Step {
  const named = { ...call, callerSdp: sdp }
  if (call.direct) return { call: named, actions: tellCallee(named) }
  if (call.reinvite !== undefined) return { call, actions: [] }
  const { callerLeg: fromLeg } = call
  return {
    call: { ...named, lateOffer: true },
    actions: [{ kind: 'offer', fromLeg, toLeg: otherLeg(call, fromLeg), sdp }],
  }
}

function repeatAnswer(call: Call): Step {
  const { callerLeg: toLeg, calleeSdp: sdp } = call
  const told: Call = { ...call, lateOffer: false }
  if (sdp === undefined) return { call: told, actions: [] }
  return { call: told, actions: [{ kind: 'answerMedia', fromLeg: otherLeg(call, toLeg), toLeg, sdp, early: false }] }
}

function otherLeg(call: Call, legId: LegId): LegId {
  assert(call.answeredLeg, 'a talking call has an answered leg')
  return legId === call.callerLeg ? call.answeredLeg : call.callerLeg
}

/** A re-INVITE is passed on, one at a time; a second one meanwhile is glare (RFC 3261 §14.2). */
function onReinvite(call: Call, legId: LegId, sdp: string | undefined): Step {
  if (call.reinvite !== undefined) return { call, actions: [{ kind: 'answerReinvite', legId, status: 491 }] }
  if (sdp === undefined) return { call, actions: [{ kind: 'answerReinvite', legId, status: 488 }] }
  const [asking, other] = [{ ...call, reinvite: legId }, otherLeg(call, legId)]
  if (call.direct) return { call: asking, actions: [{ kind: 'reinviteLeg', legId: other, sdp }] }
  return { call: asking, actions: [{ kind: 'offer', fromLeg: legId, toLeg: other, sdp }] }
}

/** What the callee is told when no relay stands between both sides; nothing before the caller named its address. */
export function tellCallee(call: Call): CallAction[] {
  if (call.answeredLeg === undefined || call.callerSdp === blankOffer) return []
  return [{ kind: 'reinviteLeg', legId: call.answeredLeg, sdp: call.callerSdp }]
}

/** The media process of a call is gone: an emergency goes on without one, every other call ends. */
export function loseMedia(call: Call, at: number): Step {
  if (call.route.kind !== 'emergency') {
    const ended = call.state === 'connecting' ? { ...call, answeredAt: undefined } : call
    return endCall(ended, { cause: 'media_lost', status: 503, reason: 'Media Lost', by: 'system' }, at)
  }
  // Before the conversation the next request to media fails, and its failure is dealt with.
  if (call.state !== 'talking' || call.calleeSdp === undefined || call.direct) return { call, actions: [] }
  const tellCaller: CallAction = { kind: 'reinviteLeg', legId: call.callerLeg, sdp: call.calleeSdp }
  return { call: { ...call, direct: true, reinvite: undefined }, actions: [tellCaller, ...tellCallee(call)] }
}

function continueReinvite(call: Call, event: CallEvent): Step {
  const asking = call.reinvite
  if (asking === undefined) return { call, actions: [] }
  const giveUp = (status: number): Step => ({
    call: { ...call, reinvite: undefined },
    actions: [{ kind: 'answerReinvite', legId: asking, status }],
  })
  const agree = (sdp: string): Step => ({
    call: { ...call, reinvite: undefined },
    actions: [{ kind: 'answerReinvite', legId: asking, status: 200, sdp }],
  })
  const other = otherLeg(call, asking)
  if (event.kind === 'offered') {
    if (!event.result.ok) return giveUp(488)
    return { call, actions: [{ kind: 'reinviteLeg', legId: other, sdp: event.result.value }] }
  }
  if (event.kind === 'reinviteDone') {
    if (event.status >= 300 || event.sdp === undefined) return giveUp(event.status >= 300 ? event.status : 488)
    if (call.direct) return agree(event.sdp)
    return { call, actions: [{ kind: 'answerMedia', fromLeg: other, toLeg: asking, sdp: event.sdp, early: false }] }
  }
  if (event.kind !== 'mediaAnswered') return { call, actions: [] }
  if (!event.result.ok) return giveUp(488)
  return agree(event.result.value)
}
