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
export function placeCalls({ wire, clock, load, onDone, onRetransmission }: CallerOptions): Caller {
  const { host, port } = load.target
  const send = (text: string): void => wire.send(text, host, port)

  const end = (call: Call, failure: string | undefined): void => {
    if (call.state === 'over') return
    call.state = 'over'
    onDone(call, failure)
  }

  const head = (call: Call, method: string, uri: string, routes: string, to: string): string =>
    `${method} ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${wire.port};branch=z9hG4bK${call.index}m${call.cseq}${method};rport\r\n` +
    `${routes}Max-Forwards: 70\r\nFrom: <sip:${call.user}@127.0.0.1>;tag=f${call.index}\r\nTo: ${to}\r\n` +
    `Call-ID: ${call.id}\r\nCSeq: ${call.cseq} ${method}\r\n`

  /** Sends, and again while `state` lasts (RFC 3261 §17.1). */
  const persist = (call: Call, state: State, ceilingMs: number): void => {
    const { request, cseq } = call
    const again = (times: number, waitedMs: number): void => {
      if (call.state !== state || call.cseq !== cseq || call.request !== request) return
      if (waitedMs >= PATIENCE_MS) return end(call, state === 'leaving' ? 'lost_bye' : 'timeout')
      if (times > 0) onRetransmission()
      send(request)
      const waitMs = Math.min(ceilingMs, T1_MS * 2 ** times)
      clock.after(waitMs, () => again(times + 1, waitedMs + waitMs))
    }
    again(0, 0)
  }

  const invite = (call: Call, authorization: string): void => {
    const uri = `sip:${call.dialled}@${host}:${port}`
    const body = sdpOf(40_000)
    call.cseq += 1
    call.request =
      `${head(call, 'INVITE', uri, '', `<sip:${call.dialled}@${host}>`)}Contact: <sip:${call.user}@127.0.0.1:${wire.port}>\r\n` +
      `${authorization}Content-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    call.invitedAt = clock.monotonic()
    persist(call, 'inviting', PATIENCE_MS)
  }

  const refuse = (call: Call, text: string, status: number): void => {
    const uri = `sip:${call.dialled}@${host}:${port}`
    send(
      `${head(call, 'ACK', uri, '', headerOf(text, 'To')).replace(`${call.cseq}ACK`, `${call.cseq}INVITE`)}Content-Length: 0\r\n\r\n`,
    )
    if (status !== 401) return end(call, String(status))
    const challenge = challengeOf(text)
    if (!challenge || call.password === undefined || call.cseq > 2) return end(call, 'challenged')
    const { user, password } = call
    invite(call, authorize(challenge, { user, password, method: 'INVITE', uri }))
  }

  const answered = (call: Call, text: string): void => {
    const routes = headersOf(text, 'Record-Route')
      .toReversed()
      .map((route) => `Route: ${route}\r\n`)
      .join('')
    const [target, to] = [contactOf(text), headerOf(text, 'To')]
    call.ack = `${head(call, 'ACK', target, routes, to)}Content-Length: 0\r\n\r\n`
    call.state = 'talking'
    send(call.ack)
    clock.after(load.holdMs, () => {
      if (call.state !== 'talking') return
      call.state = 'leaving'
      call.cseq += 1
      call.request = `${head(call, 'BYE', target, routes, to)}Content-Length: 0\r\n\r\n`
      persist(call, 'leaving', 4000)
    })
  }

  return {
    begin: (call) => invite(call, ''),
    take(call, text, status) {
      const isInvite = headerOf(text, 'CSeq').endsWith('INVITE')
      if (call.state === 'inviting' && isInvite) {
        if (status < 200) {
          // The far end, or who stands before it, has it: it is not sent again.
          call.request = ''
          if (status > 100) return
          const { cseq } = call
          clock.after(PATIENCE_MS, () => call.state === 'inviting' && call.cseq === cseq && end(call, 'no_answer'))
          return
        }
        if (!headerOf(text, 'CSeq').startsWith(`${call.cseq} `)) return
        if (status < 300) return answered(call, text)
        return refuse(call, text, status)
      }
      // The ACK was lost, or the answer came twice.
      if (isInvite && status >= 200 && status < 300 && call.ack) return send(call.ack)
      if (call.state === 'leaving' && !isInvite) end(call, status < 300 ? undefined : `bye_${status}`)
    },
  }
}
