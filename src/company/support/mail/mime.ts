/**
 * A mail as headers and parts (RFC 5322, RFC 2045, RFC 2047, RFC 2231): no part of a broken one throws, whatever is
 * missing or cut off. Charsets are those of the platform's decoder, the Asian and Cyrillic ones among them.
 */

export type MimePart = {
  /** First value of each header, unfolded and decoded, by its name in small letters. */
  readonly headers: ReadonlyMap<string, string>
  /** In small letters, such as `text/plain`. */
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** Name of an attachment; '' where none is given. */
  readonly fileName: string
  readonly isAttachment: boolean
  /** Decoded; empty for a part that holds parts. */
  readonly content: Buffer
  readonly parts: readonly MimePart[]
}

/** "10,000 parts, nested 200 levels": beyond these a mail is taken as it stands. */
const PARTS_MAX = 500
const DEPTH_MAX = 40
const HEADERS_MAX = 500

/** Reads a mail; always gives something. */
export function readMime(raw: Buffer): MimePart {
  return readPart(raw, { depth: 0, budget: { left: PARTS_MAX } })
}

/** The leaves of a mail, in their order. */
export function leavesOf(part: MimePart): MimePart[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf)
}

/** The text of a part in its charset; what cannot be decoded is marked, not lost. */
export function textOf({ content, parameters }: MimePart): string {
  return decode(content, parameters.get('charset') ?? 'utf-8')
}

type Place = { readonly depth: number; readonly budget: { left: number } }

function readPart(raw: Buffer, { depth, budget }: Place): MimePart {
  budget.left -= 1
  const end = endOfHead(raw)
  const headers = readHeaders(raw.subarray(0, end.head))
  const body = raw.subarray(end.body)
  const { value, parameters } = readParameters(headers.get('content-type') ?? 'text/plain')
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : 'text/plain'
  const disposition = readParameters(headers.get('content-disposition') ?? '')
  const fileName = disposition.parameters.get('filename') ?? parameters.get('name') ?? ''
  const common = {
    headers,
    type,
    parameters,
    fileName,
    isAttachment: disposition.value === 'attachment' || fileName !== '',
  }
  const boundary = parameters.get('boundary')
  if (type.startsWith('multipart/') && boundary && depth < DEPTH_MAX) {
    const parts: MimePart[] = []
    for (const piece of split(body, boundary)) {
      if (budget.left <= 0) break
      parts.push(readPart(piece, { depth: depth + 1, budget }))
    }
    if (parts.length > 0) return { ...common, content: Buffer.alloc(0), parts }
  }
  return { ...common, content: decodeTransfer(body, headers.get('content-transfer-encoding') ?? ''), parts: [] }
}

/** Where the head ends and the body begins; a mail without an empty line is all head. */
function endOfHead(raw: Buffer): { head: number; body: number } {
  if (raw[0] === 0x0a) return { head: 0, body: 1 }
  if (raw[0] === 0x0d && raw[1] === 0x0a) return { head: 0, body: 2 }
  const crlf = raw.indexOf('\r\n\r\n')
  const lf = raw.indexOf('\n\n')
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { head: crlf, body: crlf + 4 }
  return lf >= 0 ? { head: lf, body: lf + 2 } : { head: raw.length, body: raw.length }
}

function readHeaders(raw: Buffer): Map<string, string> {
  const text = decode(raw, isUtf8(raw) ? 'utf-8' : 'windows-1252').replaceAll(/\r?\n[ \t]+/g, ' ')
  const headers = new Map<string, string>()
  for (const line of text.split(/\r?\n/).slice(0, HEADERS_MAX)) {
    const [, name, value] = /^([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)$/.exec(line) ?? []
    const key = name?.toLowerCase()
    if (key !== undefined && !headers.has(key)) headers.set(key, decodeWords(value!.slice(0, 20_000)))
  }
  return headers
}

function isUtf8(raw: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw)
    return true
  } catch {
    return false
  }
}

/** `=?charset?B?...?=` and `=?charset?Q?...?=`; neighbours are joined before they are decoded. */
function decodeWords(value: string): string {
  const joined = value.replaceAll(/(\?=)[ \t]+(?==\?[\w.*-]+\?[bq]\?)/gi, '$1')
  return joined.replaceAll(
    /=\?([\w.-]+)(?:\*[\w-]*)?\?([bq])\?([^?]*)\?=/gi,
    (_, charset: string, kind, text: string) => {
      const bytes =
        String(kind).toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : unquote(Buffer.from(text.replaceAll('_', ' ')))
      return decode(bytes, charset)
    },
  )
}

function readParameters(header: string): { value: string; parameters: Map<string, string> } {
  const parameters = new Map<string, string>()
  const [value = ''] = header.split(';', 1)
  const pattern = /;\s*([\w.-]+)(\*(?:\d+\*?)?)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g
  for (const [, name = '', star = '', quoted, bare = ''] of header.matchAll(pattern)) {
    const key = name.toLowerCase()
    const written = quoted?.replaceAll(/\\(.)/g, '$1') ?? bare
    const read = star.endsWith('*') ? decodeExtended(written) : written
    parameters.set(key, star === '' ? read : (parameters.get(key) ?? '') + read)
  }
  return { value: value.trim().toLowerCase(), parameters }
}

/** `utf-8'fr'%C3%A9t%C3%A9.pdf` (RFC 2231 §4). */
function decodeExtended(text: string): string {
  const [, charset = 'utf-8', rest = text] = /^([\w-]*)'[\w-]*'(.*)$/.exec(text) ?? []
  const bytes = unquote(Buffer.from(rest.replaceAll('=', '%3D').replaceAll('%', '=')))
  return decode(bytes, charset || 'utf-8')
}

function* split(body: Buffer, boundary: string): Generator<Buffer> {
  const mark = Buffer.from(`--${boundary}`)
  let start = -1
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue
    if (start >= 0) yield body.subarray(start, withoutBreak(body, at))
    const line = body.indexOf(0x0a, at)
    const isLast = body.toString('latin1', at + mark.length, at + mark.length + 2) === '--'
    if (isLast || line < 0) return
    start = line + 1
  }
  // The end was cut off: what is there is kept.
  if (start >= 0) yield body.subarray(start)
}

/** The line break before a boundary belongs to the boundary. */
function withoutBreak(body: Buffer, at: number): number {
  return body[at - 2] === 0x0d ? at - 2 : at - 1
}

function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return unquote(Buffer.from(body.toString('latin1').replaceAll(/[ \t]*=\r?\n/g, ''), 'latin1'))
    default:
      return body
  }
}

/** Bytes written as `=C3`. */
function unquote(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const pair = bytes[at] === 0x3d ? bytes.toString('latin1', at + 1, at + 3) : ''
    if (/^[\da-f]{2}$/i.test(pair)) {
      out[length++] = Number.parseInt(pair, 16)
      at += 2
    } else out[length++] = bytes[at]!
  }
  return out.subarray(0, length)
}

function decode(bytes: Buffer, charset: string): string {
  const label = charset.trim().toLowerCase()
  try {
    return new TextDecoder(label === 'us-ascii' || label === '' ? 'utf-8' : label).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
