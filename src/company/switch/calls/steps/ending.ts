/** How a call ends, whatever state it is in: every other side is told, then the record is closed. */

import type { LegId } from '../../../../network/sip/index.ts'
import type { Call, CallAction, CalleeLeg, Hangup, Step } from '../call.ts'

/** Legs that still have to be told. */
export function liveLegs(call: Call): readonly CalleeLeg[] {
  return call.legs.filter((leg) => leg.state !== 'ended' && leg.state !== 'offering')
}

/** Replaces one leg's state. */
export function withLeg(call: Call, legId: LegId, state: CalleeLeg['state']): Call {
  return { ...call, legs: call.legs.map((leg) => (leg.legId === legId ? { ...leg, state } : leg)) }
}

/**
 * Ends a call at `at`: hangs up every leg but `goneLeg` (the one that ended by itself) and finishes it.
 * An unanswered caller gets the hangup's status; an answered one a BYE.
 */
export function endCall(call: Call, hangup: Hangup, at: number, goneLeg?: LegId): Step {
  const actions: CallAction[] = []
  if (goneLeg !== call.callerLeg) {
    actions.push({ kind: 'hangupLeg', legId: call.callerLeg, status: hangup.status, reason: hangup.reason })
  }
  for (const leg of liveLegs(call)) {
    if (leg.legId !== goneLeg) actions.push({ kind: 'hangupLeg', legId: leg.legId })
  }
  actions.push(...endTransfer(call, goneLeg), { kind: 'finish' })
  const endedAt = Math.max(hangup.at ?? at, call.answeredAt ?? call.startedAt)
  return { call: { ...call, state: 'ended', hangup, endedAt }, actions }
}

/** Sides of a conversation that is being given away are not all among its legs. */
function endTransfer({ transfer, joining }: Call, goneLeg: LegId | undefined): CallAction[] {
  const actions: CallAction[] = []
  if (transfer && !transfer.isGone && transfer.by !== goneLeg) actions.push({ kind: 'hangupLeg', legId: transfer.by })
  if (!joining || joining.legId === goneLeg) return actions
  // A leg of another call goes on there.
  return [...actions, { kind: joining.callId === undefined ? 'hangupLeg' : 'giveBack', legId: joining.legId }]
}

const causeByStatus: Readonly<Record<number, string>> = {
  403: 'refused',
  404: 'not_in_service',
  408: 'no_answer',
  480: 'unavailable',
  484: 'incomplete_number',
  486: 'busy',
  487: 'cancelled',
  488: 'no_common_codec',
  503: 'carrier_failed',
  600: 'busy',
  603: 'declined',
}

/** The CDR's word for a final SIP status (RFC 3398 §8.2.6.1 gives the cause of each). */
export function causeOf(status: number): string {
  return causeByStatus[status] ?? (status >= 500 ? 'carrier_failed' : 'failed')
}
