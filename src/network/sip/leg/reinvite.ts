/** New offers inside a call, in both directions (RFC 3261 §14). */

import { answerChallenge } from '../digest/answer-challenge.ts'
import { withTarget } from '../dialog.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import { writeRequest } from '../message/write.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { confirm } from './confirm.ts'
import { sendBye } from './end-call.ts'
import { hear, type Attempt, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { sendAck } from './place-call.ts'
import { respond, write } from './respond.ts'
import {
  agreeInterval,
  intervalLines,
  raiseInterval,
  REFUSED_MS,
  refreshLater,
  startSession,
  tooBrief,
} from './session-interval.ts'
import {
  capabilityLines,
  contactValue,
  dialogAddresses,
  headText,
  isSecureLeg,
  newBranch,
  writeDialogRequest,
} from './write-request.ts'

const GLARE_TRIES = 4
const REINVITE_MS = 60_000

/** Offers a new session. */
export function reinvite(stack: Stack, leg: Leg, sdp: string): void {
  if (leg.state !== 'up' || leg.reinviting || leg.reinvited || leg.unconfirmed) {
    return stack.later(() => stack.events.onReinviteDone(leg.id, 491, undefined))
  }
  leg.reinviting = { sdp, isRefresh: false, tries: 0, branch: '', wait: undefined }
  sendReinvite(stack, leg, '')
}

/** Refreshes the session of a peer that takes no UPDATE: the same SDP once more, which nobody above is told of. */
export function refreshByReinvite(stack: Stack, leg: Leg, sdp: string): void {
  leg.reinviting = { sdp, isRefresh: true, tries: 0, branch: '', wait: undefined }
  sendReinvite(stack, leg, '')
}

function done(stack: Stack, leg: Leg, status: number, sdp: string | undefined): void {
  const isRefresh = leg.reinviting?.isRefresh
  leg.reinviting = undefined
  if (leg.state === 'gone') return
  if (status < 300) stack.events.onDialogChanged?.(leg.id)
  if (!isRefresh) return stack.events.onReinviteDone(leg.id, status, sdp)
  if (status >= 300) refreshLater(stack, leg, REFUSED_MS)
}

function sendReinvite(stack: Stack, leg: Leg, credentialsText: string): void {
  const { dialog, reinviting } = leg
  if (!dialog || !reinviting || leg.state !== 'up') return
  leg.cseq++
  reinviting.tries++
  reinviting.wait = undefined
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  reinviting.branch = branch
  const attempt: Attempt = {
    branch,
    cseq: leg.cseq,
    uri: dialog.remoteTarget,
    routes: dialog.routes,
    flow,
    provisional: false,
    cancelled: false,
    acks: new Map(),
  }
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method: 'INVITE',
    cseq: leg.cseq,
    branch,
    flow,
    withContact: true,
    extraText: capabilityLines(stack, false) + intervalLines(stack, leg) + credentialsText,
    body: reinviting.sdp,
  })
  stack.clients.start({
    method: 'INVITE',
    branch,
    flow,
    bytes,
    user: {
      onResponse(response) {
        // A re-INVITE rings nowhere: a provisional answer buys some time, and no more.
        if (response.status < 200) stack.clients.expire(branch, REINVITE_MS)
        else onAnswer(stack, leg, attempt, response, credentialsText === '')
      },
      onFailure: (kind) =>
        kind === 'unreachable' && reinviting.isRefresh ? done(stack, leg, 503, undefined) : onDead(stack, leg, 408),
      ackFor: (response) => ackForFailure(stack, leg, attempt, response),
    },
  })
}

function ackForFailure(stack: Stack, leg: Leg, attempt: Attempt, response: SipMessage): Buffer {
  const { dialog } = leg
  const addresses = dialog ? dialogAddresses(dialog) : { from: response.raw(header.from) ?? '', to: '' }
  const headerText = headText(stack, {
    flow: attempt.flow,
    branch: attempt.branch,
    method: 'ACK',
    cseq: attempt.cseq,
    callId: leg.callId,
    from: addresses.from,
    to: response.raw(header.to) ?? addresses.to,
    routes: attempt.routes,
  })
  return writeRequest({ method: 'ACK', uri: attempt.uri, headerText })
}

function onAnswer(stack: Stack, leg: Leg, attempt: Attempt, response: SipMessage, mayAnswer: boolean): void {
  const { status } = response
  if (status !== 481 && status !== 408) hear(stack, leg, response)
  if (status < 300) return onAccepted(stack, leg, attempt, response)
  const { dialog, credentials, reinviting } = leg
  if (!reinviting || leg.state !== 'up' || !dialog) return
  if (status === 491 && reinviting.tries < GLARE_TRIES) {
    return retryLater(stack, leg, reinviting, glareMs(stack, leg))
  }
  if (raiseInterval(stack, leg, response)) return sendReinvite(stack, leg, '')
  if (status === 481 || status === 408) return onDead(stack, leg, status)
  const answer =
    mayAnswer && credentials
      ? answerChallenge(stack, response, { method: 'INVITE', uri: dialog.remoteTarget, credentials })
      : undefined
  if (answer) sendReinvite(stack, leg, answer)
  else done(stack, leg, status, undefined)
}

/** RFC 3261 §14.1: the owner of the Call-ID waits longer, so that the two do not meet again. */
export function glareMs(stack: Stack, leg: Leg): number {
  return leg.side === 'outgoing' ? 2100 + 10 * stack.below(191) : 10 * stack.below(201)
}

/** While it waits for its turn again, the peer's own offer goes first. */
function retryLater(stack: Stack, leg: Leg, reinviting: NonNullable<Leg['reinviting']>, waitMs: number): void {
  reinviting.wait = stack.wheel.after(waitMs, () => {
    if (leg.reinvited) return retryLater(stack, leg, reinviting, stack.timers.t1Ms)
    sendReinvite(stack, leg, '')
  })
}

function onAccepted(stack: Stack, leg: Leg, attempt: Attempt, response: SipMessage): void {
  const tag = response.to?.tag ?? ''
  const sent = attempt.acks.get(tag)
  if (sent) return stack.send(attempt.flow, sent)
  if (!leg.dialog) return
  leg.dialog = withTarget(leg.dialog, response)
  sendAck(stack, leg, attempt, leg.dialog, undefined)
  if (!leg.reinviting) return
  startSession(stack, leg, response)
  leg.localSdp = leg.reinviting.sdp
  leg.remoteSdp = response.sdp ?? leg.remoteSdp
  done(stack, leg, response.status, response.sdp)
}

/** The peer does not know the dialog any more, or does not answer: the call is over (RFC 3261 §12.2.1.2). */
function onDead(stack: Stack, leg: Leg, status: number): void {
  const { reinviting } = leg
  if (!reinviting || leg.state !== 'up') return
  // An emergency is not given up because a proxy on its way is: its audio may go on.
  if (leg.urgent && reinviting.isRefresh && status === 408) return done(stack, leg, status, undefined)
  leg.reinviting = undefined
  if (!reinviting.isRefresh) stack.events.onReinviteDone(leg.id, status, undefined)
  if (leg.state === 'up') sendBye(stack, leg, { status, reason: 'Dialog Lost', by: 'timeout' })
}

/** A re-INVITE of the peer: refused during another one, answered by ourselves when it changes nothing. */
export function onReinvite(stack: Stack, leg: Leg, server: ServerTransaction): void {
  const { request } = server
  const refusal = tooBrief(stack, request)
  if (refusal) return respond(stack, server, refusal)
  if (leg.reinvited || (leg.unconfirmed && leg.state !== 'up')) {
    const wait = String(1 + stack.below(10))
    return respond(stack, server, { status: 500, headers: [['Retry-After', wait]] })
  }
  if (leg.reinviting && !leg.reinviting.wait) return respond(stack, server, { status: 491 })
  leg.reinvited = server
  server.onCancel = () => {
    respond(stack, server, { status: 487 })
    if (leg.reinvited === server) leg.reinvited = undefined
  }
  server.respond(100, write(stack, request, server.sourceFlow, { status: 100 }))
  const { sdp } = request
  if (sdp !== undefined && sdp === leg.remoteSdp && leg.localSdp !== undefined) {
    return answerReinvite(stack, leg, 200, leg.localSdp)
  }
  stack.events.onReinvite(leg.id, sdp)
}

/** Answers the peer's re-INVITE or UPDATE; nothing of the session changes when it is refused. */
export function answerReinvite(stack: Stack, leg: Leg, status: number, sdp?: string): void {
  const server = leg.reinvited
  if (!server || status < 200) return
  leg.reinvited = undefined
  if (status >= 300) return respond(stack, server, { status })
  acceptOffer(stack, leg, server, sdp)
}

/** Says 200 to an offer, or to a refresh that brings none. */
export function acceptOffer(stack: Stack, leg: Leg, server: ServerTransaction, sdp: string | undefined): void {
  if (!leg.dialog) return
  const { request, sourceFlow } = server
  leg.dialog = withTarget(leg.dialog, request)
  leg.remoteSdp = request.sdp ?? leg.remoteSdp
  leg.localSdp = sdp ?? leg.localSdp
  const contact = `Contact: ${contactValue(stack, leg.flow, leg.contactUser, isSecureLeg(leg))}\r\n`
  const headerText = contact + capabilityLines(stack) + (leg.state === 'up' ? agreeInterval(stack, leg, request) : '')
  const bytes = write(stack, request, sourceFlow, { status: 200, headerText, body: sdp })
  if (request.method === 'INVITE') confirm(stack, leg, server, { bytes, isOffer: request.sdp === undefined })
  else server.respond(200, bytes)
  stack.events.onDialogChanged?.(leg.id)
}
