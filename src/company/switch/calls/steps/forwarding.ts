/**
 * Calls that go on from an extension: always, when it is busy, when nobody answers, or because its phone says so
 * (302). Each is a way of its own, admitted on behalf of that extension, which pays for it when somebody has to.
 */

import type { Call, CallAction, Diversion, DiversionReason, Step, Way } from '../call.ts'
import type { Extension } from '../../directory/directory.ts'
import { liveLegs } from './ending.ts'
import { failCall } from './transferring.ts'

/** No call goes on more often than this, those counted that it did before it came to us. */
const FORWARDS_MAX = 5

/** Who is rung now, and may send the call on. */
function rung(call: Call): Extension | undefined {
  return call.route.kind === 'extension' ? call.route.extension : undefined
}

/** How often a call went on so far. */
function forwardsOf(call: Call): number {
  return call.diversions.reduce((sum, { counter }) => sum + counter, 0)
}

/** Whether it would go round in a circle, or already did. */
function isLoop(call: Call, by: Extension): boolean {
  return forwardsOf(call) >= FORWARDS_MAX || call.diversions.some((one) => one.extensionId === by.id)
}

/** The rule of the extension that is rung, for a call that came to nothing with this status. */
export function ruleAfter(call: Call, status: number): { to: string; reason: DiversionReason } | undefined {
  const by = rung(call)
  if (!by || isLoop(call, by)) return undefined
  const { busy, noAnswer } = by.forward
  if (status === 486 || status === 600 || status === 603) return busy ? { to: busy, reason: 'user-busy' } : undefined
  if (!noAnswer) return undefined
  return { to: noAnswer, reason: status === 408 ? 'no-answer' : 'unavailable' }
}

/** Sets the clock of an extension whose calls go on when nobody answers. */
export function noAnswerTimer(call: Call): CallAction[] {
  const by = rung(call)
  if (by?.service?.kind === 'group') {
    return [{ kind: 'setTimer', timer: 'noAnswer', delayMs: by.service.ringSeconds * 1000 }]
  }
  const forward = by?.forward
  return forward?.noAnswer ? [{ kind: 'setTimer', timer: 'noAnswer', delayMs: forward.afterSeconds * 1000 }] : []
}

/** Sends the call on from the extension that is rung; whoever rings there stops. A loop ends it (RFC 5806 §5). */
export function goOn(call: Call, to: string, reason: DiversionReason, at: number): Step {
  const by = rung(call)
  if (!by || isLoop(call, by)) {
    return failCall(call, { cause: 'forward_loop', status: 482, reason: 'Loop Detected', by: 'system' }, at)
  }
  const stop = liveLegs(call).map((leg): CallAction => ({ kind: 'hangupLeg', legId: leg.legId }))
  return {
    call: { ...call, state: 'dialling', waiting: [], legs: [], asking: { by, reason } },
    actions: [...stop, { kind: 'originate', by, dialled: to }],
  }
}

/** The call as it goes on along a way that was admitted for it. */
export function alongWay(call: Call, way: Way): Call {
  const { asking } = call
  const { number, name } = way.caller
  const reason = asking?.reason
  const isForward = asking && reason !== undefined && reason !== 'transfer' && reason !== 'service'
  const sentOn: Diversion[] = isForward ? [{ number, name, reason, counter: 1, extensionId: asking.by.id }] : []
  // Outside, a short number is nobody: the one who sends the call on is shown instead.
  const isShort = way.route.kind === 'carrier' && !call.caller.number.startsWith('+')
  return {
    ...call,
    state: 'dialling',
    asking: undefined,
    diversions: [...call.diversions, ...sentOn],
    caller: isShort ? { ...call.caller, number } : call.caller,
    callee: way.callee,
    route: way.route,
    records: [...call.records, ...way.records],
    waiting: way.targets,
    legs: [],
    sponsor: way.caller,
    bestFailure: undefined,
  }
}
