/**
 * A call that a service of ours answers: a menu, a mailbox, a conference room. Its script hears keys, the ends of what
 * it says, and answers of the office; what it wants becomes actions. Where it sends the caller on, the call takes
 * its ordinary way with the caller answered already, and comes back to the script when nobody was there.
 */

import { assert } from '../../../../base/index.ts'
import type { Extension } from '../../directory/directory.ts'
import type { Input, Output } from '../../services/service.ts'
import { newService, stepService } from '../../services/step-service.ts'
import { LONGEST_CALL_MS, type Call, type CallAction, type CallEvent, type Hangup, type Step } from '../call.ts'
import { endCall, liveLegs } from './ending.ts'
import { answerRecords, closeRecords, grantTimers, openRecords, unheardRecords } from './records.ts'

const normal = { cause: 'normal', status: 200, reason: 'OK' } as const

/** The extension of a route that answers by itself; undefined where somebody is rung. */
function servingExtension({ route }: Call): Extension | undefined {
  if (route.kind !== 'extension' || !route.extension.service) return undefined
  return route.extension.service.kind === 'group' ? undefined : route.extension
}

/** The service takes the call; undefined where the route rings somebody instead. */
export function startServing(call: Call): Step | undefined {
  const by = servingExtension(call)
  const service = by?.service
  if (!by || !service || service.kind === 'group') return undefined
  const wasAnswered = call.serving !== undefined
  const serving = { by, script: newService(service, by.id), records: call.records.length, sdp: call.serving?.sdp }
  return {
    call: {
      ...call,
      state: 'serving',
      serving,
      connect: { at: undefined, sdp: undefined, unconfirmed: 0, spooled: wasAnswered },
    },
    actions: [
      ...(wasAnswered ? [{ kind: 'stop', legId: call.callerLeg } as const] : []),
      { kind: 'terminate', legId: call.callerLeg, sdp: call.callerSdp },
    ],
  }
}

/** What a served call makes of an event. */
export function stepServing(call: Call, event: CallEvent): Step {
  switch (event.kind) {
    case 'terminated':
      return onTerminated(call, event)
    case 'confirmed':
      if (!event.result.ok) {
        const hangup = {
          cause: 'ledger.unavailable',
          status: 503,
          reason: 'Charging Unavailable',
          by: 'system',
        } as const
        return endCall(unheardRecords(call), hangup, event.at)
      }
      return beginWhenReady(withConnect(call, { unconfirmed: call.connect.unconfirmed - 1 }), event.at)
    case 'spooled':
      return call.connect.spooled
        ? { call, actions: [] }
        : beginWhenReady(withConnect(call, { spooled: true }), event.at)
    case 'digit':
      return feed(call, { kind: 'digit', digit: event.digit }, event.at)
    case 'playDone':
      return feed(call, { kind: 'said' }, event.at)
    case 'recorded':
      return feed(call, { kind: 'recorded', spokenMs: event.spokenMs }, event.at)
    case 'reply':
      return feed(call, { kind: 'reply', reply: event.reply }, event.at)
    case 'timer':
      return event.timer === 'service' ? feed(call, { kind: 'waited' }, event.at) : { call, actions: [] }
    case 'mediaTimeout':
      return endCall(
        call,
        { cause: 'media_timeout', status: 200, reason: 'Media Timeout', by: 'system', at: event.lastPacketAt },
        event.at,
      )
    case 'reinvite':
      return onReinvite(call, event)
    default:
      return { call, actions: [] }
  }
}

function withConnect(call: Call, change: Partial<Call['connect']>): Call {
  return { ...call, connect: { ...call.connect, ...change } }
}

/** Media speaks to the caller: an answer, the answer to a re-INVITE, or a new place after another service. */
function onTerminated(call: Call, { result, at }: CallEvent & { kind: 'terminated' }): Step {
  const asking = call.reinvite
  if (asking !== undefined) {
    const answer: CallAction = result.ok
      ? { kind: 'answerReinvite', legId: asking, status: 200, sdp: result.value }
      : { kind: 'answerReinvite', legId: asking, status: 488 }
    const agreed = result.ok ? { callerSdp: call.reinviteSdp ?? call.callerSdp } : {}
    return { call: { ...call, ...agreed, reinvite: undefined, reinviteSdp: undefined }, actions: [answer] }
  }
  if (!result.ok) {
    const isMedia = result.failure.code === 'media.no_codec' || result.failure.code === 'media.bad_sdp'
    const hangup: Hangup = isMedia
      ? { cause: 'no_common_codec', status: 488, reason: 'Not Acceptable Here', by: 'system' }
      : { cause: 'media_unavailable', status: 503, reason: 'Media Unavailable', by: 'system' }
    return endCall(call, hangup, at)
  }
  const paying = openRecords(call).filter((record) => record.reserve)
  const answered = answerRecords(call, at, undefined)
  const ready = withConnect(answered, { sdp: result.value, unconfirmed: paying.length })
  const confirm = paying.map(({ cdrId }): CallAction => ({ kind: 'confirm', cdrId, answeredAt: at }))
  // The caller of a service that another one sent on is on the line already.
  if (call.connect.spooled) {
    const begun = beginWhenReady(ready, at)
    return { call: begun.call, actions: [{ kind: 'spool' }, ...confirm, ...begun.actions] }
  }
  return { call: ready, actions: [...confirm, { kind: 'spool' }] }
}

/** The script begins when the caller's answer may be heard: money committed, record on disk. */
function beginWhenReady(call: Call, at: number): Step {
  const { sdp, unconfirmed, spooled } = call.connect
  const { serving } = call
  assert(serving, 'a served call has a script')
  if (sdp === undefined || unconfirmed > 0 || !spooled) return { call, actions: [] }
  const told: Call = { ...withConnect(call, { sdp: undefined }), serving: { ...serving, sdp } }
  const answer: CallAction[] =
    serving.sdp === undefined
      ? [
          { kind: 'answer', legId: call.callerLeg, status: 200, sdp },
          { kind: 'setTimer', timer: 'longest', delayMs: LONGEST_CALL_MS },
        ]
      : []
  const begun = feed(told, { kind: 'begin' }, at)
  return {
    call: begun.call,
    actions: [
      ...answer,
      { kind: 'collect', legId: call.callerLeg, on: true },
      ...call.records.flatMap((one) => grantTimers(one, at)),
      ...begun.actions,
    ],
  }
}

/** Gives the script an input and does what it wants. */
function feed(call: Call, input: Input, at: number): Step {
  const { serving } = call
  if (!serving) return { call, actions: [] }
  const { state: script, outputs } = stepService(serving.script, input)
  let step: Step = { call: { ...call, serving: { ...serving, script } }, actions: [] }
  for (const output of outputs) {
    const next = act(step.call, output, at)
    step = { call: next.call, actions: [...step.actions, ...next.actions] }
  }
  return step
}

function act(call: Call, output: Output, at: number): Step {
  const legId = call.callerLeg
  const does = (action: CallAction): Step => ({ call, actions: [action] })
  switch (output.kind) {
    case 'say':
      return does({ kind: 'play', legId, prompt: output.prompts, times: output.times })
    case 'hush':
      return does({ kind: 'stop', legId })
    case 'wait':
      return does({ kind: 'setTimer', timer: 'service', delayMs: output.ms })
    case 'record':
      return does({ kind: 'record', legId, keep: output.keep, maxMs: output.maxMs, silenceMs: output.silenceMs })
    case 'endRecording':
      return does({ kind: 'endRecording' })
    case 'enterRoom':
      return does({ kind: 'enterRoom', legId, roomId: output.roomId, isMuted: output.isMuted })
    case 'ask':
      return does({ kind: 'ask', question: output.question })
    case 'dial':
      return sendOn(call, output.dialled)
    case 'hangUp':
      return endCall(call, { ...normal, by: 'system' }, at)
  }
}

/** The caller is sent on: he hears ringing while the call takes its way. */
function sendOn(call: Call, dialled: string): Step {
  const { serving } = call
  assert(serving, 'a served call has a script')
  const { by } = serving
  return {
    call: {
      ...call,
      state: 'dialling',
      waiting: [],
      legs: [],
      asking: { by, reason: 'service' },
      serving: { ...serving, records: call.records.length },
      bestFailure: undefined,
    },
    actions: [
      { kind: 'play', legId: call.callerLeg, prompt: 'tone/ringback', times: 0 },
      { kind: 'originate', by, dialled },
    ],
  }
}

/** Nobody was there: the script goes on with the caller. */
export function resumeServing(call: Call, hangup: Hangup, at: number): Step {
  const { serving } = call
  assert(serving, 'a served call has a script')
  const closed = closeRecords(call, call.records.slice(serving.records), hangup, at)
  const stop = liveLegs(call).map((leg): CallAction => ({ kind: 'hangupLeg', legId: leg.legId }))
  const back: Call = { ...closed, state: 'serving', asking: undefined, waiting: [], legs: [], announced: undefined }
  const resumed = feed(back, { kind: 'dialFailed', cause: hangup.cause }, at)
  return { call: resumed.call, actions: [...stop, { kind: 'stop', legId: call.callerLeg }, ...resumed.actions] }
}

/** Somebody answered: the caller hears him instead of us, and is told where to speak now. */
export function completeServing(call: Call, sdp: string, at: number): Step {
  const { serving, callerLeg } = call
  assert(serving, 'a served call has a script')
  const money = call.records.slice(serving.records).flatMap((one) => grantTimers(one, at))
  return {
    call: { ...call, state: 'talking', serving: undefined, rejoining: { legId: callerLeg, sdp } },
    actions: [
      { kind: 'stop', legId: callerLeg },
      { kind: 'collect', legId: callerLeg, on: false },
      { kind: 'reinviteLeg', legId: callerLeg, sdp },
      ...money,
    ],
  }
}

/** Events that mean the same in every state of a caller who was answered by a service; undefined for all others. */
export function stepServed(call: Call, event: CallEvent): Step | undefined {
  if (!call.serving || event.kind !== 'legEnded' || event.legId !== call.callerLeg) return undefined
  if (call.serving.sdp === undefined) {
    const cancelled = { cause: 'cancelled', status: 487, reason: 'Cancelled', by: 'caller' } as const
    return endCall(unheardRecords(call), cancelled, event.at, event.legId)
  }
  const cancelled: Hangup = { cause: 'cancelled', status: 487, reason: 'Request Terminated', by: 'caller' }
  const unheard = call.state === 'connecting' ? unheardRecords(call) : call
  const open = openRecords(unheard)
  const closed = closeRecords(unheard, open, cancelled, event.at)
  return endCall(closed, { ...normal, by: 'caller' }, event.at, event.legId)
}

/** The caller offers anew while he is served: media answers it as it did the first time. */
function onReinvite(call: Call, { legId, sdp }: CallEvent & { kind: 'reinvite' }): Step {
  if (call.reinvite !== undefined) return { call, actions: [{ kind: 'answerReinvite', legId, status: 491 }] }
  if (sdp === undefined) return { call, actions: [{ kind: 'answerReinvite', legId, status: 488 }] }
  return {
    call: { ...call, reinvite: legId, reinviteSdp: sdp },
    actions: [{ kind: 'terminate', legId, sdp }],
  }
}
