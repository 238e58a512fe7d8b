/**
 * What the layer above sees of SIP: legs (one INVITE dialog each, RFC 3261 §12 and §13) and requests
 * outside dialogs. Everything is a plain command or a plain event with a leg id, so that a pure call
 * machine can sit on top and a bus could lie in between.
 */

import type { Flow, SipProtocol, SocketAddress } from '../transport/index.ts'
import type { SipRequest } from './message.ts'

export type LegId = string

/** Where a request is sent first: an open flow (a registered phone) or an address (a trunk). */
export type NextHop =
  | { readonly flow: Flow }
  | { readonly protocol: SipProtocol; readonly remote: SocketAddress }

export type Headers = readonly (readonly [name: string, value: string])[]

export type InviteCommand = {
  readonly legId: LegId
  readonly nextHop: NextHop
  /** Request-URI, as registered or as the trunk wants it. */
  readonly target: string
  /** Name-addr texts without tag, such as `"Ann" <sip:204@example>`. */
  readonly from: string
  readonly to: string
  readonly sdp: string | undefined
  readonly headers?: Headers
  /** Answers a 401 or 407 once, only for this realm. */
  readonly credentials?: { readonly user: string; readonly password: string; readonly realm: string }
  /** Gives up with 408 when nothing final came (default 180 s). */
  readonly ringTimeoutMs?: number
}

/** Why and how a leg ended, in the words of SIP. */
export type LegEnd = {
  /** The final status of a failed INVITE; 200 when the leg was up and ended by BYE; 408 for a timeout; 503 for a transport error. */
  readonly status: number
  readonly reason: string
  /** `local` ended by our command, `remote` by the peer, `timeout` and `transport` by the network. */
  readonly by: 'local' | 'remote' | 'timeout' | 'transport'
  /** Headers of the message that ended it, when there was one. */
  readonly message?: SipRequest | undefined
}

/** Commands on legs. A command on a leg that is gone does nothing: the end event is on its way. */
export type SipLegs = {
  invite(command: InviteCommand): void
  /** Provisional (101-199) or final answer to an incoming INVITE; a final above 299 ends the leg. */
  answer(legId: LegId, status: number, options?: { reason?: string; sdp?: string; headers?: Headers }): void
  /** Ends a leg in whatever state it is: final answer, CANCEL or BYE. `status` and `reason` tell an unanswered caller why. */
  hangup(legId: LegId, options?: { status?: number; reason?: string; headers?: Headers }): void
  /** Sends a re-INVITE with a new offer; the outcome comes as `onReinviteDone`. */
  reinvite(legId: LegId, sdp: string): void
  /** Answers a re-INVITE that came as `onReinvite`. */
  answerReinvite(legId: LegId, status: number, sdp?: string): void
  /** Sends a request inside the dialog (INFO, NOTIFY, OPTIONS ...). */
  request(legId: LegId, method: string, options?: { body?: string; contentType?: string; headers?: Headers }): void
  /** How many legs exist. */
  size(): number
}

export type IncomingInvite = {
  readonly legId: LegId
  readonly request: SipRequest
  readonly flow: Flow
  readonly sdp: string | undefined
}

/** The answer to a request outside a dialog; undefined means silence. */
export type Reply =
  | { readonly status: number; readonly reason?: string; readonly headers?: Headers; readonly body?: string }
  | undefined

export type SipEvents = {
  /** Before any state is made for a new INVITE: a reply refuses or challenges it, undefined lets it become a leg. */
  admitInvite(request: SipRequest, flow: Flow): Reply | 'accept'
  onInvite(invite: IncomingInvite): void
  /** A provisional answer to our INVITE (180, 183 ...), with SDP when it carries early media. */
  onProgress(legId: LegId, status: number, sdp: string | undefined): void
  /** Our INVITE was answered with 2xx (the ACK is already sent), or the peer sent the ACK for ours (`confirmed`). */
  onAnswered(legId: LegId, sdp: string | undefined, response: SipRequest): void
  onConfirmed(legId: LegId): void
  onReinvite(legId: LegId, sdp: string | undefined): void
  onReinviteDone(legId: LegId, status: number, sdp: string | undefined): void
  onInfo(legId: LegId, request: SipRequest): void
  onEnded(legId: LegId, end: LegEnd): void
  /** REGISTER, OPTIONS, SUBSCRIBE and the like outside a dialog. */
  onRequest(request: SipRequest, flow: Flow): Reply
  /** Every message in and out, for the trace; bytes must not be kept beyond the call. */
  onTrace?(direction: 'in' | 'out', bytes: Uint8Array, flow: Flow, legId: LegId | undefined): void
}
