/** Failures of reading a message; the status is what RFC 3261 wants a server to answer. */

import type { Failure } from '../../base/index.ts'
import type { SipMessage } from './message/message.ts'

export type SipFaultCode =
  /** Not SIP, or so broken that nobody could be answered: dropped in silence. */
  'sip.not_sip' | 'sip.too_large' | 'sip.malformed' | 'sip.version_not_supported' | 'sip.unsupported_scheme'

export type SipFault = Failure<SipFaultCode> & {
  /** 400, 416, 505, 513 ...; 0 when silence is right. */
  readonly status: number
  readonly reason: string
  /** What could be read: enough to answer when Via, From, To, Call-ID and CSeq are there. */
  readonly request: SipMessage | undefined
}
