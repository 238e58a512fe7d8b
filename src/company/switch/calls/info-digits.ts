/** Keys that telephones tell in INFO, as many did before events: `application/dtmf-relay`, `application/dtmf`. */

import { mediaType, type SipMessage } from '../../../network/sip/index.ts'

/** The key of an INFO; undefined when it is about something else. */
export function digitIn(request: SipMessage): string | undefined {
  const type = mediaType(request.header('Content-Type'))
  const body = request.body.toString('latin1')
  if (type === 'application/dtmf-relay') return /^\s*Signal\s*=\s*([0-9*#A-D])\s*$/im.exec(body)?.[1]?.toUpperCase()
  if (type === 'application/dtmf') return /^\s*([0-9*#A-D])\s*$/i.exec(body)?.[1]?.toUpperCase()
  return undefined
}
