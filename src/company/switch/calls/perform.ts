/** Performs what the call machine asks for: the only place where calls meet sockets, money and disk. */

import type { Result } from '../../../base/index.ts'
import { mediaUnavailable, type MediaExchange } from '../../../network/media/index.ts'
import type { Headers, LegId, NextHop, SipLegs } from '../../../network/sip/index.ts'
import { asOffer } from './as-offer.ts'
import type { Call, CallAction, Target } from './call.ts'
import { performForService } from './perform-service.ts'
import { cdrsOf } from '../records/cdrs.ts'
import { reasonHeaders } from './end-reasons.ts'
import { timeOf, type AnyEvent, type Entry, type ExecutorOptions } from './execution.ts'

type Report = (outcome: AnyEvent) => void

/** Performs one action; its outcome is reported as an event, later or at once. */
export function perform(options: ExecutorOptions, entry: Entry, action: CallAction, report: Report): void {
  const { charging } = options
  const follow = following(options, entry.call, report)
  switch (action.kind) {
    case 'originate':
      return report({ kind: 'admitted', way: options.originate(entry.call, action.by, action.dialled) })
    case 'reserve':
      return follow(charging.reserve(action.request), (result) => {
        return { kind: 'reserved', cdrId: action.request.cdrId, result }
      })
    case 'confirm':
      return follow(charging.confirm(action.cdrId, action.answeredAt), (result) => ({ kind: 'confirmed', result }))
    case 'extend': {
      const { cdrId, elapsedSeconds } = action
      return follow(charging.extend(cdrId, elapsedSeconds), (result) => ({ kind: 'extended', cdrId, result }))
    }
    case 'spool':
      return follow(spoolOpen(options, entry), () => ({ kind: 'spooled' }), { kind: 'spooled' })
    case 'setTimer': {
      const { timer, cdrId, delayMs } = action
      const key = `${timer} ${cdrId ?? ''}`
      entry.timers.get(key)?.stop()
      entry.timers.set(
        key,
        options.clock.after(delayMs, () => report({ kind: 'timer', timer, cdrId })),
      )
      return
    }
    case 'ask':
      return follow(options.services.ask(action.question), (reply) => ({ kind: 'reply', reply }))
    case 'stop':
    case 'collect':
    case 'record':
    case 'endRecording':
    case 'enterRoom':
      return performForService(options, entry, action, report)
    case 'offer':
    case 'answerMedia':
    case 'terminate':
    case 'play':
      return performOnMedia(options, entry, action, report)
    default:
      return performOnLeg(options, entry, action, report)
  }
}

/**
 * The outcome of a promise becomes an event; a thrown bug, or a disk that refuses, ends this one call.
 * An emergency is never ended for it: it goes on with `otherwise`.
 */
function following(
  { log }: ExecutorOptions,
  { id: callId, route }: Call,
  report: Report,
): <T>(work: Promise<T>, then: (value: T) => AnyEvent, otherwise?: AnyEvent) => void {
  return (work, then, otherwise) => {
    work
      .then((value) => report(then(value)))
      .catch((error: unknown) => {
        log.error('an action of a call failed', { callId, error })
        if (route.kind === 'emergency' && otherwise) return report(otherwise)
        const hangup = { cause: 'internal_error', status: 500, reason: 'Server Error', by: 'system' } as const
        report({ kind: 'endCall', hangup })
      })
  }
}

async function spoolOpen({ spool, clock }: ExecutorOptions, entry: Entry): Promise<void> {
  await Promise.all(cdrsOf(entry.call, timeOf(entry, clock)).map((record) => spool.append({ kind: 'open', record })))
}

/** RFC 6442 §4.4: the call goes on; what was said of its place could not be used. */
const LOCATION_ERROR: Headers = [['Geolocation-Error', '100 "Cannot Process Location"']]

type NotifyAction = Extract<CallAction, { kind: 'notify' }>
type MediaAction = Extract<CallAction, { kind: 'offer' | 'answerMedia' | 'terminate' | 'play' }>

function performOnMedia(options: ExecutorOptions, entry: Entry, action: MediaAction, report: Report): void {
  const { media } = options
  const callId = entry.call.id
  const follow = following(options, entry.call, report)
  switch (action.kind) {
    case 'offer': {
      const { fromLeg, toLeg, sdp } = action
      const request = {
        callId,
        fromLeg,
        toLeg,
        sdp: asOffer(sdp),
        ...signalAddress(entry, fromLeg),
        ...familyOf(options, entry, toLeg),
      }
      const offered = (result: Result<string>): AnyEvent => ({ kind: 'offered', legId: toLeg, result })
      options.beforeDial(entry.call, targetOf(entry.call, toLeg))
      return follow(offerUrgently(options, entry.call, request), offered, offered(mediaUnavailable('failed')))
    }
    case 'answerMedia': {
      const { fromLeg, toLeg, sdp, early } = action
      const request = { callId, fromLeg, toLeg, sdp, early, ...signalAddress(entry, fromLeg) }
      const answered = (result: Result<string>): AnyEvent => ({ kind: 'mediaAnswered', legId: fromLeg, early, result })
      return follow(media.answer(request), answered, answered(mediaUnavailable('failed')))
    }
    case 'terminate': {
      const { legId, sdp } = action
      const request = { callId, legId, sdp, ...signalAddress(entry, legId) }
      return follow(media.terminate(request), (result) => ({ kind: 'terminated', result }))
    }
    case 'play': {
      const { legId, prompt, times } = action
      // The end of the prompt is told by the media process; only a prompt that never began is reported here.
      const isOver = (): void => report({ kind: 'playDone' })
      return void media.play({ callId, legId, prompt, times }).then((result) => !result.ok && isOver(), isOver)
    }
    default:
  }
}

/** By which family a leg is reached, or will be; said only where there are two. */
function familyOf({ otherHost, reach }: ExecutorOptions, entry: Entry, legId: LegId): { toFamily?: 4 | 6 } {
  if (otherHost === undefined) return {}
  const target = targetOf(entry.call, legId)
  const reached = target && reach(entry.call, target)
  const address = entry.addresses.get(legId) ?? (reached && addressOf(reached.nextHop))
  return address === undefined ? {} : { toFamily: address.includes(':') ? 6 : 4 }
}

function targetOf({ legs }: Call, legId: LegId): Target | undefined {
  return legs.find((leg) => leg.legId === legId)?.target
}

/** How long the ports of a call that gave them up may take to be free. */
const FREED_MS = 50

/** Media without a free port for an emergency gets one: another call gives up its own, once. */
async function offerUrgently(
  options: ExecutorOptions,
  { route }: Call,
  request: MediaExchange,
): Promise<Result<string>> {
  const { media, clock, freeMedia } = options
  const offered = await media.offer(request)
  const isFull = !offered.ok && offered.failure.code === 'media.no_ports'
  if (!isFull || route.kind !== 'emergency' || !freeMedia()) return offered
  await new Promise<void>((resolve) => void clock.after(FREED_MS, resolve))
  return media.offer(request)
}

function performOnLeg(options: ExecutorOptions, entry: Entry, action: CallAction, report: Report): void {
  const { sip } = options
  switch (action.kind) {
    case 'invite': {
      const { legId, target, sdp } = action
      return inviteTarget(options, entry, { legId, target, sdp }, report)
    }
    case 'answer':
      return sip.answer(action.legId, action.status, {
        ...(action.reason === undefined ? {} : { reason: action.reason }),
        ...(action.sdp === undefined ? {} : { sdp: action.sdp }),
        ...(entry.call.carried?.location?.isFaulty ? { headers: LOCATION_ERROR } : {}),
      })
    case 'hangupLeg':
      return sip.hangup(action.legId, {
        ...(action.status === undefined ? {} : { status: action.status }),
        ...(action.reason === undefined ? {} : { reason: action.reason }),
        headers: reasonHeaders(entry.call, action.legId, entry.reason),
      })
    case 'notify':
      return notifyTransfer(sip, action)
    case 'reinviteLeg':
      return sip.reinvite(action.legId, asOffer(action.sdp))
    case 'answerReinvite':
      return sip.answerReinvite(action.legId, action.status, action.sdp)
    default:
  }
}

/** A phone that does not want to hear it keeps its call: only the subscription is over (RFC 5057 §5.1). */
function notifyTransfer(sip: SipLegs, { legId, eventId, status, reason, isFinal }: NotifyAction): void {
  const headers = [
    ['Event', eventId === undefined ? 'refer' : `refer;id=${eventId}`],
    ['Subscription-State', isFinal ? 'terminated;reason=noresource' : 'active;expires=180'],
  ] as const
  const body = `SIP/2.0 ${status} ${reason}\r\n`
  sip.request(legId, 'NOTIFY', { headers, body, contentType: 'message/sipfrag;version=2.0' }, () => {})
}

type Invite = { readonly legId: LegId; readonly target: Target; readonly sdp: string | undefined }

const nameless = { status: 503, reason: 'Service Unavailable', by: 'transport' } as const

function inviteTarget(options: ExecutorOptions, entry: Entry, invite: Invite, report: Report): void {
  const { legId, target } = invite
  const ready = options.ready?.(entry.call, target)
  if (!ready) return inviteNow(options, entry, invite, report)
  const isWanted = (): boolean =>
    entry.call.state !== 'ended' && entry.call.legs.some((leg) => leg.legId === legId && leg.state === 'inviting')
  void ready.then(() => isWanted() && inviteNow(options, entry, invite, report))
}

function inviteNow(
  { sip, reach, onDialled }: ExecutorOptions,
  entry: Entry,
  { legId, target, sdp }: Invite,
  report: Report,
): void {
  const reached = reach(entry.call, target)
  if (!reached) {
    // The phone went away while it was offered the call, or a carrier's name leads nowhere.
    const gone = target.kind === 'carrier' ? nameless : { status: 480, reason: 'Temporarily Unavailable' }
    return report({ kind: 'legEnded', legId, end: { by: 'local', ...gone } })
  }
  entry.addresses.set(legId, addressOf(reached.nextHop))
  sip.invite({ ...reached, legId, sdp })
  onDialled?.(entry.call, legId, target)
}

function addressOf(nextHop: NextHop): string {
  return 'flow' in nextHop ? nextHop.flow.remote.address : nextHop.remote.address
}

function signalAddress(entry: Entry, legId: LegId): { signalAddress?: string } {
  const address = entry.addresses.get(legId)
  return address === undefined ? {} : { signalAddress: address }
}
