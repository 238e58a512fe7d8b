/** Programs that look for telephones to abuse. They call themselves by these names; whoever lies is limited instead. */

import { header, type SipMessage } from '../../network/sip/index.ts'

const names: readonly string[] = [
  'friendly-scanner',
  'sipvicious',
  'sipcli',
  'vaxsipuseragent',
  'pplsip',
  'sundayddr',
  'iwar',
  'scanner',
]

/** Whether a request names itself as a scanner: it gets no answer, and does not learn that we exist. */
export function isScanner(request: SipMessage): boolean {
  const agent = (request.raw(header.userAgent) ?? '').toLowerCase()
  return agent !== '' && names.some((name) => agent.includes(name))
}
