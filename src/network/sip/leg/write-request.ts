/** The header block that every request of ours begins with (RFC 3261 §8.1.1 and §12.2.1.1). */

import type { Flow } from '../../transport/index.ts'
import { routeRequest, type Dialog } from '../dialog.ts'
import { headerLines, writeRequest, type Headers } from '../message/write.ts'
import { bracketed, writeSipUri } from '../uri.ts'
import { MAGIC_COOKIE } from '../via.ts'
import type { Leg, Stack } from './leg.ts'

/** The option tag of reliable provisional answers (RFC 3262 §8.1). */
export const RELIABLE = '100rel'

/** What we can do, and what those above can; said in INVITEs, their answers and refusals. */
export function allowText(methods: readonly string[]): string {
  return ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK', ...methods].join(', ')
}

/**
 * What we can do, as lines of an INVITE, its answer, or a refresh. Reliable provisional answers are asked for only
 * where they can bring an answer to our offer, and say something new: not to re-INVITEs, which ring nowhere.
 */
export function capabilityLines(stack: Stack, takesReliable = true): string {
  const extensions = [...stack.extensions].filter((one) => takesReliable || one !== RELIABLE)
  return `Allow: ${stack.allow}\r\nSupported: ${extensions.join(', ')}\r\n`
}

/** A new branch for a new transaction. */
export function newBranch(stack: Stack): string {
  return MAGIC_COOKIE + stack.token()
}

/** What says in a URI of ours how we are reached; both kinds of WebSocket are `ws` there (RFC 7118 §5.2). */
const transportParams = {
  udp: '',
  tcp: ';transport=tcp',
  tls: ';transport=tls',
  ws: ';transport=ws',
  wss: ';transport=ws',
}

/** Our Contact as reached over a flow: `<sip:204@192.0.2.1:5060;transport=tcp>`, or `<sips:...>` in a secure dialog. */
export function contactValue(stack: Stack, flow: Flow, user: string, isSecure = false): string {
  const { address: host, port } = stack.ownAddress(flow)
  // A sips URI says TLS by itself (RFC 5630 §3.1.3).
  const params = isSecure && flow.protocol === 'tls' ? '' : transportParams[flow.protocol]
  return `<${writeSipUri({ user, host, port, params, isSecure })}>`
}

/** Whether a leg was begun with a sips URI: then our Contact is one too (RFC 3261 §12.1.1). */
export function isSecureLeg({ command, server }: Pick<Leg, 'command' | 'server'>): boolean {
  return isSipsUri(command?.target ?? server?.request.uri ?? '')
}

/** Whether a URI asks that nobody on the way can read along. */
export function isSipsUri(uri: string): boolean {
  return uri.slice(0, 5).toLowerCase() === 'sips:'
}

export type Head = {
  readonly flow: Flow
  readonly branch: string
  readonly method: string
  readonly cseq: number
  readonly callId: string
  /** Complete From and To values, tags included. */
  readonly from: string
  readonly to: string
  readonly routes?: readonly string[]
  readonly contact?: string | undefined
  readonly maxForwards?: number | undefined
}

/** Via to CSeq, Route and Contact, as lines. */
export function headText(stack: Stack, head: Head): string {
  const { address, port } = stack.ownAddress(head.flow)
  const protocol = head.flow.protocol.toUpperCase()
  let text = `Via: SIP/2.0/${protocol} ${bracketed(address)}:${port};branch=${head.branch};rport\r\n`
  for (const route of head.routes ?? []) text += `Route: ${route}\r\n`
  text += `Max-Forwards: ${head.maxForwards ?? 70}\r\nFrom: ${head.from}\r\nTo: ${head.to}\r\n`
  text += `Call-ID: ${head.callId}\r\nCSeq: ${head.cseq} ${head.method}\r\n`
  if (head.contact !== undefined) text += `Contact: ${head.contact}\r\n`
  return stack.product === undefined ? text : `${text}User-Agent: ${stack.product}\r\n`
}

/** Our From and the peer's To in a request of a dialog. */
export function dialogAddresses(dialog: Dialog): { from: string; to: string } {
  const to = dialog.remoteTag === '' ? dialog.remote : `${dialog.remote};tag=${dialog.remoteTag}`
  return { from: `${dialog.local};tag=${dialog.localTag}`, to }
}

export type DialogRequest = {
  readonly method: string
  readonly cseq: number
  readonly branch: string
  readonly flow: Flow
  readonly withContact?: boolean
  readonly headers?: Headers | undefined
  /** Lines that are byte text already (credentials). */
  readonly extraText?: string | undefined
  readonly body?: string | undefined
  readonly contentType?: string | undefined
}

/** The bytes of a request inside a dialog. */
export function writeDialogRequest(stack: Stack, leg: Leg, dialog: Dialog, request: DialogRequest): Buffer {
  const { uri, routes } = routeRequest(dialog)
  const { method, cseq, branch, flow } = request
  const contact = request.withContact ? contactValue(stack, flow, leg.contactUser, isSecureLeg(leg)) : undefined
  const head = headText(stack, {
    flow,
    branch,
    method,
    cseq,
    callId: dialog.callId,
    ...dialogAddresses(dialog),
    routes,
    contact,
  })
  const headerText = head + (request.extraText ?? '') + headerLines(request.headers)
  return writeRequest({ method, uri, headerText, body: request.body, contentType: request.contentType })
}

/** Whether nobody on the way to the peer can read along. */
export function isEncrypted({ protocol }: Flow): boolean {
  return protocol === 'tls' || protocol === 'wss'
}
