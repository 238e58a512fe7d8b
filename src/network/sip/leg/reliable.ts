/**
 * Provisional answers that the caller hears for certain (RFC 3262 §3): numbered, repeated until his PRACK comes. All of
 * them where he requires it; where he only can, those that bring a session description.
 */

import { isSameSession } from '../../sdp/index.ts'
import { parseDigits } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { stopRepeating, type Leg, type Reliable, type Stack } from './leg.ts'
import { respond } from './respond.ts'
import { RELIABLE } from './write-request.ts'

/** The first number is drawn from the lower half, and goes up by one (RFC 3262 §7.1). */
const NUMBER_MAX = 2 ** 31 - 1
/** Answers that may wait for a PRACK; a 2xx always may. */
const QUEUE_MAX = 8

type Plan = { readonly isReliable: boolean; readonly sdp: string | undefined }

/** How an answer to the first INVITE goes out: now, after a PRACK, or not at all. */
export function planAnswer(
  leg: Leg,
  request: SipMessage,
  status: number,
  sdp: string | undefined,
): Plan | 'later' | 'nothing' {
  const { reliable } = leg
  const { waiting, queue = [] } = reliable ?? {}
  if (status >= 200) {
    // RFC 3262 §3: held while the caller may not have the session description; an emergency waits for nothing.
    if (waiting?.hasSdp && !leg.urgent) return 'later'
    if (!reliable || reliable.sdp === undefined || waiting?.hasSdp) return { isReliable: false, sdp }
    if (sdp !== undefined && !isSameSession(reliable.sdp, sdp)) reliable.late = sdp
    return { isReliable: false, sdp: undefined }
  }
  const isRequired = request.hasOption(header.require, RELIABLE)
  // What he has for certain is not said again; what changed meanwhile is offered when the call is up.
  const news = reliable?.sdp === undefined ? sdp : undefined
  const isOffered = request.sdp !== undefined
  const isWanted = !leg.urgent && isOffered && news !== undefined && request.hasOption(header.supported, RELIABLE)
  if (!isRequired && !isWanted) return { isReliable: false, sdp: news }
  if (waiting) return queue.length < QUEUE_MAX ? 'later' : 'nothing'
  // The first that is reliable would have to bring the offer (RFC 3262 §5).
  if (!isOffered && news === undefined && reliable?.sdp === undefined) return 'nothing'
  return { isReliable: true, sdp: news }
}

/** Keeps an answer until the PRACK came. */
export function queueAnswer({ reliable }: Leg, again: () => void): void {
  reliable?.queue.push(again)
}

/** The lines of the next reliable answer. */
export function reliableLines(stack: Stack, leg: Leg): string {
  leg.reliable ??= {
    rseq: stack.below(NUMBER_MAX),
    waiting: undefined,
    queue: [],
    sdp: undefined,
    answer: undefined,
    late: undefined,
  }
  leg.reliable.rseq++
  return `Require: ${RELIABLE}\r\nRSeq: ${leg.reliable.rseq}\r\n`
}

type Said = {
  readonly status: number
  readonly bytes: Buffer
  readonly sdp: string | undefined
  giveUp(): void
}

/** Sends a provisional answer at T1, 2*T1 ... until its PRACK comes, over TCP too: a proxy behind it may speak UDP. */
export function sayReliably(
  stack: Stack,
  leg: Leg,
  server: ServerTransaction,
  { status, bytes, sdp, giveUp }: Said,
): void {
  const { reliable } = leg
  if (!reliable) return
  const { t1Ms } = stack.timers
  const waiting: NonNullable<Reliable['waiting']> = {
    hasSdp: sdp !== undefined,
    resend: undefined,
    deadline: undefined,
  }
  reliable.waiting = waiting
  reliable.sdp ??= sdp
  server.respond(status, bytes)
  let resendMs = t1Ms
  const again = (): void => {
    server.respond(status, bytes)
    resendMs *= 2
    waiting.resend = stack.wheel.after(resendMs, again)
  }
  waiting.resend = stack.wheel.after(resendMs, again)
  waiting.deadline = stack.wheel.after(64 * t1Ms, () => {
    stopRepeating(leg)
    // An emergency goes on without.
    if (!leg.urgent) giveUp()
  })
}

/** Whether a PRACK means the answer that waits for it (RFC 3262 §7.2): its number, and that of the INVITE. */
function isFor(request: SipMessage, rseq: number, invite: SipMessage | undefined): boolean {
  const [number = '', cseq = '', method = ''] = (request.header('RAck') ?? '').trim().split(/\s+/)
  const ours = invite?.cseq?.number
  return parseDigits(number, 2 ** 32 - 1) === rseq && parseDigits(cseq, 2 ** 32 - 1) === ours && method === 'INVITE'
}

/** The caller has heard us: what waited for it goes out. An offer of his is refused, which changes nothing. */
export function onPrack(stack: Stack, leg: Leg, server: ServerTransaction): void {
  const { request } = server
  const { reliable } = leg
  const waiting = reliable?.waiting
  if (!waiting || !isFor(request, reliable.rseq, leg.server?.request)) {
    return respond(stack, server, { status: 481 })
  }
  stopRepeating(leg)
  reliable.waiting = undefined
  const { sdp } = request
  const wasOffer = waiting.hasSdp && leg.server?.request.sdp === undefined
  if (wasOffer) {
    // Without an answer it is as if we had offered nothing: our 2xx does it again.
    if (sdp === undefined) reliable.sdp = undefined
    else leg.remoteSdp = reliable.answer = sdp
  }
  const isOffer = sdp !== undefined && !wasOffer
  if (!isOffer) respond(stack, server, { status: 200 })
  else if (sdp !== leg.remoteSdp || leg.localSdp === undefined) respond(stack, server, { status: 488 })
  else respond(stack, server, { status: 200, body: leg.localSdp })
  // What has to wait again lines up again, in the same order.
  for (const again of reliable.queue.splice(0)) again()
}
