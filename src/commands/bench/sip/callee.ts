/** The far end of the load: rings, answers, and takes the BYE. It repeats an answer until its ACK, as UDP asks for. */

import type { Clock } from '../../../base/index.ts'
import type { Wire } from './wire.ts'
import { headerOf, headersOf, sdpOf, statusOf } from './sip-text.ts'

const T1_MS = 500
const REPEATS_MAX = 7

type Answered = { readonly text: string; readonly address: string; readonly port: number; acked: boolean }

export type CalleeOptions = {
  readonly wire: Wire
  readonly clock: Clock
  readonly ringMs: number
  /** An INVITE came, with what was dialled. */
  onInvite(dialled: string): void
  onRetransmission(): void
}

/** Answers every call that comes over `wire`. */
export function takeCalls({ wire, clock, ringMs, onInvite, onRetransmission }: CalleeOptions): void {
  const calls = new Map<string, Answered>()
  const contact = `Contact: <sip:callee@127.0.0.1:${wire.port}>\r\n`

  const answer = (request: string, status: string, extra: string, body: string): string => {
    const vias = headersOf(request, 'Via').map((via) => `Via: ${via}\r\n`)
    const routes = headersOf(request, 'Record-Route').map((route) => `Record-Route: ${route}\r\n`)
    const to = headerOf(request, 'To')
    const tag = to.includes(';tag=') ? '' : ';tag=callee'
    const copied = ['From', 'Call-ID', 'CSeq'].map((name) => `${name}: ${headerOf(request, name)}\r\n`)
    const heading = `SIP/2.0 ${status}\r\n${vias.join('')}${routes.join('')}To: ${to}${tag}\r\n${copied.join('')}`
    return `${heading}${extra}Content-Length: ${body.length}\r\n\r\n${body}`
  }

  const repeat = (callId: string, times: number): void => {
    const call = calls.get(callId)
    if (!call || call.acked || times > REPEATS_MAX) return void calls.delete(callId)
    if (times > 0) onRetransmission()
    wire.send(call.text, call.address, call.port)
    clock.after(Math.min(4000, T1_MS * 2 ** times), () => repeat(callId, times + 1))
  }

  wire.onText((text, address, port) => {
    if (statusOf(text) !== undefined) return
    const callId = headerOf(text, 'Call-ID')
    if (text.startsWith('INVITE ')) {
      if (calls.has(callId)) return
      const dialled = text.slice(11, text.indexOf('@'))
      onInvite(dialled)
      const ok = answer(text, '200 OK', `${contact}Content-Type: application/sdp\r\n`, sdpOf(40_002))
      calls.set(callId, { text: ok, address, port, acked: false })
      wire.send(answer(text, '180 Ringing', contact, ''), address, port)
      clock.after(ringMs, () => repeat(callId, 0))
    } else if (text.startsWith('ACK ')) {
      const call = calls.get(callId)
      if (call) call.acked = true
    } else if (text.startsWith('BYE ') || text.startsWith('CANCEL ') || text.startsWith('OPTIONS ')) {
      const call = calls.get(callId)
      if (call) call.acked = true
      wire.send(answer(text, '200 OK', '', ''), address, port)
      if (text.startsWith('BYE ')) clock.after(8000, () => void calls.delete(callId))
    }
  })
}
