/** Requests inside a dialog (RFC 3261 §12.2.2): each is matched to its leg, or it is refused. */

import type { Flow } from '../../transport/index.ts'
import type { BodyOptions, RequestOutcome } from '../endpoint.ts'
import type { SipMessage } from '../message/message.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { stopConfirming } from './confirm.ts'
import { sendBye } from './end-call.ts'
import { endLeg, hear, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { onPrack } from './reliable.ts'
import { onReinvite, refreshByReinvite } from './reinvite.ts'
import { missingExtensions, replyFlow, respond, respondStateless } from './respond.ts'
import { onUpdate } from './update.ts'
import { newBranch, writeDialogRequest } from './write-request.ts'

/** The leg that a request with a To tag belongs to; both tags and the Call-ID have to fit. */
function legOf(stack: Stack, request: SipMessage): Leg | undefined {
  const leg = stack.byTag.get(request.to?.tag ?? '')
  if (!leg?.dialog || leg.callId !== request.callId) return undefined
  return leg.dialog.remoteTag === (request.from?.tag ?? '') ? leg : undefined
}

/** An ACK for a 2xx; ACKs of nobody are dropped. */
export function onAck(stack: Stack, request: SipMessage): void {
  const leg = legOf(stack, request)
  const waiting = leg?.unconfirmed
  if (!leg || !waiting || waiting.cseq !== request.cseq?.number) return
  hear(stack, leg, request)
  stopConfirming(leg)
  // A re-INVITE without SDP was answered with our offer: its answer comes here.
  if (leg.state === 'up' && waiting.isOffer && request.sdp !== undefined) {
    leg.remoteSdp = request.sdp
    return stack.events.onConfirmed(leg.id, request.sdp)
  }
  if (leg.state !== 'answered') return
  leg.state = 'up'
  leg.server = undefined
  leg.remoteSdp = request.sdp ?? leg.remoteSdp
  const { answer, late } = leg.reliable ?? {}
  leg.reliable = undefined
  if (leg.end) return sendBye(stack, leg, leg.end, leg.hangup?.headers)
  stack.events.onDialogChanged?.(leg.id)
  stack.events.onConfirmed(leg.id, request.sdp ?? answer)
  if (late !== undefined && !leg.reinviting) refreshByReinvite(stack, leg, late)
}

/** A callee who wants to change what is heard before he answers: not without asking a person (RFC 3311 §5.2). */
function isEarly(stack: Stack, request: SipMessage): boolean {
  const leg = stack.byTag.get(request.to?.tag ?? '')
  if (request.method !== 'UPDATE' || leg?.callId !== request.callId) return false
  return leg.early?.has(request.from?.tag ?? '') ?? false
}

/** Any other request with a To tag. */
export function onDialogRequest(stack: Stack, request: SipMessage, flow: Flow): void {
  const leg = legOf(stack, request)
  if (!leg?.dialog) return respondStateless(stack, request, flow, { status: isEarly(stack, request) ? 504 : 481 })
  const cseq = request.cseq?.number ?? 0
  // RFC 3261 §12.2.2: what is older than the last request is out of order.
  if (cseq < leg.dialog.remoteCseq) return respondStateless(stack, request, flow, { status: 500 })
  // A BYE ends its call whatever else it asks for.
  const refusal = request.method === 'BYE' ? undefined : missingExtensions(stack, request)
  if (refusal) return respondStateless(stack, request, flow, refusal)
  const server = stack.servers.start(request, replyFlow(stack, request, flow), flow)
  // A BYE frees a place: it ends its call also when the table of requests is full.
  if (!server && request.method !== 'BYE') return respondStateless(stack, request, flow, { status: 503 })
  hear(stack, leg, request)
  leg.dialog = { ...leg.dialog, remoteCseq: cseq }
  // A phone whose address changed is reached where it spoke from last.
  if (leg.pinned || flow.protocol !== 'udp') leg.flow = flow
  if (!server) return onBye(stack, leg, () => respondStateless(stack, request, flow, { status: 200 }), request)
  const act = acts[request.method] ?? askAbove
  act(stack, leg, server)
}

type Act = (stack: Stack, leg: Leg, server: ServerTransaction) => void

/** What the leg itself does; every other method is for those above. */
const acts: Readonly<Record<string, Act>> = {
  BYE: (stack, leg, server) => onBye(stack, leg, () => respond(stack, server, { status: 200 }), server.request),
  INVITE: onReinvite,
  UPDATE: onUpdate,
  PRACK: onPrack,
  INFO(stack, leg, server) {
    respond(stack, server, { status: 200 })
    stack.events.onInfo(leg.id, server.request)
  },
  OPTIONS: (stack, _, server) => respond(stack, server, { status: 200, headers: [['Allow', stack.allow]] }),
}

/** Methods that have a name, whether somebody here serves them or not (RFC 3261 §21.4.6 against §21.5.2). */
const named = new Set(['REFER', 'NOTIFY', 'SUBSCRIBE', 'MESSAGE', 'PUBLISH', 'REGISTER'])

function askAbove(stack: Stack, leg: Leg, server: ServerTransaction): void {
  const { request } = server
  const status = named.has(request.method) ? 405 : 501
  const reply = stack.events.onDialogRequest?.(leg.id, request) ?? { status, headers: [['Allow', stack.allow]] }
  respond(stack, server, reply, leg.localTag)
}

function onBye(stack: Stack, leg: Leg, accept: () => void, request: SipMessage): void {
  accept()
  if (leg.reinvited) respond(stack, leg.reinvited, { status: 487 })
  if (leg.server && !leg.server.isAnswered()) respond(stack, leg.server, { status: 487 }, leg.localTag)
  const end = leg.end ?? ({ status: 200, reason: 'OK', by: 'remote', message: request } as const)
  endLeg(stack, leg, end)
}

type OwnRequest = {
  readonly method: string
  readonly body: BodyOptions
  readonly onDone: ((outcome: RequestOutcome) => void) | undefined
}

/** Sends a request of ours inside the dialog; a peer that does not know the dialog any more ends the leg. */
export function sendInDialog(stack: Stack, leg: Leg, { method, body, onDone }: OwnRequest): void {
  const { dialog } = leg
  if (!dialog || (leg.state !== 'up' && leg.state !== 'answered')) return
  leg.cseq++
  const { cseq } = leg
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method,
    cseq,
    branch,
    flow,
    // Requests that may begin or refresh a dialog name where we are reached (RFC 3261 §8.1.1.8).
    withContact: method === 'SUBSCRIBE' || method === 'NOTIFY' || method === 'REFER',
    headers: body.headers,
    body: body.body,
    contentType: body.contentType ?? 'application/dtmf-relay',
  })
  const done = (status: number, response: SipMessage | undefined): void => {
    if (onDone) return stack.later(() => onDone({ status, response, cseq }))
    const isLost = status === 481 || status === 408
    if (response && !isLost) hear(stack, leg, response)
    if (leg.state === 'up' && isLost) sendBye(stack, leg, { status, reason: 'Dialog Lost', by: 'timeout' })
  }
  stack.clients.start({
    method,
    branch,
    flow,
    bytes,
    user: {
      onResponse: (response) => response.status >= 200 && done(response.status, response),
      onFailure: () => done(408, undefined),
    },
  })
}
