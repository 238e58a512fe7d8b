/** The first record of a call: nothing has happened yet. */

import type { LegId } from '../../../network/sip/index.ts'
import type { Carried } from '../routing/carried-headers.ts'
import { blankOffer } from './blank-offer.ts'
import type { Call, CallerIdentity, Diversion, Way } from './call.ts'

export type NewCall = {
  readonly id: string
  readonly callerLeg: LegId
  readonly sipCallId: string
  readonly sdp: string | undefined
  /** As `originate` admitted it. */
  readonly way: Way
  /** From whom it went on before it came to us. */
  readonly diversions?: readonly Diversion[]
  readonly identity?: CallerIdentity | undefined
  readonly carried?: Carried | undefined
  readonly at: number
}

/** Makes the record of a call that takes its first way. */
export function createCall({
  id,
  callerLeg,
  sipCallId,
  sdp,
  way,
  diversions = [],
  identity,
  carried,
  at,
}: NewCall): Call {
  return {
    id,
    state: 'dialling',
    callerLeg,
    sipCallId,
    callerSdp: sdp ?? blankOffer,
    caller: way.caller,
    callee: way.callee,
    route: way.route,
    records: way.records,
    waiting: way.targets,
    legs: [],
    legCount: 0,
    answeredLeg: undefined,
    diversions,
    identity,
    carried,
    asking: undefined,
    sponsor: undefined,
    transfer: undefined,
    joining: undefined,
    serving: undefined,
    rejoining: undefined,
    pickup: undefined,
    connect: { at: undefined, sdp: undefined, unconfirmed: 0, spooled: false },
    earlyMedia: false,
    direct: false,
    calleeSdp: undefined,
    lateOffer: false,
    reinvite: undefined,
    reinviteSdp: undefined,
    startedAt: at,
    ringingAt: undefined,
    answeredAt: undefined,
    endedAt: undefined,
    hangup: undefined,
    bestFailure: undefined,
    announced: undefined,
  }
}
