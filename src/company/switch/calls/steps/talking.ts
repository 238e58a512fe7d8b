/** Conversation: what both sides agree on anew, and how it ends. */

import { assert } from '../../../../base/index.ts'
import { isSameSession } from '../../../../network/sdp/index.ts'
import type { LegId } from '../../../../network/sip/index.ts'
import { LONGEST_CALL_MS, type Call, type CallAction, type CallEvent, type Step } from '../call.ts'
import { blankOffer } from '../blank-offer.ts'
import { endCall } from './ending.ts'
import { startJoining, startReplacing } from './joining.ts'
import { grantTimers, unheardRecords } from './records.ts'
import { startTransfer } from './transferring.ts'

const REJOIN_AGAIN_MS = 1000

/** Both sides hear each other from here on. */
export function startTalking(call: Call, at: number): Step {
  const spentMs = at - (call.answeredAt ?? at)
  return {
    call: { ...call, state: 'talking' },
    actions: [
      ...call.records.flatMap((one) => grantTimers(one, at)),
      { kind: 'setTimer', timer: 'longest', delayMs: Math.max(0, LONGEST_CALL_MS - spentMs) },
    ],
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
        // Nobody pays for the time in which we waited for a side that was gone.
        ...(lost ? { at: event.at - (event.end.silentMs ?? 0) } : {}),
      } as const
      return endCall(call, hangup, event.at, event.legId)
    }
    case 'mediaTimeout':
      return endCall(
        call,
        { cause: 'media_timeout', status: 200, reason: 'Media Timeout', by: 'system', at: event.lastPacketAt },
        event.at,
      )
    case 'transfer':
      return startTransfer(call, event)
    case 'join':
      return startJoining(call, event)
    case 'replace':
      return startReplacing(call, event)
    case 'timer':
      return event.timer === 'rejoin' && call.rejoining
        ? { call, actions: [{ kind: 'reinviteLeg', ...call.rejoining }] }
        : { call, actions: [] }
    case 'resumed':
      // What was being negotiated when the former process died is forgotten.
      return startTalking({ ...call, reinvite: undefined, lateOffer: false, rejoining: undefined }, event.at)
    case 'reinvite':
      return onReinvite(call, event.legId, event.sdp)
    case 'lateSdp':
      return onLateSdp(call, event)
    case 'offered':
      return call.lateOffer ? repeatAnswer(call) : continueReinvite(call, event)
    case 'reinviteDone':
      return event.legId === call.rejoining?.legId ? onRejoined(call, event) : continueReinvite(call, event)
    case 'mediaAnswered':
      return continueReinvite(call, event)
    default:
      return { call, actions: [] }
  }
}

/** What an ACK brings: the answer to an offer of ours. */
function onLateSdp(call: Call, { legId, sdp }: CallEvent & { kind: 'lateSdp' }): Step {
  if (legId !== call.callerLeg || call.callerSdp !== blankOffer) return onLateAnswer(call, legId, sdp)
  // Media has heard of an offer at no address so far: it is told the true one, and the callee's answer again.
  const named = { ...call, callerSdp: sdp }
  if (call.direct) return { call: named, actions: tellCallee(named) }
  if (call.reinvite !== undefined) return { call, actions: [] }
  const { callerLeg: fromLeg } = call
  return {
    call: { ...named, lateOffer: true },
    actions: [{ kind: 'offer', fromLeg, toLeg: otherLeg(call, fromLeg), sdp }],
  }
}

/** Who stayed when the other side was given away has heard where to speak, and says where he hears. */
function onRejoined(call: Call, { legId, status, sdp, at }: CallEvent & { kind: 'reinviteDone' }): Step {
  // He was about to tell us something himself; his turn is over soon (RFC 3261 §14.1).
  if (status === 491) return { call, actions: [{ kind: 'setTimer', timer: 'rejoin', delayMs: REJOIN_AGAIN_MS }] }
  if (status >= 300 || sdp === undefined) {
    return endCall(call, { cause: 'no_common_codec', status: 488, reason: 'Not Acceptable Here', by: 'system' }, at)
  }
  const rejoined: Call = { ...call, callerSdp: sdp, rejoining: undefined, lateOffer: !call.direct }
  if (call.direct) return { call: rejoined, actions: tellCallee(rejoined) }
  return { call: rejoined, actions: [{ kind: 'offer', fromLeg: legId, toLeg: otherLeg(call, legId), sdp }] }
}

/** A re-INVITE without SDP was answered with our offer; the other side is told of what changed, and of nothing else. */
function onLateAnswer(call: Call, legId: LegId, sdp: string): Step {
  const before = legId === call.callerLeg ? call.callerSdp : call.calleeSdp
  if (call.reinvite !== undefined || call.rejoining || isSameSession(before ?? '', sdp)) return { call, actions: [] }
  return passOffer(call, legId, sdp)
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
  if (call.reinvite !== undefined || call.rejoining) {
    return { call, actions: [{ kind: 'answerReinvite', legId, status: 491 }] }
  }
  return sdp === undefined ? makeOffer(call, legId) : passOffer(call, legId, sdp)
}

/** Who asks for an offer gets what the other side can do, as if nobody were on hold (RFC 6337 §5.2.5). */
function makeOffer(call: Call, legId: LegId): Step {
  const known = legId === call.callerLeg ? call.calleeSdp : call.callerSdp
  if (known === undefined || (call.direct && known === blankOffer)) {
    return { call, actions: [{ kind: 'answerReinvite', legId, status: 488 }] }
  }
  const sdp = known.replaceAll(/^a=(?:sendonly|recvonly|inactive)\r?\n/gm, '')
  if (call.direct) return { call, actions: [{ kind: 'answerReinvite', legId, status: 200, sdp }] }
  const asking: Call = { ...call, reinvite: legId, reinviteSdp: undefined }
  return { call: asking, actions: [{ kind: 'offer', fromLeg: otherLeg(call, legId), toLeg: legId, sdp }] }
}

function passOffer(call: Call, legId: LegId, sdp: string): Step {
  const [asking, other] = [{ ...call, reinvite: legId, reinviteSdp: sdp }, otherLeg(call, legId)]
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
    return endCall(unheardRecords(call), { cause: 'media_lost', status: 503, reason: 'Media Lost', by: 'system' }, at)
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
    call: {
      ...call,
      reinvite: undefined,
      ...(asking === call.callerLeg
        ? { callerSdp: call.reinviteSdp ?? call.callerSdp }
        : { calleeSdp: call.reinviteSdp }),
    },
    actions: [{ kind: 'answerReinvite', legId: asking, status: 200, sdp }],
  })
  const other = otherLeg(call, asking)
  if (event.kind === 'offered') {
    if (!event.result.ok) return giveUp(488)
    if (call.reinviteSdp === undefined) {
      const sdp = event.result.value
      return {
        call: { ...call, reinvite: undefined },
        actions: [{ kind: 'answerReinvite', legId: asking, status: 200, sdp }],
      }
    }
    return { call, actions: [{ kind: 'reinviteLeg', legId: other, sdp: event.result.value }] }
  }
  if (event.kind === 'reinviteDone') {
    if (event.status >= 300 || event.sdp === undefined) return giveUp(event.status >= 300 ? event.status : 488)
    if (call.direct) return agree(event.sdp)
    const answered: Call =
      other === call.callerLeg ? { ...call, callerSdp: event.sdp } : { ...call, calleeSdp: event.sdp }
    return {
      call: answered,
      actions: [{ kind: 'answerMedia', fromLeg: other, toLeg: asking, sdp: event.sdp, early: false }],
    }
  }
  if (event.kind !== 'mediaAnswered') return { call, actions: [] }
  if (!event.result.ok) return giveUp(488)
  return agree(event.result.value)
}
