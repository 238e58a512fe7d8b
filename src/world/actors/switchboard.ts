/**
 * One SIP peer of the world with the audio of its calls: what carriers, the emergency centre and phones
 * have in common. A thin layer over the product's own SIP endpoint; what to do with a call that comes in
 * is decided by a `Behaviour`.
 */

import { newId, ok, type Clock, type Log, type RandomBytes, type Result, type Timer } from '../../base/index.ts'
import {
  createEndpoint,
  type Credentials,
  type Headers,
  type IncomingInvite,
  type LegEnd,
  type LegId,
  type NextHop,
  type Reply,
  type RequestCommand,
  type RequestOutcome,
  type SipEndpoint,
  type SipEvents,
  type SipMessage,
} from '../../network/sip/index.ts'
import {
  createSockets,
  machineHashes,
  type SocketAddress,
  type TransportFailure,
} from '../../network/transport/index.ts'
import type { Behaviour } from './behaviour.ts'
import type { Audio, Talker } from './talker.ts'

export type ActorParts = {
  readonly clock: Clock
  readonly log: Log
  readonly random: RandomBytes
  readonly audio: Audio
}

export type SwitchboardOptions = ActorParts & {
  readonly listen: SocketAddress
  /** Says who we are in User-Agent and Server. */
  readonly product: string
  /** Before anything is remembered of a call: a reply refuses it, undefined is silence. */
  admit(request: SipMessage): Reply | 'accept'
  /** What to do with a call that was admitted. */
  behave(request: SipMessage): Behaviour
  /** A call that came in is over. */
  onCallOver?(request: SipMessage): void
  readonly callsMax?: number
  /** Hangs up when a far end that was heard falls silent for so long (default 30 s). */
  readonly silenceMs?: number
}

export type PlacedCall = {
  readonly nextHop: NextHop
  readonly target: string
  /** Name-addr texts. */
  readonly from: string
  readonly to: string
  readonly headers?: Headers
  readonly credentials?: Credentials
  readonly tone: string
  /** How long to talk once answered. */
  readonly talkMs: number
}

export type CallResult = {
  /** The final status; 200 when it was answered. */
  readonly status: number
  readonly answered: boolean
  readonly talkedMs: number
  /** RTP packets that the far end sent us. */
  readonly packetsHeard: number
  readonly lastAudio: Int16Array
}

export type Switchboard = {
  readonly local: SocketAddress
  /** Places a call; the promise is kept when the call is over, however it went. */
  place(call: PlacedCall): Promise<CallResult>
  send(command: RequestCommand): Promise<RequestOutcome>
  /** Calls in progress, in and out. */
  size(): number
  hangUpAll(): void
  close(): Promise<void>
}

type WorldCall = {
  readonly talker: Talker
  readonly tone: string
  readonly request: SipMessage | undefined
  talkMs: number | undefined
  timer: Timer | undefined
  answeredAt: number | undefined
  done: ((result: CallResult) => void) | undefined
  /** What was heard at the last look, and since when it is the same. */
  heardBefore: number
  silentSince: number
}

type Desk = {
  readonly options: SwitchboardOptions
  readonly calls: Map<LegId, WorldCall>
  readonly sip: SipEndpoint
  /** Sockets for audio that are being opened. */
  opening: number
}

const CALLS_MAX = 1500
/** A caller of the world gives up ringing after this. */
const PATIENCE_MS = 45_000
const LAST_WORDS_MS = 250
const SILENCE_MS = 30_000

/** Opens a peer on an address; port 0 takes a free one. */
export async function openSwitchboard(options: SwitchboardOptions): Promise<Result<Switchboard, TransportFailure>> {
  const { clock, log, random, listen, product } = options
  const transport = createSockets({ listen, clock, log })
  const events = eventsOf(() => desk)
  const sip = createEndpoint({ transport, events, clock, log, hashes: machineHashes, random, product })
  const desk: Desk = { options, calls: new Map(), sip, opening: 0 }
  const opened = await desk.sip.open()
  if (!opened.ok) return opened
  const local = opened.value[0]!.local
  const silenceMs = options.silenceMs ?? SILENCE_MS
  const listening = clock.every(silenceMs / 6, () => endSilentCalls(desk, silenceMs))
  const hangUpAll = (): void => {
    for (const legId of desk.calls.keys()) desk.sip.hangup(legId)
  }
  return ok({
    local,
    place: (call) => placeCall(desk, call),
    send: (command) => new Promise((resolve) => desk.sip.send(command, resolve)),
    size: () => desk.calls.size,
    hangUpAll,
    async close() {
      listening.stop()
      hangUpAll()
      // The last BYEs and their answers are given a moment, so that nobody has to find out by silence.
      if (desk.calls.size > 0) await new Promise<void>((resolve) => void clock.after(LAST_WORDS_MS, resolve))
      for (const legId of desk.calls.keys()) forget(desk, legId, { status: 503, reason: '', by: 'local' })
      await desk.sip.close()
    },
  })
}

function eventsOf(own: () => Desk): SipEvents {
  return {
    admitInvite(request) {
      const desk = own()
      const full = desk.calls.size + desk.opening >= (desk.options.callsMax ?? CALLS_MAX)
      return full ? { status: 503, reason: 'All Circuits Busy' } : desk.options.admit(request)
    },
    onInvite: (invite) => void takeCall(own(), invite),
    onProgress(legId, _, sdp) {
      if (sdp !== undefined) own().calls.get(legId)?.talker.accept(sdp)
    },
    onAnswered(legId, sdp) {
      const desk = own()
      const call = desk.calls.get(legId)
      if (!call) return
      if (sdp !== undefined) call.talker.accept(sdp)
      startTalking(desk, legId, call)
    },
    onConfirmed: () => {},
    onReinvite(legId, sdp) {
      const desk = own()
      const answer = sdp === undefined ? undefined : desk.calls.get(legId)?.talker.answer(sdp)
      if (answer?.ok) desk.sip.answerReinvite(legId, 200, answer.value)
      else desk.sip.answerReinvite(legId, 488)
    },
    onReinviteDone: () => {},
    onInfo: () => {},
    onEnded: (legId, end) => forget(own(), legId, end),
    onRequest: (request) => (request.method === 'OPTIONS' ? { status: 200 } : { status: 405 }),
  }
}

/** A socket that cannot be opened is a full house to the caller. */
async function openTalker(desk: Desk): Promise<Talker | undefined> {
  desk.opening++
  try {
    return await desk.options.audio.open()
  } catch (error) {
    desk.options.log.warn('the world has no socket for the audio of a call', { error })
    return undefined
  } finally {
    desk.opening--
  }
}

function newCall(talker: Talker, tone: string): WorldCall {
  const nothing = { request: undefined, talkMs: undefined, timer: undefined, answeredAt: undefined, done: undefined }
  return { talker, tone, ...nothing, heardBefore: 0, silentSince: 0 }
}

/** A far end that vanished without a word would be talked to for ever. One that never spoke is left in peace. */
function endSilentCalls({ calls, sip, options }: Desk, silenceMs: number): void {
  const now = options.clock.monotonic()
  for (const [legId, call] of calls) {
    const heard = call.talker.heard()
    if (heard !== call.heardBefore || heard === 0) {
      call.heardBefore = heard
      call.silentSince = now
    } else if (now - call.silentSince >= silenceMs) sip.hangup(legId)
  }
}

async function placeCall(desk: Desk, placed: PlacedCall): Promise<CallResult> {
  const { clock, random } = desk.options
  const talker = await openTalker(desk)
  const { promise, resolve } = Promise.withResolvers<CallResult>()
  if (!talker) return { status: 503, answered: false, talkedMs: 0, packetsHeard: 0, lastAudio: new Int16Array(0) }
  const legId = newId(clock, random)
  const { talkMs, tone, ...command } = placed
  const call: WorldCall = { ...newCall(talker, tone), talkMs, done: resolve }
  desk.calls.set(legId, call)
  desk.sip.invite({ legId, ...command, sdp: talker.offer(), ringTimeoutMs: PATIENCE_MS })
  return promise
}

async function takeCall(desk: Desk, { legId, request, sdp }: IncomingInvite): Promise<void> {
  const talker = await openTalker(desk)
  if (!talker) return desk.sip.answer(legId, 503)
  const { ringMs, isEarly, outcome, tone } = desk.options.behave(request)
  const talkMs = outcome.kind === 'answer' ? outcome.talkMs : undefined
  const answer = sdp === undefined ? ok(talker.offer()) : talker.answer(sdp)
  const call: WorldCall = { ...newCall(talker, tone), request, talkMs }
  // The caller may have gone while the socket opened: a command on a leg that is gone does nothing.
  if (desk.sip.callIdOf(legId) === undefined) return talker.close()
  desk.calls.set(legId, call)
  if (!answer.ok) return desk.sip.hangup(legId, { status: 488 })
  if (outcome.kind === 'refuse') return desk.sip.hangup(legId, { status: outcome.status, reason: outcome.reason })
  if (isEarly) {
    desk.sip.answer(legId, 183, { sdp: answer.value })
    talker.speak('ringback')
  } else if (ringMs > 0 || outcome.kind === 'no_answer') {
    desk.sip.answer(legId, 180)
  }
  if (outcome.kind === 'no_answer') return
  const pickUp = (): void => {
    desk.sip.answer(legId, 200, { sdp: answer.value })
    startTalking(desk, legId, call)
  }
  if (ringMs > 0) call.timer = desk.options.clock.after(ringMs, pickUp)
  else pickUp()
}

function startTalking(desk: Desk, legId: LegId, call: WorldCall): void {
  const { clock } = desk.options
  call.timer?.stop()
  call.answeredAt = clock.monotonic()
  call.talker.speak(call.tone)
  if (call.talkMs !== undefined) call.timer = clock.after(call.talkMs, () => desk.sip.hangup(legId))
}

function forget(desk: Desk, legId: LegId, end: LegEnd): void {
  const call = desk.calls.get(legId)
  if (!call) return
  desk.calls.delete(legId)
  call.timer?.stop()
  const { talker, answeredAt, request } = call
  const talkedMs = answeredAt === undefined ? 0 : desk.options.clock.monotonic() - answeredAt
  call.done?.({
    status: answeredAt === undefined ? end.status : 200,
    answered: answeredAt !== undefined,
    talkedMs,
    packetsHeard: talker.heard(),
    lastAudio: talker.lastAudio(),
  })
  talker.close()
  if (request) desk.options.onCallOver?.(request)
}
