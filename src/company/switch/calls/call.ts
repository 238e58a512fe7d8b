/**
 * A call as a plain record, what can happen to it and what it can ask for. There is no call object:
 * `step` takes the record and an event and gives the next record and a list of actions, and the
 * executor performs them. That is why a call can be simulated without a network.
 */

import type { Failure, Result } from '../../../base/index.ts'
import type { LegEnd, LegId } from '../../../network/sip/index.ts'
import type { Attestation, IdentityFailure, Verstat } from '../../../network/stir/index.ts'
import type { Hop } from '../../../network/transport/index.ts'
import type { CallClass, CallDirection, Grant, ReserveFailure, ReserveRequest } from '../../ledger/index.ts'
import type { Extension } from '../directory/directory.ts'
import type { Carried } from '../routing/carried-headers.ts'
import type { Refusal, Route } from '../routing/route.ts'
import type { Keep, Question, Reply } from '../services/service.ts'
import type { ServiceState } from '../services/step-service.ts'

/** One side of the conversation as the CDR will tell it. */
export type Party = {
  /** The customer, when it is one of ours. */
  readonly tenantId: string | undefined
  readonly accountId: string | undefined
  readonly personId: string | undefined
  /** E.164, or the extension inside one customer. */
  readonly number: string
  readonly name: string
  /** The trunk that he calls from, or is reached by. */
  readonly trunkId?: string
  /** Wants to be withheld from the other side; networks that we trust are told, and whom not to tell. */
  readonly isPrivate?: boolean
  /** The extension, when it is one of ours. */
  readonly extensionId?: string
}

/** Something that can be rung. The executor knows how to reach it; the machine only needs its name. */
export type Target =
  | {
      readonly kind: 'binding'
      readonly sipUser: string
      readonly contact: string
      /** Another flow of a phone that is rung through a better one: tried only when that did not even ring. */
      readonly isSpare?: boolean
    }
  /** `hop` is one of the carrier's places; without it the best one at that moment. */
  | { readonly kind: 'carrier'; readonly carrierId: string; readonly user: string; readonly hop?: Hop }
  /** `contact` of a trunk that registers; one that does not is reached at its address. */
  | { readonly kind: 'trunk'; readonly trunkId: string; readonly user: string; readonly contact?: string }
  /** Was there before: a side of another conversation that came into this one. */
  | { readonly kind: 'joined' }

export type CalleeLeg = {
  readonly legId: LegId
  readonly target: Target
  readonly state: 'offering' | 'inviting' | 'ringing' | 'answered' | 'ended'
}

export type CallState =
  | 'serving'
  | 'reserving'
  | 'dialling'
  | 'connecting'
  | 'talking'
  | 'joining'
  | 'announcing'
  | 'ended'

/** Why a call ended, as CDR and caller are told. */
export type Hangup = {
  readonly cause: string
  readonly status: number
  readonly reason: string
  readonly by: 'caller' | 'callee' | 'system'
  /** Epoch ms when it is not "now": the last proven activity of a call whose media died. */
  readonly at?: number
}

/**
 * What becomes one CDR: who it belongs to, what it tells, and what it may cost. A call has as many as it has sides
 * and legs that somebody answers for: a forward or a transfer adds its own.
 */
export type CallRecord = {
  readonly cdrId: string
  readonly owner: Party
  readonly from: Party
  readonly to: Party
  readonly direction: CallDirection
  readonly class: CallClass
  /** Set for a record that somebody pays for; the others are free. */
  readonly reserve: ReserveRequest | undefined
  /** Leave to talk, once charging gave it. */
  readonly grant: Grant | undefined
  readonly startedAt: number
  readonly answeredAt: number | undefined
  /** The carrier that the leg of this record went out through. */
  readonly carrierId: string | undefined
  /** How it ended, when that was before the call did. */
  readonly closed: { readonly at: number; readonly hangup: Hangup } | undefined
}

/** Why a call went on from somebody it was meant for (RFC 5806 §4). */
export type DiversionReason = 'unconditional' | 'user-busy' | 'no-answer' | 'unavailable' | 'deflection' | 'unknown'

/** Somebody a call was meant for and went on from, first to last. */
export type Diversion = {
  readonly number: string
  readonly name: string
  readonly reason: DiversionReason
  /** How often in a row, as networks before us count it. */
  readonly counter: number
  /** Ours, when it was one of ours. */
  readonly extensionId: string | undefined
}

/** A side of a conversation that is being given away, and what the conversation was, in case nothing comes of it. */
export type Transfer = {
  readonly by: LegId
  readonly isGone: boolean
  /** Whether its leg wants to hear what becomes of it (RFC 4488), and by which name (RFC 3515 §2.4.6). */
  readonly isTold: boolean
  readonly eventId?: string
  readonly before: Pick<
    Call,
    'callerLeg' | 'answeredLeg' | 'callerSdp' | 'calleeSdp' | 'caller' | 'callee' | 'route' | 'legs' | 'diversions'
  >
  /** Its REFER said who refers (RFC 3892): whoever is called is told. */
  readonly isReferred?: boolean
  /** How many records there were. */
  readonly records: number
}

/** A caller who was answered by a service of ours. */
export type Serving = {
  /** Whose service it is: further ways are admitted on its behalf. */
  readonly by: Extension
  readonly script: ServiceState
  /** How many records there were when the present way began. */
  readonly records: number
  /** What the caller was answered with; undefined before. */
  readonly sdp: string | undefined
}

/** A leg that talks already and is offered to anew by `callerLeg`. */
export type Joining = {
  /** The call that it belongs to, when that is another one. */
  readonly callId: string | undefined
  readonly legId: LegId
  /** Legs of the other call that nobody needs any more. */
  readonly leaving: readonly LegId[]
  /** `callerLeg` is a phone whose INVITE waits for our answer. */
  readonly isIncoming: boolean
  /** What `callerLeg` is told in the end. */
  readonly sdp: string | undefined
}

/** One way to somebody, as admitted by `originate`: where it leads, whom to ring, and what it will be recorded as. */
export type Way = {
  readonly route: Route
  /** Who is shown as calling. */
  readonly caller: Party
  readonly callee: Party
  readonly records: readonly CallRecord[]
  /** Groups of targets in order; all of one group ring at once. */
  readonly targets: readonly (readonly Target[])[]
}

/** What is known of a caller who came through a carrier. */
export type CallerIdentity = {
  readonly verstat: Verstat
  readonly attest: Attestation | undefined
  /** Why it does not hold, as a stable code. */
  readonly failure: IdentityFailure['code'] | undefined
  /** The headers as they came: they go with the call when it is sent on. */
  readonly headers: readonly string[]
}

export type Call = {
  readonly id: string
  readonly state: CallState
  readonly callerLeg: LegId
  /** Call-ID of the caller's leg: what support finds in every trace. */
  readonly sipCallId: string
  readonly callerSdp: string
  readonly caller: Party
  readonly callee: Party
  readonly route: Route
  readonly records: readonly CallRecord[]
  /** Groups of targets still to be rung, in order; all of one group ring at once. */
  readonly waiting: readonly (readonly Target[])[]
  readonly legs: readonly CalleeLeg[]
  readonly legCount: number
  readonly answeredLeg: LegId | undefined
  /** From whom the call went on so far, those before us included. */
  readonly diversions: readonly Diversion[]
  /** Who sends the call on, and why, while that way is being admitted. */
  readonly asking: { readonly by: Extension; readonly reason: DiversionReason | 'transfer' | 'service' } | undefined
  /** Who of ours answers for the present way, when that is not the caller. */
  readonly sponsor: Party | undefined
  readonly transfer: Transfer | undefined
  readonly joining: Joining | undefined
  /** The service that answered the caller, also while it has him sent on. */
  readonly serving: Serving | undefined
  /** The side that stayed is told where to speak now. */
  readonly rejoining: { readonly legId: LegId; readonly sdp: string } | undefined
  /** What must come true before the caller hears the answer: media, money of every paid record, records on disk. */
  readonly connect: {
    /** When it was answered. */
    readonly at: number | undefined
    readonly sdp: string | undefined
    readonly unconfirmed: number
    readonly spooled: boolean
  }
  readonly earlyMedia: boolean
  /** No media process could help: an emergency goes on all the same, and both sides talk to each other directly. */
  readonly direct: boolean
  /** What the callee answered: said to media once more when the caller names its address only in its ACK. */
  readonly calleeSdp: string | undefined
  /** The caller's late SDP is on its way to media. */
  readonly lateOffer: boolean
  /** The leg whose re-INVITE is being passed on, and what it offers. */
  readonly reinvite: LegId | undefined
  readonly reinviteSdp: string | undefined
  /** A phone that took the call of another one that rang: its INVITE is answered together with the caller's. */
  readonly pickup: { readonly legId: LegId; readonly sdp: string | undefined } | undefined
  /** What goes along with it from its caller. */
  readonly carried: Carried | undefined
  /** What a carrier's signature says of the caller; undefined where none is asked for. */
  readonly identity: CallerIdentity | undefined
  readonly startedAt: number
  readonly ringingAt: number | undefined
  readonly answeredAt: number | undefined
  readonly endedAt: number | undefined
  readonly hangup: Hangup | undefined
  /** The most telling failure of the targets tried so far. */
  readonly bestFailure: { readonly status: number; readonly reason: string; readonly cause: string } | undefined
  readonly announced: Refusal | undefined
}

export type ChargeUnavailable = Failure<'ledger.unavailable'>

export type CallEvent = { readonly at: number } & (
  | { readonly kind: 'started' }
  /** A process that began anew carries the conversation on. */
  | { readonly kind: 'resumed' }
  | {
      readonly kind: 'reserved'
      readonly cdrId: string
      readonly result: Result<Grant, ReserveFailure | ChargeUnavailable>
    }
  /** The way that was asked for with `originate`; undefined when whoever wanted it is gone. */
  | { readonly kind: 'admitted'; readonly way: Way | undefined }
  | { readonly kind: 'offered'; readonly legId: LegId; readonly result: Result<string> }
  | { readonly kind: 'progress'; readonly legId: LegId; readonly status: number; readonly sdp: string | undefined }
  | { readonly kind: 'answered'; readonly legId: LegId; readonly sdp: string | undefined }
  | { readonly kind: 'mediaAnswered'; readonly legId: LegId; readonly early: boolean; readonly result: Result<string> }
  | { readonly kind: 'confirmed'; readonly result: Result<true> }
  | { readonly kind: 'spooled' }
  /** The caller's ACK brought the SDP that its INVITE had not (RFC 3264 §4). */
  | { readonly kind: 'lateSdp'; readonly legId: LegId; readonly sdp: string }
  | {
      readonly kind: 'extended'
      readonly cdrId: string
      readonly result: Result<Grant, ReserveFailure | ChargeUnavailable>
    }
  | { readonly kind: 'legEnded'; readonly legId: LegId; readonly end: LegEnd }
  | { readonly kind: 'reinvite'; readonly legId: LegId; readonly sdp: string | undefined }
  | { readonly kind: 'reinviteDone'; readonly legId: LegId; readonly status: number; readonly sdp: string | undefined }
  /** A side gives the conversation to whatever is dialled for it (REFER). */
  | {
      readonly kind: 'transfer'
      readonly legId: LegId
      readonly by: Extension
      readonly dialled: string
      readonly isTold: boolean
      readonly isReferred?: boolean
      readonly eventId?: string | undefined
    }
  /** A side gives the conversation to the far side of another one (REFER with Replaces). */
  | {
      readonly kind: 'join'
      readonly legId: LegId
      readonly callId: string
      readonly farLeg: LegId
      readonly leaving: readonly LegId[]
      readonly isTold: boolean
      readonly eventId?: string | undefined
    }
  /** A phone takes the place of a leg that talks, or of all that ring (INVITE with Replaces). */
  | {
      readonly kind: 'replace'
      readonly legId: LegId
      readonly replaced: LegId
      readonly sdp: string
      readonly party: Party
    }
  /** The other call has ended and is this one's now; undefined when it was not there any more. */
  | { readonly kind: 'absorbed'; readonly other: Call | undefined }
  | { readonly kind: 'terminated'; readonly result: Result<string> }
  | { readonly kind: 'playDone' }
  /** The caller of a service pressed a key. */
  | { readonly kind: 'digit'; readonly digit: string }
  /** What he said for a service is in a file. */
  | { readonly kind: 'recorded'; readonly spokenMs: number }
  /** The office answered a service. */
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'mediaTimeout'; readonly lastPacketAt: number }
  | { readonly kind: 'timer'; readonly timer: TimerName; readonly cdrId?: string | undefined }
  /** The media process that had the call is gone. */
  | { readonly kind: 'mediaLost' }
  /** Somebody outside the call ends it: the operator, a drain. */
  | { readonly kind: 'endCall'; readonly hangup: Hangup }
)

/**
 * `extend` asks for more money, `grantEnd` is the hard stop, `announcement` bounds a prompt, `silence` gives up a
 * carrier that says nothing, `noAnswer` an extension whose calls go on then, `longest` ends a forgotten call,
 * `rejoin` tells a side again where to speak, `warning` whoever pays that the credit ends, `service` ends a script's
 * waiting.
 */
export type TimerName =
  | 'extend'
  | 'grantEnd'
  | 'announcement'
  | 'silence'
  | 'noAnswer'
  | 'longest'
  | 'rejoin'
  | 'warning'
  | 'service'

export type CallAction =
  /** Has a further way admitted, on behalf of an extension. */
  | { readonly kind: 'originate'; readonly by: Extension; readonly dialled: string }
  | { readonly kind: 'reserve'; readonly request: ReserveRequest }
  | { readonly kind: 'confirm'; readonly cdrId: string; readonly answeredAt: number }
  | { readonly kind: 'extend'; readonly cdrId: string; readonly elapsedSeconds: number }
  | { readonly kind: 'offer'; readonly fromLeg: LegId; readonly toLeg: LegId; readonly sdp: string }
  | {
      readonly kind: 'answerMedia'
      readonly fromLeg: LegId
      readonly toLeg: LegId
      readonly sdp: string
      readonly early: boolean
    }
  | { readonly kind: 'terminate'; readonly legId: LegId; readonly sdp: string }
  | {
      readonly kind: 'play'
      readonly legId: LegId
      readonly prompt: string | readonly string[]
      readonly times: number
    }
  | { readonly kind: 'stop'; readonly legId: LegId }
  | { readonly kind: 'collect'; readonly legId: LegId; readonly on: boolean }
  | {
      readonly kind: 'record'
      readonly legId: LegId
      readonly keep: Keep
      readonly maxMs: number
      readonly silenceMs: number
    }
  | { readonly kind: 'endRecording' }
  | { readonly kind: 'enterRoom'; readonly legId: LegId; readonly roomId: string; readonly isMuted: boolean }
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'invite'; readonly legId: LegId; readonly target: Target; readonly sdp: string | undefined }
  | {
      readonly kind: 'answer'
      readonly legId: LegId
      readonly status: number
      readonly reason?: string
      readonly sdp?: string
    }
  | { readonly kind: 'hangupLeg'; readonly legId: LegId; readonly status?: number; readonly reason?: string }
  /** Tells a leg what becomes of its REFER (RFC 3515 §2.4.5). */
  | {
      readonly kind: 'notify'
      readonly legId: LegId
      readonly eventId: string | undefined
      readonly status: number
      readonly reason: string
      readonly isFinal: boolean
    }
  /** The answer of another call's leg to our re-INVITE comes here; `giveBack` ends that. */
  | { readonly kind: 'borrow' | 'giveBack'; readonly legId: LegId }
  /** Ends another call without telling anybody, and takes what it was. */
  | { readonly kind: 'absorb'; readonly callId: string }
  | { readonly kind: 'reinviteLeg'; readonly legId: LegId; readonly sdp: string }
  | { readonly kind: 'answerReinvite'; readonly legId: LegId; readonly status: number; readonly sdp?: string }
  /** A timer of one record, or of the call; setting it again replaces it. */
  | { readonly kind: 'setTimer'; readonly timer: TimerName; readonly cdrId?: string; readonly delayMs: number }
  /** The records as they are now become those that a crash leaves: of every answer, and of an emergency at once. */
  | { readonly kind: 'spool' }
  /** The call is over: media is released, the records are written and settled. */
  | { readonly kind: 'finish' }

export type Step = { readonly call: Call; readonly actions: readonly CallAction[] }

/** No call is longer than this (DESIGN.md §9); a forgotten handset must not become a bill. */
export const LONGEST_CALL_MS = 12 * 3600 * 1000
