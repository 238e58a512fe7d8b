/** Answers to requests, with or without a transaction behind them. */

import type { Flow } from '../../transport/index.ts'
import type { Reply } from '../endpoint.ts'
import type { SipMessage } from '../message/message.ts'
import { header } from '../message/header-names.ts'
import { headerLines, writeResponse, type Headers, type OutgoingResponse } from '../message/write.ts'
import type { ServerTransaction } from '../transaction/servers.ts'
import { responseAddress } from '../via.ts'
import type { Stack } from './leg.ts'
import { contactValue } from './write-request.ts'

/** The refusal of a request that wants what we do not know (RFC 3261 §8.2.2.3). */
export function missingExtensions(stack: Stack, request: SipMessage): { status: number; headers: Headers } | undefined {
  const required = [...request.items(header.require), ...request.items(header.proxyRequire)]
  const unknown = required.filter((tag) => !stack.extensions.has(tag.toLowerCase()))
  return unknown.length > 0 ? { status: 420, headers: [['Unsupported', unknown.join(', ')]] } : undefined
}

/** The flow on which answers to a request leave (RFC 3261 §18.2.2). */
export function replyFlow(stack: Stack, request: SipMessage, flow: Flow): Flow {
  if (flow.protocol !== 'udp' || !request.via) return flow
  const target = responseAddress(request.via, flow.remote)
  return target.port === flow.remote.port ? flow : stack.transport.flowTo('udp', target)
}

/** A To tag without memory: the same for every repetition of a request (RFC 3261 §8.2.7). */
function statelessTag(stack: Stack, request: SipMessage): string {
  return stack.hashes.hmac(stack.secret, `${request.callId} ${request.via?.branch} ${request.from?.tag}`).slice(0, 16)
}

function serverLine(stack: Stack): string {
  return stack.product === undefined ? '' : `Server: ${stack.product}\r\n`
}

/** Writes an answer as bytes. */
export function write(stack: Stack, request: SipMessage, source: Flow, response: OutgoingResponse): Buffer {
  const headerText = `${response.headerText ?? ''}${serverLine(stack)}`
  return writeResponse(request, source.remote, { ...response, headerText })
}

function contactLine(stack: Stack, flow: Flow, { dialog }: NonNullable<Reply>): string {
  return dialog ? `Contact: ${contactValue(stack, flow, dialog.user)}\r\n` : ''
}

/** Whoever lies about his address must not make us send much more than he does. */
const ANSWER_RATIO_MAX = 1.5

/** Answers and forgets: the same request again gets the same answer again. */
export function respondStateless(stack: Stack, request: SipMessage, flow: Flow, reply: Reply): void {
  if (!reply || request.method === 'ACK' || request.countOf(header.via) === 0) return
  const { status, reason, headers, briefHeaders, body, contentType, dialog } = reply
  const toTag = dialog?.toTag ?? statelessTag(stack, request)
  const contact = contactLine(stack, flow, reply)
  const answerWith = (lines: Headers | undefined): Buffer =>
    write(stack, request, flow, { status, reason, toTag, headerText: contact + headerLines(lines), body, contentType })
  const isLarge = (bytes: Buffer): boolean => flow.protocol === 'udp' && bytes.length > request.size * ANSWER_RATIO_MAX
  let bytes = answerWith(headers)
  if (briefHeaders && isLarge(bytes)) bytes = answerWith(briefHeaders)
  if (stack.events.mayAnswer?.(request, flow, { status, isLarge: isLarge(bytes) }) === false) return
  stack.send(replyFlow(stack, request, flow), bytes)
}

/** Answers through a transaction, which repeats the answer by itself. */
export function respond(stack: Stack, server: ServerTransaction, reply: Reply, toTag?: string): void {
  if (!reply) return
  const { status, reason, headers, body, contentType, dialog } = reply
  const bytes = write(stack, server.request, server.sourceFlow, {
    status,
    reason,
    toTag: dialog?.toTag ?? toTag ?? statelessTag(stack, server.request),
    withRecordRoute: dialog !== undefined,
    headerText: contactLine(stack, server.sourceFlow, reply) + headerLines(headers),
    body,
    contentType,
  })
  server.respond(status, bytes)
}
