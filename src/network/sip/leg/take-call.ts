/** Calls that come to us: the peer's INVITE and our answers to it (RFC 3261 §13.3). */

import type { Flow } from '../../transport/index.ts'
import { dialogOfRequest } from '../dialog.ts'
import type { AnswerOptions, LegEnd } from '../endpoint.ts'
import { ownText } from '../message/characters.ts'
import type { SipMessage } from '../message/message.ts'
import { headerLines } from '../message/write.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { parseUri } from '../uri.ts'
import { confirm } from './confirm.ts'
import { addLeg, endLeg, hear, newLeg, stopRepeating, type Leg, type Stack } from './leg.ts'
import { planAnswer, queueAnswer, reliableLines, sayReliably } from './reliable.ts'
import { respond, write } from './respond.ts'
import { agreeInterval } from './session-interval.ts'
import { capabilityLines, contactValue, isSecureLeg } from './write-request.ts'

/** A caller who hears nothing for so long is told that we are at it, before he repeats himself (RFC 3261 §17.2.1). */
const TRYING_MS = 200

/** Whether the sender's own idea of its address is wrong: it sits behind a NAT. */
function isBehindNat(request: SipMessage, flow: Flow): boolean {
  const { via } = request
  return !via || via.host !== flow.remote.address || (via.port ?? 5060) !== flow.remote.port
}

/** Makes a leg of an admitted INVITE and reports it. */
export function takeCall(stack: Stack, server: ServerTransaction, flow: Flow): void {
  const { request } = server
  const localTag = stack.token()
  const dialog = dialogOfRequest(request, localTag)
  const leg = newLeg(stack, {
    id: stack.token(),
    side: 'incoming',
    state: 'incoming',
    callId: dialog.callId,
    localTag,
    flow,
    pinned: isBehindNat(request, flow),
    contactUser: ownText(parseUri(request.uri)?.user ?? ''),
    dialog,
    urgent: stack.events.isUrgent?.(request) ?? false,
    server,
    remoteSdp: request.sdp,
  })
  hear(stack, leg, request)
  addLeg(stack, leg)
  server.onFailure = (kind) => {
    if (kind === 'unreachable') endLeg(stack, leg, { status: 503, reason: 'Service Unavailable', by: 'transport' })
  }
  server.onCancel = () => onCancel(stack, leg, server)
  // Nearly always something better is said before.
  stack.wheel.after(TRYING_MS, () => {
    if (!server.hasSpoken()) server.respond(100, write(stack, request, flow, { status: 100 }))
  })
  stack.events.onInvite({ legId: leg.id, request, flow, sdp: leg.remoteSdp })
}

function onCancel(stack: Stack, leg: Leg, server: ServerTransaction): void {
  if (leg.state !== 'incoming') return
  respond(stack, server, { status: 487 }, leg.localTag)
  endLeg(stack, leg, { status: 487, reason: 'Request Terminated', by: 'remote' })
}

/** Sends a provisional or final answer to the leg's INVITE. */
export function answerCall(stack: Stack, leg: Leg, status: number, options: AnswerOptions): void {
  const { server } = leg
  if (!server || leg.state !== 'incoming' || status <= 100) return
  if (status >= 300) return refuseCall(stack, leg, status, options)
  const plan = planAnswer(leg, server.request, status, options.sdp)
  if (plan === 'nothing') return
  if (plan === 'later') return queueAnswer(leg, () => answerCall(stack, leg, status, options))
  const { request } = server
  const contact = `Contact: ${contactValue(stack, leg.flow, leg.contactUser, isSecureLeg(leg))}\r\n`
  const capabilities = status >= 200 ? capabilityLines(stack) + agreeInterval(stack, leg, request) : ''
  const reliably = plan.isReliable ? reliableLines(stack, leg) : ''
  const bytes = write(stack, request, leg.flow, {
    status,
    reason: options.reason,
    toTag: leg.localTag,
    withRecordRoute: true,
    headerText: contact + capabilities + reliably + headerLines(options.headers),
    body: plan.sdp,
  })
  if (plan.sdp !== undefined) leg.localSdp = plan.sdp
  if (plan.isReliable) {
    const giveUp = (): void => endUnheard(stack, leg, server)
    return sayReliably(stack, leg, server, { status, bytes, sdp: plan.sdp, giveUp })
  }
  if (status < 200) return server.respond(status, bytes)
  stopRepeating(leg)
  leg.state = 'answered'
  confirm(stack, leg, server, { bytes, isOffer: request.sdp === undefined && plan.sdp !== undefined })
}

/** The caller asked for provisional answers that he hears for certain, and does not say that he does (RFC 3262 §3). */
function endUnheard(stack: Stack, leg: Leg, server: ServerTransaction): void {
  if (leg.state !== 'incoming') return
  respond(stack, server, { status: 504, reason: 'No PRACK' }, leg.localTag)
  endLeg(stack, leg, { status: 504, reason: 'No PRACK', by: 'timeout' })
}

function refuseCall(stack: Stack, leg: Leg, status: number, options: AnswerOptions): void {
  const { server } = leg
  if (!server) return
  respond(stack, server, { status, ...options }, leg.localTag)
  const end: LegEnd = { status, reason: options.reason ?? '', by: 'local' }
  endLeg(stack, leg, end)
}
