/** Calls that we make: the first INVITE, its answers, forks and races (RFC 3261 §13.2). */

import { assert } from '../../../base/index.ts'
import type { Flow } from '../../transport/index.ts'
import { answerChallenge } from '../digest/answer-challenge.ts'
import { dialogOfResponse, type Dialog } from '../dialog.ts'
import type { InviteCommand, LegEnd } from '../endpoint.ts'
import { headerBytes } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import { writeMultipart } from '../message/multipart.ts'
import { headerLines, writeRequest } from '../message/write.ts'
import { parseNameAddr } from '../name-addr.ts'
import { audibleSdp } from './early-media.ts'
import { sendBye, sendStrayBye } from './end-call.ts'
import { addLeg, endLeg, hear, newLeg, type Attempt, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { acknowledgeProgress } from './prack.ts'
import { intervalLines, raiseInterval, startSession } from './session-interval.ts'
import {
  capabilityLines,
  contactValue,
  headText,
  isEncrypted,
  isSecureLeg,
  isSipsUri,
  newBranch,
  writeDialogRequest,
} from './write-request.ts'

const RING_TIMEOUT_MS = 180_000

/** Starts a leg with an INVITE. */
export function placeCall(stack: Stack, command: InviteCommand): void {
  assert(!stack.legs.has(command.legId), 'a leg id is used once')
  const { nextHop } = command
  const flow =
    'flow' in nextHop ? nextHop.flow : stack.transport.flowTo(nextHop.protocol, nextHop.remote, nextHop.serverName)
  const leg = newLeg(stack, {
    id: command.legId,
    side: 'outgoing',
    state: 'calling',
    callId: stack.token(),
    localTag: stack.token(),
    flow,
    pinned: 'flow' in nextHop,
    contactUser: parseNameAddr(headerBytes(command.from))?.uri.user ?? '',
    dialog: undefined,
    urgent: command.urgent ?? false,
    command,
    credentials: command.credentials,
    localSdp: command.sdp,
  })
  addLeg(stack, leg)
  const timeout: LegEnd = { status: 408, reason: 'Request Timeout', by: 'timeout' }
  leg.ringTimer = stack.wheel.after(command.ringTimeoutMs ?? RING_TIMEOUT_MS, () => cancelCall(stack, leg, timeout))
  if (isSipsUri(command.target) && !isEncrypted(flow)) {
    // RFC 5630 §3.1.2: what is secure never leaves in the clear.
    const end: LegEnd = { status: 480, reason: 'SIPS Not Allowed', by: 'local' }
    return endLeg(stack, leg, end)
  }
  sendInvite(stack, leg, command, '')
}

function sendInvite(stack: Stack, leg: Leg, command: InviteCommand, credentialsText: string): void {
  leg.cseq++
  const branch = newBranch(stack)
  const datagrams = leg.flow
  const small = writeInvite(stack, leg, command, { branch, credentialsText })
  // An emergency does not wait to see whether its centre takes connections.
  const stays = leg.pinned || leg.urgent
  const connection = stays ? undefined : stack.large.connectionFor(datagrams, small.length)
  if (connection) leg.flow = connection
  const bytes = connection ? writeInvite(stack, leg, command, { branch, credentialsText }) : small
  const attempt: Attempt = {
    branch,
    cseq: leg.cseq,
    uri: headerBytes(command.target),
    routes: command.routes ?? [],
    flow: leg.flow,
    provisional: false,
    cancelled: false,
    acks: new Map(),
  }
  leg.attempt = attempt
  stack.clients.start({
    method: 'INVITE',
    branch,
    flow: leg.flow,
    bytes,
    user: {
      onResponse: (response, flow) => onResponse(stack, leg, attempt, response, flow),
      onFailure(kind) {
        if (!connection || kind !== 'unreachable' || leg.state !== 'calling') return onFailure(stack, leg, kind)
        stack.large.noConnection(datagrams)
        leg.flow = datagrams
        sendInvite(stack, leg, command, credentialsText)
      },
      ackFor: (response) => ackForFailure(stack, leg, attempt, command, response),
    },
  })
}

type Draft = { readonly branch: string; readonly credentialsText: string }

function writeInvite(stack: Stack, leg: Leg, command: InviteCommand, { branch, credentialsText }: Draft): Buffer {
  const uri = headerBytes(command.target)
  const head = headText(stack, {
    flow: leg.flow,
    branch,
    routes: command.routes ?? [],
    method: 'INVITE',
    cseq: leg.cseq,
    callId: leg.callId,
    from: `${headerBytes(command.from)};tag=${leg.localTag}`,
    to: headerBytes(command.to),
    contact: contactValue(stack, leg.flow, leg.contactUser, isSecureLeg(leg)),
    maxForwards: command.maxForwards,
  })
  const abilities = capabilityLines(stack, command.sdp !== undefined) + intervalLines(stack, leg)
  const headerText = head + abilities + credentialsText + headerLines(command.headers)
  const { sdp, parts = [] } = command
  const body = parts.length > 0 ? writeMultipart(sdp, parts, stack.token()) : { body: sdp }
  return writeRequest({ method: 'INVITE', uri, headerText, ...body })
}

/** The ACK of a final answer above 299 belongs to its INVITE: same branch, same Request-URI (RFC 3261 §17.1.1.3). */
function ackForFailure(stack: Stack, leg: Leg, attempt: Attempt, command: InviteCommand, response: SipMessage): Buffer {
  const headerText = headText(stack, {
    flow: attempt.flow,
    branch: attempt.branch,
    routes: attempt.routes,
    method: 'ACK',
    cseq: attempt.cseq,
    callId: leg.callId,
    from: `${headerBytes(command.from)};tag=${leg.localTag}`,
    to: response.raw(header.to) ?? headerBytes(command.to),
  })
  return writeRequest({ method: 'ACK', uri: attempt.uri, headerText })
}

function onFailure(stack: Stack, leg: Leg, kind: 'timeout' | 'unreachable'): void {
  const end: LegEnd =
    kind === 'timeout'
      ? { status: 408, reason: 'Request Timeout', by: 'timeout' }
      : { status: 503, reason: 'Service Unavailable', by: 'transport' }
  endLeg(stack, leg, leg.end ?? end)
}

function onResponse(stack: Stack, leg: Leg, attempt: Attempt, response: SipMessage, flow: Flow): void {
  hear(stack, leg, response)
  if (response.status >= 300) return onRefused(stack, leg, response)
  if (response.status >= 200) return onAccepted(stack, leg, attempt, response, flow)
  attempt.provisional = true
  if (leg.state === 'gone') return stack.clients.expire(attempt.branch, 64 * stack.timers.t1Ms)
  if (leg.state === 'cancelling') return sendCancel(stack, leg, attempt)
  if (leg.state !== 'calling' || response.status === 100) return
  leg.earlyTag = response.to?.tag
  if (!acknowledgeProgress(stack, leg, dialogOf(leg, attempt, response), response)) return
  stack.events.onProgress(leg.id, response.status, audibleSdp(response))
}

function onRefused(stack: Stack, leg: Leg, response: SipMessage): void {
  const { command } = leg
  if (leg.state === 'calling' && command?.credentials && !leg.challenged) {
    const answer = answerChallenge(stack, response, {
      method: 'INVITE',
      uri: headerBytes(command.target),
      credentials: command.credentials,
    })
    if (answer) {
      leg.challenged = true
      return sendInvite(stack, leg, command, answer)
    }
  }
  if (leg.state === 'calling' && command && raiseInterval(stack, leg, response)) {
    leg.challenged = false
    return sendInvite(stack, leg, command, '')
  }
  const { status, reason } = response
  endLeg(stack, leg, leg.end ?? { status, reason, by: 'remote', message: response })
}

/** The first 2xx wins; every other side that answered gets its ACK and a BYE (RFC 3261 §13.2.2.4). */
function onAccepted(stack: Stack, leg: Leg, attempt: Attempt, response: SipMessage, flow: Flow): void {
  const tag = response.to?.tag ?? ''
  const sent = attempt.acks.get(tag)
  if (sent) return stack.send(attempt.flow, sent)
  const dialog = dialogOf(leg, attempt, response)
  if (leg.state !== 'calling') {
    // A repetition while the peer's offer still waits for our answer.
    if (leg.state === 'answered' && leg.dialog?.remoteTag === tag) return
    sendAck(stack, leg, attempt, dialog, undefined)
    sendStrayBye(stack, leg, dialog)
    if (leg.state === 'cancelling') endLeg(stack, leg, leg.end ?? { status: 487, reason: 'Cancelled', by: 'local' })
    return
  }
  leg.ringTimer?.stop()
  leg.ringTimer = undefined
  leg.earlyTag = undefined
  leg.dialog = dialog
  // An answer that came reliably before need not be said again (RFC 3261 §13.2.1).
  const sdp = response.sdp ?? leg.early?.get(tag)?.sdp
  leg.early = undefined
  leg.remoteSdp = sdp
  if (!leg.pinned && flow.protocol !== 'udp') leg.flow = flow
  const offered = leg.command?.sdp === undefined && response.sdp !== undefined
  leg.state = offered ? 'answered' : 'up'
  if (!offered) {
    sendAck(stack, leg, attempt, dialog, undefined)
    leg.attempt = undefined
  }
  startSession(stack, leg, response)
  stack.events.onAnswered(leg.id, sdp, response)
}

/** The dialog that an answer to our INVITE makes, early or not. */
function dialogOf(leg: Leg, attempt: Attempt, response: SipMessage): Dialog {
  const { command } = leg
  assert(command, 'an outgoing leg has its command')
  const local = headerBytes(command.from)
  const remote = headerBytes(command.to)
  const seed = { callId: leg.callId, localTag: leg.localTag, local, remote, cseq: attempt.cseq, target: attempt.uri }
  return dialogOfResponse(seed, response)
}

/** The ACK of a 2xx is a request of its own, sent anew for every repetition of the 2xx. */
export function sendAck(stack: Stack, leg: Leg, attempt: Attempt, dialog: Dialog, sdp: string | undefined): void {
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, { method: 'ACK', cseq: attempt.cseq, branch, flow, body: sdp })
  attempt.acks.set(dialog.remoteTag, bytes)
  stack.send(flow, bytes)
}

/** Answers the offer that came in a 2xx. */
export function acknowledge(stack: Stack, leg: Leg, sdp: string): void {
  if (leg.side !== 'outgoing' || leg.state !== 'answered' || !leg.dialog || !leg.attempt) return
  leg.localSdp = sdp
  leg.state = 'up'
  sendAck(stack, leg, leg.attempt, leg.dialog, sdp)
  leg.attempt = undefined
}

/** Gives up a call that is not answered; a 2xx that crosses the CANCEL is acknowledged and ended. */
export function cancelCall(stack: Stack, leg: Leg, end: LegEnd): void {
  if (leg.state === 'answered' && leg.dialog && leg.attempt) {
    sendAck(stack, leg, leg.attempt, leg.dialog, undefined)
    return sendBye(stack, leg, end)
  }
  if (leg.state !== 'calling' || !leg.attempt) return
  leg.state = 'cancelling'
  leg.end = end
  leg.ringTimer?.stop()
  if (leg.attempt.provisional) sendCancel(stack, leg, leg.attempt)
}

function sendCancel(stack: Stack, leg: Leg, attempt: Attempt): void {
  if (attempt.cancelled) return
  attempt.cancelled = true
  const { command } = leg
  assert(command, 'an outgoing leg has its command')
  const headerText = headText(stack, {
    flow: attempt.flow,
    branch: attempt.branch,
    routes: attempt.routes,
    method: 'CANCEL',
    cseq: attempt.cseq,
    callId: leg.callId,
    from: `${headerBytes(command.from)};tag=${leg.localTag}`,
    to: headerBytes(command.to),
  })
  const bytes = writeRequest({
    method: 'CANCEL',
    uri: attempt.uri,
    headerText: headerText + headerLines(leg.hangup?.headers),
  })
  const user = { onResponse: () => {}, onFailure: () => {} }
  stack.clients.start({ method: 'CANCEL', branch: attempt.branch, flow: attempt.flow, bytes, user })
  // A peer that never sends the final answer does not hold the leg (RFC 3261 §9.1).
  leg.ringTimer = stack.wheel.after(64 * stack.timers.t1Ms, () => {
    endLeg(stack, leg, leg.end ?? { status: 487, reason: 'Cancelled', by: 'local' })
  })
}
