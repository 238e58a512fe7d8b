/** A 2xx to an INVITE is repeated until its ACK comes; without one the call is ended (RFC 3261 §13.3.1.4). */

import type { ServerTransaction } from '../transaction/servers.ts'
import { sendBye } from './end-call.ts'
import type { Leg, Stack, Unconfirmed } from './leg.ts'

/** Sends a 2xx and sees to it that it arrives, over TCP too: a proxy behind it may speak UDP. */
export function confirm(
  stack: Stack,
  leg: Leg,
  server: ServerTransaction,
  { bytes, isOffer }: { readonly bytes: Buffer; readonly isOffer: boolean },
): void {
  // A newer offer of the peer tells that it has our former answer.
  stopConfirming(leg)
  const { t1Ms } = stack.timers
  const cseq = server.request.cseq?.number ?? 0
  const waiting: Unconfirmed = { server, cseq, bytes, isOffer, resendMs: t1Ms, resend: undefined, deadline: undefined }
  leg.unconfirmed = waiting
  server.respond(200, bytes)
  const again = (): void => {
    server.respond(200, bytes)
    waiting.resendMs = Math.min(waiting.resendMs * 2, stack.timers.t2Ms)
    waiting.resend = stack.wheel.after(waiting.resendMs, again)
  }
  waiting.resend = stack.wheel.after(t1Ms, again)
  waiting.deadline = stack.wheel.after(64 * t1Ms, () => {
    stopConfirming(leg)
    sendBye(stack, leg, { status: 408, reason: 'No ACK', by: 'timeout' })
  })
}

/** Stops repeating the 2xx. */
export function stopConfirming(leg: Leg): void {
  leg.unconfirmed?.resend?.stop()
  leg.unconfirmed?.deadline?.stop()
  leg.unconfirmed = undefined
}
