/** Programs that look for telephones to abuse. They call themselves by these names; whoever lies is limited instead. */

import { header, type SipMessage } from '../../../network/sip/index.ts'

const names: readonly string[] = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sipcli',
  'vaxsipuseragent',
  'pplsip',
  'sundayddr',
  'iwar',
  'scanner',
]

/** Names that they put into From and that no person has. */
const callers: readonly string[] = ['sipvicious', 'friendly-scanner']

/** Whether a request names itself as a scanner: it gets no answer, and does not learn that we exist. */
export function isScanner(request: SipMessage): boolean {
  const agent = (request.raw(header.userAgent) ?? '').toLowerCase()
  if (agent !== '' && names.some((name) => agent.includes(name))) return true
  const caller = request.from?.displayName?.toLowerCase() ?? ''
  return callers.includes(caller)
}
