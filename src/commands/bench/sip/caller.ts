/** One caller's call of the load: challenged or not, answered, held, hung up; every step counted. */

import type { Clock } from '../../../base/index.ts'
import type { CallLoad } from './load.ts'
import { authorize, challengeOf, contactOf, headerOf, headersOf, sdpOf } from './sip-text.ts'
import type { Wire } from './wire.ts'

const T1_MS = 500
/** A call that has no answer by then is lost, and its caller gives up. */
const PATIENCE_MS = 12_000

type State = 'inviting' | 'talking' | 'leaving' | 'over'

export type Call = {
  readonly id: string
  readonly index: number
  readonly dialled: string
  readonly isEmergency: boolean
  readonly user: string
  readonly password: string | undefined
  cseq: number
  state: State
  /** Sent when nothing came back. */
  request: string
  ack: string
  /** When the INVITE that should go through was sent, in ms. */
  invitedAt: number
}

export type CallerOptions = {
  readonly wire: Wire
  readonly clock: Clock
  readonly load: CallLoad
  onDone(call: Call, failure: string | undefined): void
  onRetransmission(): void
}

export type Caller = { begin(call: Call): void; take(call: Call, text: string, status: number): void }

/** The caller's side over one socket. */
export function placeCalls(options: CallerOptions): Caller {
  return {
    begin: (call) => invite(options, call, ''),
    take: (call, text, status) => takeResponse(options, call, text, status),
  }
}

function send({ wire, load }: CallerOptions, text: string): void {
  wire.send(text, load.target.host, load.target.port)
}

function end({ onDone }: CallerOptions, call: Call, failure: string | undefined): void {
  if (call.state === 'over') return
  call.state = 'over'
  onDone(call, failure)
}

/** The ACK of a refusal belongs to its INVITE's transaction (RFC 3261 §17.1.1.3); that of an answer is its own. */
function branchOf({ index, cseq, state }: Call, method: string): string {
  return `z9hG4bK${index}m${cseq}${method === 'ACK' && state === 'inviting' ? 'INVITE' : method}`
}

type Heading = { readonly method: string; readonly uri: string; readonly routes?: string; readonly to: string }

function head({ wire }: CallerOptions, call: Call, { method, uri, routes = '', to }: Heading): string {
  return [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${wire.port};branch=${branchOf(call, method)};rport`,
    `${routes}Max-Forwards: 70`,
    `From: <sip:${call.user}@127.0.0.1>;tag=f${call.index}`,
    `To: ${to}`,
    `Call-ID: ${call.id}`,
    `CSeq: ${call.cseq} ${method}\r\n`,
  ].join('\r\n')
}

/** Sends, and again while `state` lasts (RFC 3261 §17.1). */
function persist(options: CallerOptions, call: Call, state: State, ceilingMs: number): void {
  const { request, cseq } = call
  const again = (times: number, waitedMs: number): void => {
    if (call.state !== state || call.cseq !== cseq || call.request !== request) return
    if (waitedMs >= PATIENCE_MS) return end(options, call, state === 'leaving' ? 'lost_bye' : 'timeout')
    if (times > 0) options.onRetransmission()
    send(options, request)
    const waitMs = Math.min(ceilingMs, T1_MS * 2 ** times)
    options.clock.after(waitMs, () => again(times + 1, waitedMs + waitMs))
  }
  again(0, 0)
}

function uriOf({ load }: CallerOptions, { dialled }: Call): string {
  return `sip:${dialled}@${load.target.host}:${load.target.port}`
}

function invite(options: CallerOptions, call: Call, authorization: string): void {
  const { wire, clock, load } = options
  const body = sdpOf(40_000)
  call.cseq += 1
  const to = `<sip:${call.dialled}@${load.target.host}>`
  call.request =
    head(options, call, { method: 'INVITE', uri: uriOf(options, call), to }) +
    `Contact: <sip:${call.user}@127.0.0.1:${wire.port}>\r\n` +
    `${authorization}Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  call.invitedAt = clock.monotonic()
  persist(options, call, 'inviting', PATIENCE_MS)
}

function takeResponse(options: CallerOptions, call: Call, text: string, status: number): void {
  const cseq = headerOf(text, 'CSeq')
  const isInvite = cseq.endsWith('INVITE')
  if (call.state === 'inviting' && isInvite) {
    if (status < 200) return waitForAnswer(options, call, status)
    if (!cseq.startsWith(`${call.cseq} `)) return
    if (status < 300) return talk(options, call, text)
    return refuse(options, call, text, status)
  }
  // The ACK was lost, or the answer came twice.
  if (isInvite && status >= 200 && status < 300 && call.ack) return send(options, call.ack)
  if (call.state === 'leaving' && !isInvite) end(options, call, status < 300 ? undefined : `bye_${status}`)
}

/** The far end, or who stands before it, has the INVITE: it is not sent again. */
function waitForAnswer(options: CallerOptions, call: Call, status: number): void {
  call.request = ''
  if (status > 100) return
  const { cseq } = call
  options.clock.after(PATIENCE_MS, () => {
    if (call.state === 'inviting' && call.cseq === cseq) end(options, call, 'no_answer')
  })
}

function refuse(options: CallerOptions, call: Call, text: string, status: number): void {
  const uri = uriOf(options, call)
  const ack = head(options, call, { method: 'ACK', uri, to: headerOf(text, 'To') })
  send(options, `${ack}Content-Length: 0\r\n\r\n`)
  if (status !== 401) return end(options, call, String(status))
  const challenge = challengeOf(text)
  const { user, password } = call
  if (!challenge || password === undefined || call.cseq > 2) return end(options, call, 'challenged')
  invite(options, call, authorize(challenge, { user, password, method: 'INVITE', uri }))
}

/** Confirms the answer, holds, and hangs up. */
function talk(options: CallerOptions, call: Call, text: string): void {
  const routes = headersOf(text, 'Record-Route')
    .toReversed()
    .map((route) => `Route: ${route}\r\n`)
    .join('')
  const [uri, to] = [contactOf(text), headerOf(text, 'To')]
  call.state = 'talking'
  call.ack = `${head(options, call, { method: 'ACK', uri, routes, to })}Content-Length: 0\r\n\r\n`
  send(options, call.ack)
  options.clock.after(options.load.holdMs, () => {
    if (call.state !== 'talking') return
    call.state = 'leaving'
    call.cseq += 1
    call.request = `${head(options, call, { method: 'BYE', uri, routes, to })}Content-Length: 0\r\n\r\n`
    persist(options, call, 'leaving', 4000)
  })
}
