/** Ends a leg from above: a final answer, CANCEL or BYE, as its state demands (RFC 3261 §15). */

import type { HangupOptions } from '../endpoint.ts'
import { sendBye } from './end-call.ts'
import type { Leg, Stack } from './leg.ts'
import { cancelCall } from './place-call.ts'
import { answerCall } from './take-call.ts'

/** Does what the leg's state allows; a leg that is ending already is left alone. */
export function hangUp(stack: Stack, leg: Leg, options: HangupOptions): void {
  leg.hangup ??= options
  const { status = 480, reason, headers } = options
  switch (leg.state) {
    case 'calling':
      return cancelCall(stack, leg, { status: 487, reason: reason ?? 'Cancelled', by: 'local' })
    case 'incoming':
      return answerCall(stack, leg, status >= 300 ? status : 480, {
        ...(reason === undefined ? {} : { reason }),
        ...(headers === undefined ? {} : { headers }),
      })
    case 'answered':
      if (leg.side === 'outgoing') return cancelCall(stack, leg, { status: 200, reason: reason ?? 'OK', by: 'local' })
      // RFC 3261 §15: no BYE before the ACK; it follows the ACK, or the end of waiting for it.
      leg.end ??= { status: 200, reason: reason ?? 'OK', by: 'local' }
      return
    case 'up':
      return sendBye(stack, leg, { status: 200, reason: reason ?? 'OK', by: 'local' }, headers)
    default:
  }
}
