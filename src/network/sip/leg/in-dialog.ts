/** Requests inside a dialog (RFC 3261 §12.2.2): each is matched to its leg, or it is refused. */

import type { Flow } from '../../transport/index.ts'
import type { BodyOptions } from '../endpoint.ts'
import type { SipMessage } from '../message/message.ts'
import { stopConfirming } from './confirm.ts'
import { sendBye } from './end-call.ts'
import { endLeg, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { onReinvite } from './reinvite.ts'
import { replyFlow, respond, respondStateless } from './respond.ts'
import { ALLOW, newBranch, writeDialogRequest } from './write-request.ts'

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
  stopConfirming(leg)
  if (leg.state !== 'answered') return
  leg.state = 'up'
  leg.remoteSdp = request.sdp ?? leg.remoteSdp
  if (leg.end) return sendBye(stack, leg, leg.end, leg.hangup?.headers)
  stack.events.onConfirmed(leg.id, request.sdp)
}

/** Any other request with a To tag. */
export function onDialogRequest(stack: Stack, request: SipMessage, flow: Flow): void {
  const leg = legOf(stack, request)
  if (!leg?.dialog) return respondStateless(stack, request, flow, { status: 481 })
  const cseq = request.cseq?.number ?? 0
  // RFC 3261 §12.2.2: what is older than the last request is out of order.
  if (cseq < leg.dialog.remoteCseq) return respondStateless(stack, request, flow, { status: 500 })
  const server = stack.servers.start(request, replyFlow(stack, request, flow), flow)
  // A BYE frees a place: it ends its call also when the table of requests is full.
  if (!server && request.method !== 'BYE') return respondStateless(stack, request, flow, { status: 503 })
  leg.dialog = { ...leg.dialog, remoteCseq: cseq }
  // A phone whose address changed is reached where it spoke from last.
  if (leg.pinned || flow.protocol === 'tcp') leg.flow = flow
  if (!server) return onBye(stack, leg, () => respondStateless(stack, request, flow, { status: 200 }), request)
  switch (request.method) {
    case 'BYE':
      return onBye(stack, leg, () => respond(stack, server, { status: 200 }), request)
    case 'INVITE':
      return onReinvite(stack, leg, server)
    case 'INFO':
      respond(stack, server, { status: 200 })
      return stack.events.onInfo(leg.id, request)
    case 'OPTIONS':
      return respond(stack, server, { status: 200, headers: [['Allow', ALLOW]] })
    default: {
      const reply = stack.events.onDialogRequest?.(leg.id, request)
      respond(stack, server, reply ?? { status: 405, headers: [['Allow', ALLOW]] })
    }
  }
}

function onBye(stack: Stack, leg: Leg, accept: () => void, request: SipMessage): void {
  accept()
  if (leg.reinvited) respond(stack, leg.reinvited, { status: 487 })
  if (leg.server && !leg.server.isAnswered()) respond(stack, leg.server, { status: 487 }, leg.localTag)
  const end = leg.end ?? ({ status: 200, reason: 'OK', by: 'remote', message: request } as const)
  endLeg(stack, leg, end)
}

/** Sends a request of ours inside the dialog; a peer that does not know the dialog any more ends the leg. */
export function sendInDialog(stack: Stack, leg: Leg, method: string, options: BodyOptions): void {
  const { dialog } = leg
  if (!dialog || (leg.state !== 'up' && leg.state !== 'answered')) return
  leg.cseq++
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method,
    cseq: leg.cseq,
    branch,
    flow,
    headers: options.headers,
    body: options.body,
    contentType: options.contentType ?? 'application/dtmf-relay',
  })
  stack.clients.start({
    method,
    branch,
    flow,
    bytes,
    user: {
      onResponse(response) {
        const lost = response.status === 481 || response.status === 408
        if (lost && leg.state === 'up')
          sendBye(stack, leg, { status: response.status, reason: 'Dialog Lost', by: 'remote' })
      },
      onFailure() {
        if (leg.state === 'up') sendBye(stack, leg, { status: 408, reason: 'No Answer', by: 'timeout' })
      },
    },
  })
}
