/** From bytes to the right place: transactions, legs, or a refusal (RFC 3261 §8.2 in its order). */

import type { Flow } from '../transport/index.ts'
import type { SipFault } from './errors.ts'
import { onAck, onDialogRequest } from './leg/in-dialog.ts'
import type { Stack } from './leg/leg.ts'
import { missingExtensions, replyFlow, respond, respondStateless } from './leg/respond.ts'
import { tooBrief } from './leg/session-interval.ts'
import { takeCall } from './leg/take-call.ts'
import { mediaType } from './message/body.ts'
import { checkMessage } from './message/check.ts'
import { header } from './message/header-names.ts'
import type { SipMessage } from './message/message.ts'
import { parseMessage } from './message/parse.ts'
import type { Headers } from './message/write.ts'

/** Handles one message from the network. */
export function receive(stack: Stack, bytes: Buffer, text: string, flow: Flow): void {
  if (stack.servers.absorb(text, flow)) return
  const parsed = parseMessage(bytes, text)
  if (!parsed.ok) return refuse(stack, parsed.failure, flow)
  const message = parsed.value
  const fault = checkMessage(message)
  if (fault) return refuse(stack, fault, flow)
  // A response that nobody waits for is dropped (RFC 3261 §18.1.2).
  if (!message.isRequest) return void stack.clients.onResponse(message, flow)
  onRequest(stack, message, flow)
}

function refuse(stack: Stack, fault: SipFault, flow: Flow): void {
  const { request, status, reason } = fault
  if (!request?.isRequest || status === 0) return
  respondStateless(stack, request, flow, { status, reason })
}

function onRequest(stack: Stack, request: SipMessage, flow: Flow): void {
  if (stack.servers.repeat(request)) return
  if (request.method === 'ACK') return onAck(stack, request)
  if (request.method === 'CANCEL') return onCancel(stack, request, flow)
  const toTag = request.to?.tag
  // Subscriptions may have dialogs of their own, which those above keep.
  const isSubscription = request.method === 'SUBSCRIBE' || request.method === 'NOTIFY'
  const isTheirs =
    isSubscription && stack.allow.includes(request.method) && toTag !== undefined && !stack.byTag.has(toTag)
  if (toTag !== undefined && !isTheirs) return onDialogRequest(stack, request, flow)
  if (stack.servers.isMerged(request)) return respondStateless(stack, request, flow, { status: 482 })
  const refusal = unsupported(stack, request)
  if (refusal) return respondStateless(stack, request, flow, refusal)
  if (request.method === 'INVITE') return onInvite(stack, request, flow)
  onOther(stack, request, flow)
}

/** What we cannot do is said before anything else is looked at. */
function unsupported(stack: Stack, request: SipMessage): { status: number; headers?: Headers } | undefined {
  if (request.integer(header.maxForwards, 255) === 0 && request.method !== 'REGISTER') return { status: 483 }
  return missingExtensions(stack, request)
}

/** RFC 3261 §9.2: the CANCEL has a transaction of its own; it only asks the INVITE's to end. */
function onCancel(stack: Stack, request: SipMessage, flow: Flow): void {
  const target = stack.servers.find(request, 'INVITE')
  const server = target && stack.servers.start(request, replyFlow(stack, request, flow), flow)
  if (!target) return respondStateless(stack, request, flow, { status: 481 })
  // It frees a place: a full table is no reason to let the call ring on.
  if (server) respond(stack, server, { status: 200 })
  else respondStateless(stack, request, flow, { status: 200 })
  if (!target.isAnswered()) target.onCancel?.()
}

function onInvite(stack: Stack, request: SipMessage, flow: Flow): void {
  const refusal = unacceptableInvite(request)
  if (refusal) return respondStateless(stack, request, flow, refusal)
  const admitted = stack.events.admitInvite(request, flow)
  // No state is made for strangers: what they repeat is looked at again (RFC 3261 §8.2.7).
  if (admitted !== 'accept') return respondStateless(stack, request, flow, admitted)
  const isUrgent = stack.events.isUrgent?.(request) ?? false
  const brief = isUrgent ? undefined : tooBrief(stack, request)
  if (brief) return respondStateless(stack, request, flow, brief)
  const server = stack.servers.start(request, replyFlow(stack, request, flow), flow, isUrgent)
  if (!server) return respondStateless(stack, request, flow, { status: 503, headers: [['Retry-After', '10']] })
  takeCall(stack, server, flow)
}

function unacceptableInvite(request: SipMessage): { status: number; headers?: Headers } | undefined {
  // Clients of RFC 2543 name no Contact: they are reached at their From (RFC 4475 §3.4).
  if (!request.contact && request.countOf(header.contact) > 0) return { status: 400 }
  const type = mediaType(request.raw(header.contentType))
  const encoding = request.raw(header.contentEncoding)?.toLowerCase()
  const readable = type === '' || type === 'application/sdp' || type.startsWith('multipart/')
  if (request.bodyLength > 0 && (!readable || (encoding !== undefined && encoding !== 'identity'))) {
    return {
      status: 415,
      headers: [
        ['Accept', 'application/sdp'],
        ['Accept-Encoding', 'identity'],
      ],
    }
  }
  if (request.countOf(header.accept) === 0) return undefined
  const accepted = request.items(header.accept).map((item) => mediaType(item))
  const fits = accepted.some((one) => one === 'application/sdp' || one === 'application/*' || one === '*/*')
  return fits || accepted.length === 0 ? undefined : { status: 406 }
}

/** Requests outside dialogs; what succeeded is remembered and repeated, strangers get every answer made anew. */
function onOther(stack: Stack, request: SipMessage, flow: Flow): void {
  if (
    request.method === 'BYE' ||
    request.method === 'INFO' ||
    request.method === 'PRACK' ||
    request.method === 'UPDATE'
  ) {
    return respondStateless(stack, request, flow, { status: 481, headers: [['Allow', stack.allow]] })
  }
  const reply = stack.events.onRequest(request, flow)
  // A proof of the password counts once (RFC 7616 §3.4): its repetition must not be judged again.
  const proved = request.countOf(header.authorization) + request.countOf(header.proxyAuthorization) > 0
  const isKept = proved && reply !== undefined && reply.status < 300
  const server = isKept ? stack.servers.start(request, replyFlow(stack, request, flow), flow) : undefined
  if (server) respond(stack, server, reply)
  else respondStateless(stack, request, flow, reply)
}
