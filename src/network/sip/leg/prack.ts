/** PRACK: a callee's reliable provisional answer is acknowledged (RFC 3262 §4), each side of a fork by itself. */

import { answerChallenge } from '../digest/answer-challenge.ts'
import type { Dialog } from '../dialog.ts'
import { parseDigits } from '../message/characters.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'
import type { Leg, Stack } from './leg.ts'
import { flowOf } from './next-hop.ts'
import { newBranch, RELIABLE, writeDialogRequest } from './write-request.ts'

/** More sides than this are not listened to before one of them answers. */
const SIDES_MAX = 32

/** Sends the PRACK that a provisional answer asks for; false when it is a repetition, or out of its order. */
export function acknowledgeProgress(stack: Stack, leg: Leg, dialog: Dialog, response: SipMessage): boolean {
  // Without an offer of ours nobody was told that we take them.
  if (leg.command?.sdp === undefined || !response.hasOption(header.require, RELIABLE)) return true
  const rseq = parseDigits((response.header('RSeq') ?? '').trim(), 2 ** 32 - 1)
  const { remoteTag } = dialog
  if (rseq <= 0 || remoteTag === '') return false
  leg.early ??= new Map()
  const known = leg.early.get(remoteTag)
  if (known ? rseq !== known.rseq + 1 : leg.early.size >= SIDES_MAX) return false
  leg.early.set(remoteTag, { rseq, sdp: known?.sdp ?? response.sdp })
  sendPrack(stack, leg, dialog, `RAck: ${rseq} ${dialog.localCseq} INVITE\r\n`, '')
  return true
}

function sendPrack(stack: Stack, leg: Leg, dialog: Dialog, rackText: string, credentialsText: string): void {
  leg.cseq++
  const flow = flowOf(stack, leg, dialog)
  const branch = newBranch(stack)
  const bytes = writeDialogRequest(stack, leg, dialog, {
    method: 'PRACK',
    cseq: leg.cseq,
    branch,
    flow,
    extraText: rackText + credentialsText,
  })
  stack.clients.start({
    method: 'PRACK',
    branch,
    flow,
    bytes,
    user: {
      onResponse(response) {
        const { credentials } = leg
        if (response.status < 300 || credentialsText !== '' || !credentials || leg.state === 'gone') return
        const uri = dialog.remoteTarget
        const answer = answerChallenge(stack, response, { method: 'PRACK', uri, credentials })
        if (answer) sendPrack(stack, leg, dialog, rackText, answer)
      },
      // Whoever does not hear it gives up the call himself.
      onFailure() {},
    },
  })
}
