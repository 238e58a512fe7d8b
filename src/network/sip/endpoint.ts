/**
 * What the layer above sees of SIP: legs (one INVITE dialog each, RFC 3261 §12 and §13) and requests
 * outside dialogs. Everything is a plain command or a plain event with a leg id, so that a pure call
 * machine can sit on top and a bus could lie in between.
 */

import type { Result } from '../../base/index.ts'
import type { Flow, Listening, SipProtocol, SocketAddress, TransportFailure } from '../transport/index.ts'
import type { Dialog } from './dialog.ts'
import type { SipMessage } from './message/message.ts'
import type { DialogId } from './dialog.ts'
import type { BodyPart } from './message/multipart.ts'
import type { Headers } from './message/write.ts'

export type LegId = string

/** Where a request is sent first: an open flow (a registered phone) or an address (a trunk). */
export type NextHop =
  | { readonly flow: Flow }
  /** Over TLS the peer's certificate must bear `serverName`, its address when absent. */
  | { readonly protocol: SipProtocol; readonly remote: SocketAddress; readonly serverName?: string }

/** Answers a 401 or 407 once, only for this realm; without one for the first that the peer names. */
export type Credentials = { readonly user: string; readonly password: string; readonly realm?: string | undefined }

export type InviteCommand = {
  readonly legId: LegId
  readonly nextHop: NextHop
  /** Request-URI, as registered or as the trunk wants it. */
  readonly target: string
  /** Name-addr texts without tag, such as `"Ann" <sip:204@example>`. */
  readonly from: string
  readonly to: string
  /** Undefined asks the peer for an offer: it comes with `onAnswered`, and the answer goes out with `acknowledge`. */
  readonly sdp: string | undefined
  readonly headers?: Headers
  /** Go along with the session description, in one body. */
  readonly parts?: readonly BodyPart[]
  /** Route values, nearest first: the path that a phone registered through. */
  readonly routes?: readonly string[]
  readonly credentials?: Credentials
  /** Gives up with 408 when nothing final came (default 180 s). */
  readonly ringTimeoutMs?: number
  /** An emergency: no session timer ends it. */
  readonly urgent?: boolean
  /** Hops left; what the other leg came with, less one (default 70). */
  readonly maxForwards?: number
}

/** Why and how a leg ended, in the words of SIP. */
export type LegEnd = {
  /** The final status of a failed INVITE; 200 after a BYE; 408 for a timeout; 503 for a transport error. */
  readonly status: number
  readonly reason: string
  /** `local` ended by our command, `remote` by the peer, `timeout` and `transport` by the network. */
  readonly by: 'local' | 'remote' | 'timeout' | 'transport'
  /** How long the peer had said nothing when its leg was lost; set with `timeout` and `transport`. */
  readonly silentMs?: number
  /** Headers of the message that ended it, when there was one. */
  readonly message?: SipMessage | undefined
}

export type HangupOptions = { readonly status?: number; readonly reason?: string; readonly headers?: Headers }
export type AnswerOptions = { readonly reason?: string; readonly sdp?: string; readonly headers?: Headers }
export type BodyOptions = { readonly body?: string; readonly contentType?: string; readonly headers?: Headers }

/** A confirmed leg as a journal keeps it. Instants are epoch milliseconds. */
export type KeptLeg = {
  readonly id: LegId
  readonly side: 'outgoing' | 'incoming'
  readonly localTag: string
  readonly protocol: SipProtocol
  readonly remote: SocketAddress
  readonly pinned: boolean
  readonly contactUser: string
  readonly urgent: boolean
  readonly dialog: Dialog
  readonly localSdp: string | undefined
  readonly remoteSdp: string | undefined
  readonly allowsUpdate: boolean
  readonly minSeconds: number
  readonly session: { readonly seconds: number; readonly refresher: 'us' | 'peer'; readonly endsAt: number } | undefined
  readonly heardAt: number
  /** Nobody knows whether the peer heard our 2xx. */
  readonly isUnconfirmed?: boolean
}

/** Commands on legs. A command on a leg that is gone does nothing: the end event is on its way. */
export type SipLegs = {
  invite(command: InviteCommand): void
  /** Provisional (101-199) or final answer to an incoming INVITE; a final above 299 ends the leg. */
  answer(legId: LegId, status: number, options?: AnswerOptions): void
  /** Sends the ACK that carries our answer to an offer that came in the 200 (an INVITE without SDP). */
  acknowledge(legId: LegId, sdp: string): void
  /** Ends a leg in any state by a final answer, CANCEL or BYE; `status` and `reason` tell an unanswered caller why. */
  hangup(legId: LegId, options?: HangupOptions): void
  /** Sends a re-INVITE with a new offer; the outcome comes as `onReinviteDone`. */
  reinvite(legId: LegId, sdp: string): void
  /** Answers a re-INVITE that came as `onReinvite`. */
  answerReinvite(legId: LegId, status: number, sdp?: string): void
  /**
   * Sends a request inside the dialog (INFO, NOTIFY, OPTIONS ...). With `onDone` its outcome is told, on a later tick,
   * and a 481 is the end of what it was about, not of the call (RFC 5057 §5.1); a leg that is gone tells nothing.
   */
  request(legId: LegId, method: string, options?: BodyOptions, onDone?: (outcome: RequestOutcome) => void): void
  /** The leg that a dialog named in a header belongs to (RFC 3891 §3); undefined when there is none. */
  legOf(dialog: DialogId): LegId | undefined
  /** How a leg's dialog is named; undefined when it is gone. */
  dialogOf(legId: LegId): DialogId | undefined
  /** A leg that both sides agreed on as plain data, for a journal; undefined for any other. */
  keep(legId: LegId): KeptLeg | undefined
  /** Carries a leg on that another process kept; `credentials` answer what its peer may challenge. */
  takeUp(kept: KeptLeg, credentials?: Credentials): void
  /** How many legs exist. */
  size(): number
}

export type IncomingInvite = {
  readonly legId: LegId
  readonly request: SipMessage
  readonly flow: Flow
  readonly sdp: string | undefined
}

/** The answer to a request outside a dialog; undefined means silence. */
export type Reply =
  | {
      readonly status: number
      readonly reason?: string
      readonly headers?: Headers
      /** Takes the place of `headers` when the answer would be much larger than a datagram that asked for it. */
      readonly briefHeaders?: Headers
      readonly body?: string
      readonly contentType?: string
      /** Of an answer that begins or goes on with a dialog of those above: our tag, and the user of our Contact. */
      readonly dialog?: { readonly toTag: string; readonly user: string }
    }
  | undefined

export type SipEvents = {
  /**
   * Before an answer without state goes out; false is silence. `isLarge` says that it has more than one and a half
   * times the bytes of the datagram that asked for it: what somebody who lies about his address could use.
   */
  mayAnswer?(request: SipMessage, flow: Flow, answer: { readonly status: number; readonly isLarge: boolean }): boolean
  /** Before a new INVITE has any state: `accept` makes it a leg, a reply refuses it, undefined is silence. */
  admitInvite(request: SipMessage, flow: Flow): Reply | 'accept'
  /** An INVITE that has a place also when the table of requests is full. */
  isUrgent?(request: SipMessage): boolean
  onInvite(invite: IncomingInvite): void
  /** A provisional answer to our INVITE (180, 183 ...), with SDP when it carries early media. */
  onProgress(legId: LegId, status: number, sdp: string | undefined): void
  /** Our INVITE was answered with 2xx; the ACK is sent, unless an offer of the peer waits for `acknowledge`. */
  onAnswered(legId: LegId, sdp: string | undefined, response: SipMessage): void
  /** The peer sent the ACK for our 2xx, with SDP when our 2xx made the offer. */
  onConfirmed(legId: LegId, sdp: string | undefined): void
  /** A new offer, by re-INVITE or UPDATE; without SDP it asks for ours, and `onConfirmed` brings its answer. */
  onReinvite(legId: LegId, sdp: string | undefined): void
  onReinviteDone(legId: LegId, status: number, sdp: string | undefined): void
  /** What a journal keeps of a dialog changed: target, SDP, flow, interval. */
  onDialogChanged?(legId: LegId): void
  onInfo(legId: LegId, request: SipMessage): void
  onEnded(legId: LegId, end: LegEnd): void
  /** REGISTER, OPTIONS, SUBSCRIBE and the like outside a dialog. */
  onRequest(request: SipMessage, flow: Flow): Reply
  /** Another request inside a dialog (NOTIFY, REFER, MESSAGE ...); undefined is 405, or 501 for an unknown method. */
  onDialogRequest?(legId: LegId, request: SipMessage): Reply
  /** Every message in and out, before it is parsed and as it is sent; bytes must not be kept beyond the call. */
  onTrace?(direction: 'in' | 'out', bytes: Buffer, flow: Flow): void
}

/** A request outside dialogs: REGISTER, OPTIONS, MESSAGE ... */
export type RequestCommand = {
  readonly nextHop: NextHop
  readonly method: string
  readonly target: string
  readonly from: string
  readonly to: string
  /** Kept over the refreshes of one registration; new ones are chosen when absent. */
  readonly callId?: string
  readonly fromTag?: string
  readonly cseq?: number
  readonly headers?: Headers
  readonly body?: string
  readonly contentType?: string
  readonly credentials?: Credentials
  /** Our Contact goes along (REGISTER writes its own, with parameters). */
  readonly contactParams?: string
  /** That Contact stands for all numbers of ours (RFC 6140 §5.2). */
  readonly isBulkContact?: boolean
}

/** How a request outside dialogs ended: a final answer, 408 or 503 without one; `cseq` is the last one used. */
export type RequestOutcome = {
  readonly status: number
  readonly response: SipMessage | undefined
  readonly cseq: number
}

export type SipEndpoint = SipLegs & {
  /** Opens the transport and begins to serve. */
  open(): Promise<Result<readonly Listening[], TransportFailure>>
  /** Sends a request outside dialogs; `onDone` is called once, after the command returned. */
  send(command: RequestCommand, onDone: (outcome: RequestOutcome) => void): void
  /** Call-ID of a leg, for traces. */
  callIdOf(legId: LegId): string | undefined
  /** What is held in memory: all zero when nothing goes on. */
  load(): { readonly legs: number; readonly clients: number; readonly servers: number; readonly timers: number }
  /** Stops at once, without telling peers; hang up legs before. */
  close(): Promise<void>
}
