/** Ringing: one group of targets after the other, all of one group at once, the first answer wins. */

import { reasonOf, type LegId } from '../../../../network/sip/index.ts'
import type { Call, CallAction, CallEvent, CalleeLeg, Step, Target } from '../call.ts'
import { pickUp, startConnecting } from './connecting.ts'
import { causeOf, endCall, liveLegs, withLeg } from './ending.ts'
import { goOn, noAnswerTimer, ruleAfter } from './forwarding.ts'
import { failCall, notifyActions } from './transferring.ts'

/** A carrier that does not even ring within this time is given up when there is another one. */
const SILENCE_MS = 12_000
const EMERGENCY_SILENCE_MS = 4000

/** Rings the next group, or gives up with the most telling failure when none is left. */
export function dialNext(call: Call, at: number): Step {
  const [group, ...waiting] = call.waiting
  if (!group) {
    const failure = call.bestFailure ?? { status: 480, reason: 'Temporarily Unavailable', cause: 'unavailable' }
    const rule = ruleAfter(call, failure.status)
    if (rule) return goOn(call, rule.to, rule.reason, at)
    const by = failure.status === 503 ? 'system' : 'callee'
    return failCall(call, { ...failure, by }, at)
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
  const dialled = { ...call, waiting, legs, legCount: call.legCount + legs.length }
  return { call: dialled, actions: [...actions, ...noAnswerTimer(call)] }
}

/** What a ringing call makes of an event. */
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
    case 'replace':
      return pickUp(call, event)
    case 'answered':
      if (call.route.kind === 'emergency' && !event.sdp && call.waiting.length > 0) return giveUpMute(call, event)
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
      // The end of a leg that was given up before is no news.
      if (!call.legs.some((leg) => leg.legId === event.legId)) return { call, actions: [] }
      return redirected(call, event) ?? legFailed(call, event.legId, forCaller(call, event), event.at)
    case 'timer':
      if (event.timer === 'noAnswer') return giveUpRinging(call, event.at)
      return event.timer === 'silence' ? giveUpSilent(call, event.at) : { call, actions: [] }
    default:
      return { call, actions: [] }
  }
}

function onOffered(call: Call, event: CallEvent & { kind: 'offered' }): Step {
  const leg = call.legs.find((one) => one.legId === event.legId)
  if (!leg) return { call, actions: [] }
  const invite = (sdp: string): CallAction => ({ kind: 'invite', legId: leg.legId, target: leg.target, sdp })
  const inviting = withLeg(call, leg.legId, 'inviting')
  if (event.result.ok) {
    return { call: inviting, actions: [invite(event.result.value), ...silenceTimer(call, leg)] }
  }
  // No media process can stop an emergency: then both sides talk to each other directly.
  if (call.route.kind === 'emergency') {
    return { call: { ...inviting, direct: true }, actions: [invite(call.callerSdp), ...silenceTimer(call, leg)] }
  }
  const { code } = event.result.failure
  return code === 'media.no_codec' || code === 'media.bad_sdp'
    ? legFailed(call, leg.legId, { status: 488, reason: 'Not Acceptable Here' }, event.at)
    : legFailed(call, leg.legId, { status: 503, reason: 'Media Unavailable', cause: 'media_unavailable' }, event.at)
}

function silenceTimer(call: Call, leg: CalleeLeg): CallAction[] {
  if (leg.target.kind !== 'carrier') return []
  const delayMs = call.route.kind === 'emergency' ? EMERGENCY_SILENCE_MS : SILENCE_MS
  return [{ kind: 'setTimer', timer: 'silence', delayMs }]
}

function giveUpSilent(call: Call, at: number): Step {
  const silent = call.legs.find((leg) => leg.state === 'inviting' && leg.target.kind === 'carrier')
  if (!silent || call.waiting.length === 0) return { call, actions: [] }
  const next = legFailed(call, silent.legId, { status: 503, reason: 'No Response' }, at)
  return { call: next.call, actions: [{ kind: 'hangupLeg', legId: silent.legId }, ...next.actions] }
}

/** Nobody answers at an extension whose calls go on then. */
function giveUpRinging(call: Call, at: number): Step {
  if (!call.asking && isGroup(call)) return ringNextMember(call, at)
  const rule = call.asking ? undefined : ruleAfter(call, 408)
  return rule ? goOn(call, rule.to, rule.reason, at) : { call, actions: [] }
}

function isGroup({ route }: Call): boolean {
  return route.kind === 'extension' && route.extension.service?.kind === 'group'
}

/** The members of a group who did not answer in time stop ringing, and the next ones ring. */
function ringNextMember(call: Call, at: number): Step {
  const stop = liveLegs(call).map((leg): CallAction => ({ kind: 'hangupLeg', legId: leg.legId }))
  const late = { status: 408, reason: 'No Answer', cause: 'no_answer' }
  const next = dialNext({ ...call, legs: [], bestFailure: call.bestFailure ?? late }, at)
  return { call: next.call, actions: [...stop, ...next.actions] }
}

/** A phone of an extension that sends the call elsewhere (302) does what a forward does; carriers are not obeyed. */
function redirected(call: Call, { legId, end, at }: CallEvent & { kind: 'legEnded' }): Step | undefined {
  const to = end.status >= 300 && end.status < 400 ? end.message?.contact?.uri.user : undefined
  const leg = call.legs.find((one) => one.legId === legId)
  if (!to || leg?.target.kind !== 'binding' || call.route.kind !== 'extension') return undefined
  return goOn(withLeg(call, legId, 'ended'), to, 'deflection', at)
}

/** An answer without SDP is no conversation: another carrier may do better. */
function giveUpMute(call: Call, { legId, at }: CallEvent & { kind: 'answered' }): Step {
  const next = legFailed(call, legId, { status: 488, reason: 'Answer Without SDP' }, at)
  return { call: next.call, actions: [{ kind: 'hangupLeg', legId }, ...next.actions] }
}

/**
 * Early media is passed on only while a single target rings: with several, the caller would hear one
 * of them at random, so it gets plain ringing instead (RFC 3960 §3). A phone of ours gives none to callers from
 * outside: whoever talks before he answers would have a conversation that nobody pays for.
 */
function onProgress(call: Call, event: CallEvent & { kind: 'progress' }): Step {
  const rings = call.legs.find((leg) => leg.legId === event.legId)
  if (!rings || event.status === 100) return { call, actions: [] }
  const ringing = withLeg({ ...call, ringingAt: call.ringingAt ?? event.at }, event.legId, 'ringing')
  // Who is given away hears nothing of whom he is given to before that one answers.
  if (call.transfer) return tellRinging(call, ringing)
  // Whoever was answered by a service hears our ringing already.
  if (call.serving) return { call: ringing, actions: [] }
  const mayTalk = rings.target.kind === 'carrier' || call.caller.tenantId !== undefined
  if (event.sdp && mayTalk && call.legs.length === 1) {
    if (call.earlyMedia) return { call: ringing, actions: [] }
    if (call.direct) {
      const actions: CallAction[] = [{ kind: 'answer', legId: call.callerLeg, status: 183, sdp: event.sdp }]
      return { call: { ...ringing, earlyMedia: true }, actions }
    }
    return {
      call: ringing,
      actions: [{ kind: 'answerMedia', fromLeg: event.legId, toLeg: call.callerLeg, sdp: event.sdp, early: true }],
    }
  }
  const first = call.ringingAt === undefined && !call.earlyMedia
  return { call: ringing, actions: first ? [{ kind: 'answer', legId: call.callerLeg, status: 180 }] : [] }
}

function tellRinging(call: Call, ringing: Call): Step {
  const isFirst = !call.legs.some((leg) => leg.state === 'ringing')
  return { call: ringing, actions: isFirst ? notifyActions(call, 180, 'Ringing', false) : [] }
}

type Failed = {
  readonly status: number
  readonly reason: string
  readonly cause?: string
  /** Somebody was reached who does not want the call, or cannot take it: another way to him changes nothing. */
  readonly isFinal?: boolean
}

/**
 * Whether an end says "try the next one" (RFC 3263 §4.3): the network failed, not the person. A side that rang was
 * reached; its silence is nobody at home. Credentials that a carrier does not take are our trouble with it alone.
 */
function isFinalEnd(call: Call, { legId, end }: CallEvent & { kind: 'legEnded' }): boolean {
  const hasRung = call.legs.some((leg) => leg.legId === legId && leg.state === 'ringing')
  if (end.by === 'transport') return false
  if (end.status === 408) return hasRung
  return end.status !== 401 && end.status !== 407 && (end.status < 500 || end.status >= 600)
}

/**
 * What a side's failure means to the caller. Where a carrier would send the call instead, and whose password a side
 * wants, is between it and us: a challenge is not passed on (the caller might answer it with his own password).
 */
function forCaller(call: Call, event: CallEvent & { kind: 'legEnded' }): Failed {
  const { status } = event.end
  const isFinal = isFinalEnd(call, event)
  if (status >= 300 && status < 400) return { status: 480, reason: 'Temporarily Unavailable', isFinal }
  if (status === 401 || status === 407) return { status: 503, reason: 'Service Unavailable' }
  // Its own words may name what is behind it.
  return { status, reason: reasonOf(status), isFinal }
}

/** Higher is more telling for the caller: a person's refusal beats a network's failure. */
function weight(status: number): number {
  if (status === 486 || status === 600 || status === 603) return 4
  if (status === 408 || status === 480) return 3
  return status >= 500 ? 1 : 2
}

function legFailed(call: Call, legId: LegId, { isFinal, ...failure }: Failed, at: number): Step {
  const { status } = failure
  const ended = withLeg(call, legId, 'ended')
  const better = !call.bestFailure || weight(status) > weight(call.bestFailure.status)
  const next = better ? { ...ended, bestFailure: { cause: causeOf(status), ...failure } } : ended
  if (next.legs.some((leg) => leg.state !== 'ended')) return { call: next, actions: [] }
  const elsewhere = { ...next, waiting: otherPlaces(next, legId, status) }
  return isFinal && call.route.kind !== 'emergency'
    ? dialNext({ ...next, waiting: others(next, status) }, at)
    : dialNext(elsewhere, at)
}

/**
 * A carrier's other places are tried when the network failed or it said 503 (RFC 3263 §4.3); what one place refuses the
 * others refuse too. For an emergency nothing is left untried.
 */
function otherPlaces({ legs, route, waiting }: Call, legId: LegId, status: number): Call['waiting'] {
  const failed = legs.find((leg) => leg.legId === legId)?.target
  if (failed?.kind !== 'carrier' || !failed.hop || route.kind === 'emergency') return waiting
  if (status === 503 || status === 408) return waiting
  const isSame = (target: Target | undefined): boolean =>
    target?.kind === 'carrier' && target.carrierId === failed.carrierId
  return waiting.filter(([target]) => !isSame(target))
}

/** Who is left when a person was reached: the other contacts of an extension, unless it wants no call anywhere. */
function others({ route, waiting }: Call, status: number): Call['waiting'] {
  if (route.kind !== 'extension' || status >= 600) return []
  const isSpare = (target: Target): boolean => target.kind === 'binding' && target.isSpare === true
  return waiting.filter((targets) => !targets.every(isSpare))
}
