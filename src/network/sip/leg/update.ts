/**
 * UPDATE (RFC 3311): ours refresh a session; the peer's may also offer a new one, before the answer of the call as
 * well as after it.
 */

import { answerChallenge } from '../digest/answer-challenge.ts'
import { withTarget } from '../dialog.ts'
import type { SipMessage } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { sendBye } from './end-call.ts'
import { hear, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { acceptOffer, answerReinvite, glareMs, refreshByReinvite } from './reinvite.ts'
import { respond } from './respond.ts'
import { intervalLines, raiseInterval, REFUSED_MS, refreshLater, startSession, tooBrief } from './session-interval.ts'
import { capabilityLines, newBranch, writeDialogRequest } from './write-request.ts'

/** An UPDATE must not wait for long (RFC 3311 §5.2): who offered is told to try again. */
const ANSWER_MS = 20_000
const AGAIN_MS = 2000

/** The leg's session is due: refreshed by UPDATE where the peer takes it, else by a re-INVITE with the same SDP. */
export function refresh(stack: Stack, leg: Leg): void {
  if (leg.state !== 'up') return
  if (leg.reinviting || leg.reinvited || leg.unconfirmed) return refreshLater(stack, leg, AGAIN_MS)
  if (leg.allowsUpdate) sendUpdate(stack, leg, '')
  else if (leg.localSdp === undefined) refreshLater(stack, leg, AGAIN_MS)
  else refreshByReinvite(stack, leg, leg.localSdp)
}

function sendUpdate(stack: Stack, leg: Leg, credentialsText: string): void {
  const { dialog } = leg
  if (!dialog || leg.state !== 'up') return
  leg.cseq++
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method: 'UPDATE',
    cseq: leg.cseq,
    branch,
    flow,
    withContact: true,
    extraText: capabilityLines(stack) + intervalLines(stack, leg) + credentialsText,
  })
  stack.clients.start({
    method: 'UPDATE',
    branch,
    flow,
    bytes,
    user: {
      onResponse: (response) => response.status >= 200 && onUpdated(stack, leg, response, credentialsText === ''),
      onFailure: (kind) => (kind === 'timeout' ? onLost(stack, leg, 408) : refreshLater(stack, leg, AGAIN_MS)),
    },
  })
}

function onUpdated(stack: Stack, leg: Leg, response: SipMessage, mayAnswer: boolean): void {
  const { status } = response
  if (leg.state !== 'up' || !leg.dialog) return
  if (status === 481 || status === 408) return onLost(stack, leg, status)
  hear(stack, leg, response)
  if (status < 300) {
    leg.dialog = withTarget(leg.dialog, response)
    startSession(stack, leg, response)
    return stack.events.onDialogChanged?.(leg.id)
  }
  if (raiseInterval(stack, leg, response)) return sendUpdate(stack, leg, '')
  if (status === 405 || status === 501) {
    leg.allowsUpdate = false
    return refresh(stack, leg)
  }
  const { credentials } = leg
  const uri = leg.dialog.remoteTarget
  const answer =
    mayAnswer && credentials ? answerChallenge(stack, response, { method: 'UPDATE', uri, credentials }) : undefined
  if (answer) return sendUpdate(stack, leg, answer)
  refreshLater(stack, leg, status === 491 ? glareMs(stack, leg) : REFUSED_MS)
}

/** The peer does not know the call any more, or says nothing (RFC 3261 §12.2.1.2). */
function onLost(stack: Stack, leg: Leg, status: 408 | 481): void {
  if (leg.state !== 'up') return
  // An emergency is not given up because a proxy on its way is: its audio may go on.
  if (leg.urgent && status === 408) return refreshLater(stack, leg, REFUSED_MS)
  sendBye(stack, leg, { status, reason: 'Dialog Lost', by: 'timeout' })
}

/** An UPDATE of the peer: a refresh is answered at once, an offer goes the way of a re-INVITE's. */
export function onUpdate(stack: Stack, leg: Leg, server: ServerTransaction): void {
  const { request } = server
  const refusal = tooBrief(stack, request)
  if (refusal) return respond(stack, server, refusal)
  const { sdp } = request
  if (sdp === undefined) return acceptOffer(stack, leg, server, undefined)
  // RFC 3311 §5.2: our own offer waits for its answer, or theirs for ours.
  if (leg.reinviting && !leg.reinviting.wait) return respond(stack, server, { status: 491 })
  const isAnswering =
    leg.state === 'incoming' && (leg.reliable?.sdp === undefined || leg.reliable.waiting !== undefined)
  if (leg.reinvited || leg.unconfirmed?.isOffer || isAnswering) {
    return respond(stack, server, { status: 500, headers: [['Retry-After', String(1 + stack.below(10))]] })
  }
  leg.reinvited = server
  if (sdp === leg.remoteSdp && leg.localSdp !== undefined) return answerReinvite(stack, leg, 200, leg.localSdp)
  // Before the answer nobody above can change what is heard (RFC 3311 §5.2).
  if (leg.state === 'incoming') return answerReinvite(stack, leg, 504)
  stack.wheel.after(ANSWER_MS, () => {
    if (leg.reinvited === server) answerReinvite(stack, leg, 504)
  })
  stack.events.onReinvite(leg.id, sdp)
}
