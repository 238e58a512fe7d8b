/**
 * Audio whose keys and path are the business of both ends alone: browsers offer DTLS-SRTP over ICE (RFC 8829). A relay
 * could neither hear nor carry it, so the description passes as it is and the packets never come near us.
 */

import { attributeOf, parseSdp } from '../sdp/index.ts'

/** Whether every stream is of that kind: a path to be found, a key that only the other end proves. */
export function isBetweenEnds(sdp: string): boolean {
  const parsed = parseSdp(sdp)
  if (!parsed.ok || parsed.value.media.length === 0) return false
  const { attributes, media } = parsed.value
  return media.every((stream) => {
    const has = (name: string): boolean => attributeOf([...stream.attributes, ...attributes], name) !== undefined
    return /^UDP\/TLS\/RTP\/SAVPF?$/.test(stream.protocol) && has('fingerprint') && has('ice-ufrag')
  })
}
