/** Refusals that are heard, and calls that we answer ourselves. */

import type { Call, CallEvent, Step } from '../call.ts'
import type { Refusal } from '../../routing/route.ts'
import { endCall } from './ending.ts'
import { answerRecords, closeRecords, unheardRecords } from './records.ts'
import { failCall } from './transferring.ts'

/** A prompt that never reports its end must not hold a call. */
const ANNOUNCEMENT_MS = 20_000

/** Refuses a call: with the announcement when there is one, else with the bare status. */
export function refuseCall(call: Call, refusal: Refusal, at: number): Step {
  const { cause, status, reason } = refusal
  if (call.transfer || call.serving) return failCall(call, { cause, status, reason, by: 'system' }, at)
  if (call.diversions.some((one) => one.extensionId)) return refuseForward(call, refusal, at)
  if (!refusal.prompt) return endCall(call, { cause, status, reason, by: 'system' }, at)
  return {
    call: { ...call, state: 'announcing', announced: refusal },
    actions: [
      { kind: 'terminate', legId: call.callerLeg, sdp: call.callerSdp },
      { kind: 'setTimer', timer: 'announcement', delayMs: ANNOUNCEMENT_MS },
    ],
  }
}

/** Why a call could not go on concerns the one who sends it on; its caller hears only that nobody is there. */
function refuseForward(call: Call, { cause, status, reason }: Refusal, at: number): Step {
  const closed = closeRecords(call, call.records.slice(-1), { cause, status, reason, by: 'system' }, at)
  return endCall(closed, { cause: 'unavailable', status: 480, reason: 'Temporarily Unavailable', by: 'system' }, at)
}

/** Answers a call ourselves and plays the route's prompt (test call, information lines). */
export function startAnnouncement(call: Call, at: number): Step {
  if (call.transfer || call.serving)
    return failCall(call, { cause: 'refused', status: 403, reason: 'Forbidden', by: 'system' }, at)
  return {
    call: { ...call, state: 'announcing' },
    actions: [
      { kind: 'terminate', legId: call.callerLeg, sdp: call.callerSdp },
      { kind: 'setTimer', timer: 'announcement', delayMs: ANNOUNCEMENT_MS },
    ],
  }
}

/** A caller that never heard our answer was not answered. */
function asHeard(call: Call): Call {
  return call.connect.spooled ? call : unheardRecords(call)
}

function finishAnnouncement(call: Call, at: number): Step {
  const refusal = call.announced
  if (!refusal) return endCall(asHeard(call), { cause: 'normal', status: 200, reason: 'OK', by: 'system' }, at)
  return endCall(call, { cause: refusal.cause, status: refusal.status, reason: refusal.reason, by: 'system' }, at)
}

/** What a call that hears a prompt makes of an event. */
export function stepAnnouncing(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'terminated': {
      if (!event.result.ok) return finishAnnouncement(call, event.at)
      const sdp = event.result.value
      const refusal = call.announced
      // A refusal is heard as early media, so that the caller is not charged for hearing it.
      if (refusal?.prompt) {
        return {
          call,
          actions: [
            { kind: 'answer', legId: call.callerLeg, status: 183, sdp },
            { kind: 'play', legId: call.callerLeg, prompt: refusal.prompt, times: 1 },
          ],
        }
      }
      if (call.route.kind !== 'announcement') return finishAnnouncement(call, event.at)
      // As with every answer: what is not on disk is not connected.
      const answered = answerRecords(call, event.at, undefined)
      return { call: { ...answered, connect: { ...answered.connect, sdp } }, actions: [{ kind: 'spool' }] }
    }
    case 'spooled': {
      const { sdp } = call.connect
      if (sdp === undefined || call.route.kind !== 'announcement') return { call, actions: [] }
      const { prompt, times } = call.route
      return {
        call: { ...call, connect: { ...call.connect, spooled: true } },
        actions: [
          { kind: 'answer', legId: call.callerLeg, status: 200, sdp },
          { kind: 'play', legId: call.callerLeg, prompt, times },
        ],
      }
    }
    case 'playDone':
    case 'timer':
      return finishAnnouncement(call, event.at)
    case 'legEnded':
      return endCall(
        asHeard(call),
        call.announced
          ? { cause: call.announced.cause, status: call.announced.status, reason: call.announced.reason, by: 'caller' }
          : { cause: 'normal', status: 200, reason: 'OK', by: 'caller' },
        event.at,
        call.callerLeg,
      )
    default:
      return { call, actions: [] }
  }
}
