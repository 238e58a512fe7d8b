/** Ringing: one group of targets after the other, all of one group at once, the first answer wins. */

import type { LegId } from '../../../network/sip/index.ts'
import type { Call, CallAction, CallEvent, CalleeLeg, Step } from '../call.ts'
import { startConnecting } from './connecting.ts'
import { causeOf, endCall, withLeg } from './ending.ts'

/** Rings the next group, or gives up with the most telling failure when none is left. */
export function dialNext(call: Call, at: number): Step {
  const [group, ...waiting] = call.waiting
  if (!group) {
    const failure = call.bestFailure ?? { status: 480, reason: 'Temporarily Unavailable' }
    const by = failure.status === 503 ? 'system' : 'callee'
    return endCall(call, { cause: causeOf(failure.status), ...failure, by }, at)
  }
  const legs = group.map((target, i): CalleeLeg => ({
    legId: `${call.id}.${call.legCount + i + 1}`,
    target,
    state: 'offering',
  }))
  const actions = legs.map((leg): CallAction => ({
    kind: 'offer',
    fromLeg: call.callerLeg,
    toLeg: leg.legId,
    sdp: call.callerSdp,
  }))
  return { call: { ...call, waiting, legs, legCount: call.legCount + legs.length }, actions }
}

export function stepDialling(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'offered':
      return onOffered(call, event)
    case 'progress':
      return onProgress(call, event)
    case 'mediaAnswered':
      if (!event.early || !event.result.ok || call.earlyMedia) return { call, actions: [] }
      return {
        call: { ...call, earlyMedia: true },
        actions: [{ kind: 'answer', legId: call.callerLeg, status: 183, sdp: event.result.value }],
      }
    case 'answered':
      return startConnecting(call, event.legId, event.sdp, event.at)
    case 'legEnded':
      if (event.legId === call.callerLeg) {
        return endCall(
          call,
          { cause: 'cancelled', status: 487, reason: 'Cancelled', by: 'caller' },
          event.at,
          call.callerLeg,
        )
      }
      return legFailed(call, event.legId, event.end.status, event.end.reason, event.at)
    default:
      return { call, actions: [] }
  }
}

function onOffered(call: Call, event: CallEvent & { kind: 'offered' }): Step {
  const leg = call.legs.find((one) => one.legId === event.legId)
  if (!leg) return { call, actions: [] }
  if (!event.result.ok) {
    const noCodec = event.result.failure.code === 'media.no_codec' || event.result.failure.code === 'media.bad_sdp'
    return noCodec
      ? legFailed(call, leg.legId, 488, 'Not Acceptable Here', event.at)
      : legFailed(call, leg.legId, 503, 'Media Unavailable', event.at)
  }
  return {
    call: withLeg(call, leg.legId, 'inviting'),
    actions: [{ kind: 'invite', legId: leg.legId, target: leg.target, sdp: event.result.value }],
  }
}

/**
 * Early media is passed on only while a single target rings: with several, the caller would hear one
 * of them at random, so it gets plain ringing instead (RFC 3960 §3).
 */
function onProgress(call: Call, event: CallEvent & { kind: 'progress' }): Step {
  const known = call.legs.some((leg) => leg.legId === event.legId)
  if (!known || event.status === 100) return { call, actions: [] }
  const ringing = withLeg({ ...call, ringingAt: call.ringingAt ?? event.at }, event.legId, 'ringing')
  if (event.sdp && call.legs.length === 1) {
    if (call.earlyMedia) return { call: ringing, actions: [] }
    return {
      call: ringing,
      actions: [{ kind: 'answerMedia', fromLeg: event.legId, toLeg: call.callerLeg, sdp: event.sdp, early: true }],
    }
  }
  const first = call.ringingAt === undefined && !call.earlyMedia
  return { call: ringing, actions: first ? [{ kind: 'answer', legId: call.callerLeg, status: 180 }] : [] }
}

/** Higher is more telling for the caller: a person's refusal beats a network's failure. */
function weight(status: number): number {
  if (status === 486 || status === 600 || status === 603) return 4
  if (status === 408 || status === 480) return 3
  return status >= 500 ? 1 : 2
}

function legFailed(call: Call, legId: LegId, status: number, reason: string, at: number): Step {
  const ended = withLeg(call, legId, 'ended')
  const better = !call.bestFailure || weight(status) > weight(call.bestFailure.status)
  const next = better ? { ...ended, bestFailure: { status, reason } } : ended
  if (next.legs.some((leg) => leg.state !== 'ended')) return { call: next, actions: [] }
  // A person who declined is not rung again through another carrier.
  return weight(status) === 4 && call.route.kind !== 'emergency'
    ? dialNext({ ...next, waiting: [] }, at)
    : dialNext(next, at)
}
