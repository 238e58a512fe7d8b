/** Bodies of several parts, as we write them (RFC 5621 §3, RFC 2046 §5.1.1). */

import { bytesOfText } from './characters.ts'

/** A part beside the session description: `contentId` is what a header's `cid:` URI names, without brackets. */
export type BodyPart = { readonly contentType: string; readonly contentId: string; readonly body: string }

/** The session description first, then the parts; `boundary` must not occur in any of them. */
export function writeMultipart(
  sdp: string | undefined,
  parts: readonly BodyPart[],
  boundary: string,
): { body: string; contentType: string } {
  let body = ''
  if (sdp !== undefined) body += `--${boundary}\r\nContent-Type: application/sdp\r\n\r\n${sdp}\r\n`
  for (const part of parts) {
    body += `--${boundary}\r\nContent-Type: ${part.contentType}\r\nContent-ID: <${bytesOfText(part.contentId)}>\r\n`
    // What does not matter to a peer that does not know it is said so: the call goes on without it.
    body += `Content-Disposition: render;handling=optional\r\n\r\n${part.body}\r\n`
  }
  return { body: `${body}--${boundary}--\r\n`, contentType: `multipart/mixed;boundary="${boundary}"` }
}
