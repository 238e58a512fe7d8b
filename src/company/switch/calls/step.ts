/** The call machine: one function per state, no hidden transitions, no I/O. */

import { assertNever } from '../../../base/index.ts'
import type { Call, CallEvent, Step, Way } from './call.ts'
import { refuseCall, startAnnouncement, stepAnnouncing } from './steps/announcing.ts'
import { stepConnecting } from './steps/connecting.ts'
import { dialNext, stepDialling } from './steps/dialling.ts'
import { endCall } from './steps/ending.ts'
import { alongWay, goOn } from './steps/forwarding.ts'
import { stepRecords, unheardRecords } from './steps/records.ts'
import { startReserving, stepReserving } from './steps/reserving.ts'
import { stepServed, stepServing } from './steps/serving.ts'
import { stepJoining } from './steps/joining.ts'
import { loseMedia, stepTalking } from './steps/talking.ts'
import { failCall, stepTransfer } from './steps/transferring.ts'

/**
 * Dialled at once. Its answer cannot wait for the disk as others do, so its record goes there while it is dialled:
 * whatever happens from then on, the call has a record.
 */
function startEmergency(call: Call, at: number): Step {
  const dialled = dialNext(call, at)
  return dialled.call.state === 'ended'
    ? dialled
    : { call: dialled.call, actions: [...dialled.actions, { kind: 'spool' }] }
}

/** The first step along a way: emergency before everything, money before dialling. */
function setOut(call: Call, at: number): Step {
  const { route } = call
  if (route.kind === 'emergency') return startEmergency(call, at)
  if (route.kind === 'refuse') return refuseCall(call, route, at)
  if (route.kind === 'announcement') return startAnnouncement(call, at)
  const always = route.kind === 'extension' ? route.extension.forward.always : undefined
  if (always) return goOn(call, always, 'unconditional', at)
  return startReserving(call, at)
}

/** A call goes on along the way that it asked for, unless it is over or does not want it any more. */
function onAdmitted(call: Call, way: Way | undefined, at: number): Step {
  if (call.state !== 'dialling' || !call.asking) return { call, actions: [] }
  if (way) return setOut(alongWay(call, way), at)
  return failCall(call, { cause: 'unavailable', status: 480, reason: 'Temporarily Unavailable', by: 'system' }, at)
}

/**
 * What a call becomes when something happens to it, and what it asks for.
 * Events of a past state change nothing: networks repeat themselves and answers come late.
 */
export function step(call: Call, event: CallEvent): Step {
  if (event.kind === 'started') return setOut(call, event.at)
  if (event.kind === 'endCall' && call.state !== 'ended') {
    return endCall(unheardRecords(call), event.hangup, event.at)
  }
  if (event.kind === 'mediaLost' && call.state !== 'ended') return loseMedia(call, event.at)
  if (event.kind === 'admitted') return onAdmitted(call, event.way, event.at)
  const money = call.state === 'ended' ? undefined : stepRecords(call, event)
  if (money) return money
  const given = call.state === 'ended' ? undefined : stepTransfer(call, event)
  if (given) return given
  const served = call.state === 'ended' ? undefined : stepServed(call, event)
  if (served) return served
  switch (call.state) {
    case 'serving':
      return stepServing(call, event)
    case 'reserving':
      return stepReserving(call, event)
    case 'dialling':
      return stepDialling(call, event)
    case 'connecting':
      return stepConnecting(call, event)
    case 'talking':
      return stepTalking(call, event)
    case 'joining':
      return stepJoining(call, event)
    case 'announcing':
      return stepAnnouncing(call, event)
    case 'ended':
      // The answer of a phone that was rung when the call ended: it is told at once.
      return event.kind === 'answered'
        ? { call, actions: [{ kind: 'hangupLeg', legId: event.legId }] }
        : { call, actions: [] }
    default:
      return assertNever(call.state, 'unknown call state')
  }
}
