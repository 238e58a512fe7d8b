/**
 * Why a call ends, in the words of the telephone network (Reason, RFC 3326): what one side says is kept for the
 * others, without its text, which may name hosts; where none is said it follows from the status (RFC 3398 §8.2.6.1).
 */

import type { Headers, LegId, SipMessage } from '../../../network/sip/index.ts'
import type { Call, CallEvent } from './call.ts'

const causeOfStatus: Readonly<Record<number, number>> = {
  200: 16,
  403: 21,
  404: 1,
  408: 102,
  410: 22,
  480: 18,
  482: 25,
  483: 25,
  484: 28,
  485: 1,
  486: 17,
  487: 16,
  488: 79,
  500: 41,
  501: 79,
  502: 38,
  503: 41,
  504: 102,
  600: 17,
  603: 21,
  604: 1,
}

/** What a vague refusal means when the network behind it says more (RFC 3398 §7.2.4.1). */
const statusOfCause: Readonly<Record<number, readonly [number, string]>> = {
  1: [404, 'Not Found'],
  17: [486, 'Busy Here'],
  18: [480, 'No User Responding'],
  19: [480, 'No Answer'],
  21: [403, 'Rejected'],
  22: [410, 'Gone'],
  28: [484, 'Address Incomplete'],
}
const VAGUE: ReadonlySet<number> = new Set([480, 500, 503])

const ELSEWHERE: Headers = [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']]

const partOf = (value: string, pattern: RegExp): string | undefined => pattern.exec(value)?.[1]

/** The reason that a message gives: `Q.850;cause=17`, or undefined. */
export function reasonIn(message: SipMessage | undefined): string | undefined {
  for (const value of message?.headers('Reason') ?? []) {
    const cause = partOf(value, /\bQ\.850\s*;[^,]*?\bcause\s*=\s*(\d{1,3})\b/i)
    if (cause !== undefined) return `Q.850;cause=${cause}`
    const status = partOf(value, /\bSIP\s*;[^,]*?\bcause\s*=\s*(\d{3})\b/i)
    if (status !== undefined) return `SIP;cause=${status}`
  }
  return undefined
}

/** What a leg that is hung up is told: `received` from another side, or what follows from the call's end. */
export function reasonHeaders(call: Call, legId: LegId, received: string | undefined): Headers {
  // Phones that rang beside the one that answered show no missed call.
  if (call.state === 'connecting' && call.answeredLeg !== legId) return ELSEWHERE
  if (call.state === 'ended' && received !== undefined) return [['Reason', received]]
  const cause = call.state === 'ended' ? causeOfStatus[call.hangup?.status ?? 200] : 16
  return cause === undefined ? [] : [['Reason', `Q.850;cause=${cause}`]]
}

/** A carrier's vague refusal as what it means: a busy number is not tried elsewhere. An emergency tries everything. */
export function clearRefusal(call: Call, event: CallEvent): CallEvent {
  if (event.kind !== 'legEnded' || !VAGUE.has(event.end.status) || call.route.kind === 'emergency') return event
  const cause = partOf(reasonIn(event.end.message) ?? '', /^Q\.850;cause=(\d+)$/)
  const meant = cause === undefined ? undefined : statusOfCause[Number(cause)]
  return meant ? { ...event, end: { ...event.end, status: meant[0], reason: meant[1] } } : event
}
