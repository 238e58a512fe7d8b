/** BYE and what leads to it (RFC 3261 §15): one way to leave a dialog, whatever state it is in. */

import type { Headers } from '../message/write.ts'
import { answerChallenge } from '../digest/answer-challenge.ts'
import type { Dialog } from '../dialog.ts'
import type { LegEnd } from '../endpoint.ts'
import { endLeg, type Leg, type Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { newBranch, writeDialogRequest } from './write-request.ts'

/** Sends BYE in a dialog that is not (or no longer) a leg's own: a second fork, an answer nobody wanted. */
export function sendStrayBye(stack: Stack, leg: Leg, dialog: Dialog): void {
  leg.cseq++
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, { method: 'BYE', cseq: leg.cseq, branch, flow })
  stack.clients.start({ method: 'BYE', branch, flow, bytes, user: { onResponse: () => {}, onFailure: () => {} } })
}

/** Sends BYE for a leg that is up; the leg ends with `end` when the peer answered or nobody did. */
export function sendBye(stack: Stack, leg: Leg, end: LegEnd, headers?: Headers, credentialsText?: string): void {
  const { dialog } = leg
  if (!dialog) return endLeg(stack, leg, end)
  leg.state = 'ending'
  leg.end ??= end
  leg.sessionTimer?.stop()
  leg.cseq++
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method: 'BYE',
    cseq: leg.cseq,
    branch,
    flow,
    headers,
    extraText: credentialsText,
  })
  stack.clients.start({
    method: 'BYE',
    branch,
    flow,
    bytes,
    user: {
      onResponse(response) {
        if (response.status < 200) return
        const { credentials } = leg
        const challenge =
          !credentialsText && credentials
            ? answerChallenge(stack, response, { method: 'BYE', uri: dialog.remoteTarget, credentials })
            : undefined
        if (challenge) sendBye(stack, leg, end, headers, challenge)
        else endLeg(stack, leg, leg.end ?? end)
      },
      onFailure: () => endLeg(stack, leg, leg.end ?? end),
    },
  })
}
