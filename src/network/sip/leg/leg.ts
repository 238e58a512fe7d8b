/** A leg: one INVITE dialog of ours with one peer, and the stack that all legs share. */

import type { Clock, Log, Timer } from '../../../base/index.ts'
import type { Flow, SocketAddress, Transport } from '../../transport/index.ts'
import type { Hashes } from '../digest/hashes.ts'
import type { Dialog } from '../dialog.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Credentials, HangupOptions, InviteCommand, LegEnd, LegId, SipEvents } from '../endpoint.ts'
import type { LargeRequests } from './large-requests.ts'
import type { TimerWheel } from '../timer-wheel.ts'
import type { ClientTransactions } from '../transaction/clients.ts'
import type { SipTimers } from '../transaction/machine.ts'
import type { ServerTransaction, ServerTransactions } from '../transaction/servers.ts'

/**
 * `calling` our INVITE waits for its final answer; `cancelling` and nobody wants it any more;
 * `incoming` the peer's INVITE waits for ours; `answered` our 2xx waits for its ACK; `up`;
 * `ending` our BYE waits for its answer; `gone`.
 */
export type LegState = 'calling' | 'cancelling' | 'incoming' | 'answered' | 'up' | 'ending' | 'gone'

/** One INVITE of ours on the wire: the first, after a challenge, or a re-INVITE. */
export type Attempt = {
  readonly branch: string
  readonly cseq: number
  readonly uri: string
  readonly routes: readonly string[]
  readonly flow: Flow
  /** A CANCEL may be sent only after a provisional answer (RFC 3261 §9.1). */
  provisional: boolean
  cancelled: boolean
  /** Our ACKs by the tag of the side that answered: repeated when its 2xx is (RFC 3261 §13.2.2.4). */
  readonly acks: Map<string, Buffer>
}

/** A 2xx of ours that is repeated until its ACK comes (RFC 3261 §13.3.1.4). */
export type Unconfirmed = {
  readonly server: ServerTransaction
  readonly cseq: number
  readonly bytes: Buffer
  /** Our 2xx made an offer: the ACK brings the answer. */
  readonly isOffer: boolean
  resendMs: number
  resend: Timer | undefined
  deadline: Timer | undefined
}

/** What we said reliably before our final answer (RFC 3262 §3). */
export type Reliable = {
  /** The last number said. */
  rseq: number
  /** A provisional answer of ours that is repeated until its PRACK comes. */
  waiting: UnheardProgress | undefined
  /** Answers that wait for that PRACK, in their order. */
  readonly queue: (() => void)[]
  /** The session description that the peer has for certain. */
  sdp: string | undefined
  /** The peer's answer to it, when it was an offer. */
  answer: string | undefined
  /** What has to be offered when the call is up: it is not what was said before. */
  late: string | undefined
}

type UnheardProgress = {
  readonly hasSdp: boolean
  resend: Timer | undefined
  deadline: Timer | undefined
}

/** A side of our INVITE that speaks reliably before it answers (RFC 3262 §4). */
export type EarlySide = { readonly rseq: number; readonly sdp: string | undefined }

/** A re-INVITE of ours: a new offer of those above, or a refresh that nobody is told of. */
export type Reinviting = {
  readonly sdp: string
  readonly isRefresh: boolean
  tries: number
  branch: string
  wait: Timer | undefined
}

export type Leg = {
  readonly id: LegId
  readonly side: 'outgoing' | 'incoming'
  state: LegState
  readonly callId: string
  readonly localTag: string
  /** Where requests of this leg are sent unless the dialog names another hop. */
  flow: Flow
  /** A registered phone is reached through its flow whatever its Contact claims. */
  readonly pinned: boolean
  /** User part of our Contact. */
  readonly contactUser: string
  dialog: Dialog | undefined
  /** The far side's tag while it only rings. */
  earlyTag: string | undefined
  /** By their tags, the sides that made early dialogs reliably. */
  early: Map<string, EarlySide> | undefined
  cseq: number
  /** Our own INVITE, for outgoing legs. */
  readonly command: InviteCommand | undefined
  /** What a challenge of this peer is answered with. */
  readonly credentials: Credentials | undefined
  /** Until the call is answered and acknowledged: what comes of it later, its transaction still knows. */
  attempt: Attempt | undefined
  challenged: boolean
  /** The peer's first INVITE, for incoming legs, until our answer is acknowledged: a conversation goes on without. */
  server: ServerTransaction | undefined
  unconfirmed: Unconfirmed | undefined
  /** Taken up from a process that died before it knew whether its 2xx had arrived; until the peer is heard again. */
  isDoubtful: boolean
  reliable: Reliable | undefined
  /** The peer's re-INVITE that waits for our answer. */
  reinvited: ServerTransaction | undefined
  /** Our re-INVITE that waits for the peer's. */
  reinviting: Reinviting | undefined
  localSdp: string | undefined
  remoteSdp: string | undefined
  /** The end as it will be reported, once it has been decided. */
  end: LegEnd | undefined
  hangup: HangupOptions | undefined
  ringTimer: Timer | undefined
  /** An emergency: no timer of ours ends it. */
  readonly urgent: boolean
  /** The peer takes UPDATE (RFC 3311 §4). */
  allowsUpdate: boolean
  session: Session | undefined
  sessionTimer: Timer | undefined
  /** The shortest interval that may be asked for: ours, or what a 422 named; and how often one did. */
  minSeconds: number
  raises: number
  /** Monotonic time of the peer's last message: its last proof of life in signalling. */
  heardMs: number
}

/** What a session timer runs by (RFC 4028 §4). */
export type Session = {
  readonly seconds: number
  readonly refresher: 'us' | 'peer'
  /** Monotonic time at which the call is over unless it is refreshed. */
  readonly endsMs: number
}

/** What all legs of an endpoint share. */
export type Stack = {
  readonly clock: Clock
  readonly log: Log
  readonly wheel: TimerWheel
  readonly timers: SipTimers
  readonly transport: Transport
  readonly large: LargeRequests
  readonly clients: ClientTransactions
  readonly servers: ServerTransactions
  readonly events: SipEvents
  readonly hashes: Hashes
  /** Drawn at start: what stateless tags and nonces are made with. */
  readonly secret: Uint8Array
  /** Value of User-Agent and Server, when it is told at all. */
  readonly product: string | undefined
  /** Value of Allow. */
  readonly allow: string
  /** Option tags that may be required of us. */
  readonly extensions: ReadonlySet<string>
  /** What we ask for, and the shortest that we take (RFC 4028 §5 wants 90 s at least). */
  readonly session: { readonly seconds: number; readonly minSeconds: number }
  /** Refreshes the session of a leg whose time has come. */
  refresh(leg: Leg): void
  readonly legs: Map<LegId, Leg>
  /** Legs by our tag: what a request inside a dialog names. */
  readonly byTag: Map<string, Leg>
  readonly byCallId: Map<string, LegId>
  /** 16 random characters for tags, branches and Call-IDs. */
  token(): string
  /** A random number below `end`. */
  below(end: number): number
  /** The address under which peers reach us over a flow. */
  ownAddress(flow: Flow): SocketAddress
  /** Reports an event after the present command returned, so that no command calls back into its caller. */
  later(report: () => void): void
  send(flow: Flow, bytes: Buffer): void
}

type Beginning = Pick<
  Leg,
  'id' | 'side' | 'state' | 'callId' | 'localTag' | 'flow' | 'pinned' | 'contactUser' | 'dialog' | 'urgent'
> &
  Partial<Pick<Leg, 'command' | 'credentials' | 'server' | 'localSdp' | 'remoteSdp'>>

/** A leg at its beginning: every field is there from the start, so that all legs have one shape. */
export function newLeg(stack: Stack, beginning: Beginning): Leg {
  return {
    earlyTag: undefined,
    early: undefined,
    cseq: 0,
    command: undefined,
    credentials: undefined,
    attempt: undefined,
    challenged: false,
    server: undefined,
    unconfirmed: undefined,
    isDoubtful: false,
    reliable: undefined,
    reinvited: undefined,
    reinviting: undefined,
    localSdp: undefined,
    remoteSdp: undefined,
    end: undefined,
    hangup: undefined,
    ringTimer: undefined,
    allowsUpdate: false,
    session: undefined,
    sessionTimer: undefined,
    minSeconds: stack.session.minSeconds,
    raises: 0,
    heardMs: stack.clock.monotonic(),
    ...beginning,
  }
}

/** Notes a message of the peer: that it lives, and what it says it can do. */
export function hear(stack: Stack, leg: Leg, message: SipMessage): void {
  leg.heardMs = stack.clock.monotonic()
  leg.isDoubtful = false
  if (message.countOf(header.allow) > 0) leg.allowsUpdate = message.items(header.allow).includes('UPDATE')
}

/** A provisional answer is not repeated any more, whether it was heard or not. */
export function stopRepeating({ reliable }: Leg): void {
  reliable?.waiting?.resend?.stop()
  reliable?.waiting?.deadline?.stop()
}

/** Enters a new leg into the tables. */
export function addLeg(stack: Stack, leg: Leg): void {
  stack.legs.set(leg.id, leg)
  stack.byTag.set(leg.localTag, leg)
  stack.byCallId.set(leg.callId, leg.id)
}

/** Ends a leg for good and reports it; twice does nothing. */
export function endLeg(stack: Stack, leg: Leg, end: LegEnd): void {
  if (leg.state === 'gone') return
  leg.state = 'gone'
  for (const timer of [leg.ringTimer, leg.sessionTimer, leg.reinviting?.wait]) timer?.stop()
  leg.unconfirmed?.resend?.stop()
  leg.unconfirmed?.deadline?.stop()
  leg.unconfirmed = undefined
  stopRepeating(leg)
  // What the peer still owes an answer to is not waited for longer than for any request.
  for (const pending of [leg.attempt, leg.reinviting]) {
    if (pending) stack.clients.expire(pending.branch, 64 * stack.timers.t1Ms)
  }
  stack.legs.delete(leg.id)
  stack.byTag.delete(leg.localTag)
  if (stack.byCallId.get(leg.callId) === leg.id) stack.byCallId.delete(leg.callId)
  const isLost = end.by === 'timeout' || end.by === 'transport'
  const told: LegEnd = isLost ? { ...end, silentMs: stack.clock.monotonic() - leg.heardMs } : end
  stack.later(() => stack.events.onEnded(leg.id, told))
}
