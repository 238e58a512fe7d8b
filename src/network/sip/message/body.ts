/** Bodies: the session description alone or as one part of a multipart body (RFC 5621 §3). */

const PARTS_MAX = 16

/** The SDP text of a body, or undefined. A body without a type is taken for SDP (RFC 3261 §20.15 would demand one). */
export function findSdp(body: Buffer, contentType: string | undefined): string | undefined {
  if (body.length === 0) return undefined
  const type = mediaType(contentType)
  if (type === 'application/sdp' || type === '') return body.toString('utf8')
  if (!type.startsWith('multipart/')) return undefined
  return partsOf(body, contentType ?? '').find((part) => mediaType(part.contentType) === 'application/sdp')?.text
}

/** The text of the body, or of the first of its parts, that has this type. */
export function findPart(body: Buffer, contentType: string | undefined, wanted: string): string | undefined {
  const type = mediaType(contentType)
  if (type === wanted) return body.toString('utf8')
  if (!type.startsWith('multipart/')) return undefined
  return partsOf(body, contentType ?? '').find((part) => mediaType(part.contentType) === wanted)?.text
}

/** `application/sdp` of a Content-Type value, lower case, without parameters; '' when there is none. */
export function mediaType(contentType: string | undefined): string {
  if (contentType === undefined) return ''
  const semicolon = contentType.indexOf(';')
  return (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
}

function boundaryOf(contentType: string): string | undefined {
  const at = contentType.toLowerCase().indexOf('boundary=')
  if (at < 0) return undefined
  const rest = contentType.slice(at + 9)
  if (rest.startsWith('"')) return rest.slice(1, rest.indexOf('"', 1))
  const semicolon = rest.indexOf(';')
  return (semicolon < 0 ? rest : rest.slice(0, semicolon)).trim()
}

function partsOf(body: Buffer, contentType: string): { contentType: string; text: string }[] {
  const boundary = boundaryOf(contentType)
  if (!boundary || boundary.length > 70) return []
  const text = body.toString('latin1')
  const parts: { contentType: string; text: string }[] = []
  let at = text.indexOf(`--${boundary}`)
  while (at >= 0 && parts.length < PARTS_MAX) {
    const start = text.indexOf('\n', at) + 1
    const end = text.indexOf(`\n--${boundary}`, start - 1)
    if (start === 0 || end < start) break
    parts.push(partOf(text.slice(start, text[end - 1] === '\r' ? end - 1 : end)))
    at = end + 1
  }
  return parts
}

function partOf(part: string): { contentType: string; text: string } {
  const empty = part.indexOf('\r\n\r\n')
  const head = empty < 0 ? '' : part.slice(0, empty)
  const line = head.split('\r\n').find((one) => /^content-type[ \t]*:/i.test(one)) ?? ''
  const text = Buffer.from(empty < 0 ? part : part.slice(empty + 4), 'latin1').toString('utf8')
  return { contentType: line.slice(line.indexOf(':') + 1), text }
}
