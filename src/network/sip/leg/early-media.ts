/** Whether what an answer offers to hear before the call is answered may be heard (P-Early-Media, RFC 5009 §8). */

import type { SipMessage } from '../message/message.ts'

/** The SDP of a provisional answer; none when its network does not let early media pass toward the caller. */
export function audibleSdp(response: SipMessage): string | undefined {
  const { sdp } = response
  if (sdp === undefined) return undefined
  const said = response.header('P-Early-Media')?.toLowerCase()
  return said !== undefined && /\b(inactive|recvonly)\b/.test(said) ? undefined : sdp
}
