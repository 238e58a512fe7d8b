/** How a call in progress looks to the live pages. */

import type { Call, CallState } from './call.ts'
import type { LiveCall } from '../topics.ts'

const shownState: Readonly<Record<CallState, LiveCall['state']>> = {
  reserving: 'setting_up',
  dialling: 'setting_up',
  connecting: 'ringing',
  talking: 'talking',
  joining: 'talking',
  announcing: 'announcing',
  serving: 'announcing',
  ended: 'ended',
}

const present = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.filter((value) => value !== undefined)),
]

/** The public view of a call record. */
export function liveCallOf(call: Call): LiveCall {
  const ringing = call.state === 'dialling' && call.ringingAt !== undefined
  const open = call.records.filter((record) => !record.closed)
  const grants = open.map((record) => record.grant).filter((grant) => grant !== undefined)
  const [first] = grants
  return {
    callId: call.id,
    state: ringing ? 'ringing' : shownState[call.state],
    tenantIds: present([call.caller.tenantId, call.callee.tenantId]),
    personIds: present([call.caller.personId, call.callee.personId]),
    // One view for everybody who takes part: of a caller who is withheld it tells nothing.
    from: call.caller.isPrivate ? 'anonymous' : call.caller.number,
    fromName: call.caller.isPrivate ? '' : call.caller.name,
    to: call.callee.number,
    toName: call.callee.name,
    verstat: call.identity?.verstat,
    class: first?.class ?? open[0]?.class ?? 'service',
    carrierId: open.find((record) => record.carrierId !== undefined)?.carrierId,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    reservedMicros: first && grants.reduce((sum, { reservedMicros }) => sum + reservedMicros, 0n),
    currency: first?.currency,
  }
}
