/** Requests of ours outside dialogs: REGISTER, OPTIONS, MESSAGE (RFC 3261 §8.1). */

import type { Stack } from './leg/leg.ts'
import { contactValue, headText, newBranch } from './leg/write-request.ts'
import { answerChallenge } from './digest/answer-challenge.ts'
import type { RequestCommand, RequestOutcome } from './endpoint.ts'
import { headerBytes } from './message/characters.ts'
import { headerLines, writeRequest } from './message/write.ts'
import { parseNameAddr } from './name-addr.ts'

/** Sends a request, answers one challenge, and reports the final outcome once. */
export function sendRequest(stack: Stack, command: RequestCommand, onDone: (outcome: RequestOutcome) => void): void {
  const { nextHop } = command
  const flow =
    'flow' in nextHop ? nextHop.flow : stack.transport.flowTo(nextHop.protocol, nextHop.remote, nextHop.serverName)
  const callId = command.callId ?? stack.token()
  const from = `${headerBytes(command.from)};tag=${command.fromTag ?? stack.token()}`
  const uri = headerBytes(command.target)
  const user = parseNameAddr(headerBytes(command.from))?.uri.user ?? ''
  const { contactParams, method } = command
  const own = command.isBulkContact
    ? contactValue(stack, flow, '').replace(/>$/, ';bnc>')
    : contactValue(stack, flow, user)
  const contact = contactParams === undefined ? undefined : own + contactParams

  const attempt = (cseq: number, credentialsText: string): void => {
    const branch = newBranch(stack)
    const head = headText(stack, { flow, branch, method, cseq, callId, from, to: headerBytes(command.to), contact })
    const headerText = head + credentialsText + headerLines(command.headers)
    const bytes = writeRequest({ method, uri, headerText, body: command.body, contentType: command.contentType })
    stack.clients.start({
      method,
      branch,
      flow,
      bytes,
      user: {
        onResponse(response) {
          if (response.status < 200) return
          const { credentials } = command
          const answer =
            credentials && credentialsText === ''
              ? answerChallenge(stack, response, { method, uri, credentials })
              : undefined
          if (answer) attempt(cseq + 1, answer)
          else onDone({ status: response.status, response, cseq })
        },
        onFailure: (kind) => onDone({ status: kind === 'timeout' ? 408 : 503, response: undefined, cseq }),
      },
    })
  }
  attempt(command.cseq ?? 1, '')
}
