/** Reads a session description (RFC 8866 §5), forgiving about order and line ends, strict about size. */

import { fail, ok, type Result } from '../../base/index.ts'
import type { SdpFailure } from './errors.ts'
import type { Attribute, Media, Origin, SdpAddress, Session } from './session.ts'

const BYTES_MAX = 65_536
const LINES_MAX = 1000
const LINE_MAX = 4096
const MEDIA_MAX = 32
const FORMATS_MAX = 128

type Draft<T> = { -readonly [Key in keyof T]: T[Key] }
type MediaDraft = Draft<Omit<Media, 'lines' | 'attributes'>> & { lines: string[]; attributes: Attribute[] }
type SessionDraft = Draft<Omit<Session, 'lines' | 'attributes' | 'media'>> & {
  lines: string[]
  attributes: Attribute[]
  media: MediaDraft[]
}

const malformed = (reason: string) => fail('sdp.malformed', `the session description ${reason}`)

/** Reads an SDP text; anything that could mislead a media relay is refused. */
export function parseSdp(text: string): Result<Session, SdpFailure> {
  if (text.length > BYTES_MAX) return fail('sdp.too_large', 'the session description is larger than 64 kB')
  const lines = text.split('\n')
  if (lines.length > LINES_MAX) return fail('sdp.too_large', `the session description has more than ${LINES_MAX} lines`)
  const session: SessionDraft = {
    origin: { username: '-', sessionId: '0', version: 0n, address: { family: 'IP4', address: '0.0.0.0' } },
    name: '-',
    connection: undefined,
    lines: [],
    attributes: [],
    media: [],
  }
  let hasOrigin = false
  for (const [at, raw] of lines.entries()) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '') continue
    if (line.length > LINE_MAX)
      return fail('sdp.too_large', `a line of the session description is longer than ${LINE_MAX}`)
    if (line[1] !== '=' || line.includes('\r') || line.includes('\0')) return malformed(`has a bad line ${at + 1}`)
    if (at === 0 && line !== 'v=0') return malformed('does not begin with v=0')
    const fault = takeLine(session, line)
    if (fault !== undefined) return malformed(`${fault} in line ${at + 1}`)
    hasOrigin ||= line[0] === 'o'
  }
  return hasOrigin ? ok(session) : malformed('has no origin')
}

/** Adds one line to what it belongs to; the text names a fault. */
function takeLine(session: SessionDraft, line: string): string | undefined {
  const value = line.slice(2)
  const part = session.media.at(-1) ?? session
  switch (line[0]) {
    case 'v':
      return undefined
    case 'o': {
      const origin = parseOrigin(value)
      if (origin) session.origin = origin
      return origin ? undefined : 'has a bad origin'
    }
    case 's':
      session.name = value
      return undefined
    case 'c': {
      const connection = parseConnection(value)
      if (connection) part.connection = connection
      return connection ? undefined : 'has a bad connection'
    }
    case 'm': {
      const media = parseMedia(value)
      if (media && session.media.length < MEDIA_MAX) session.media.push(media)
      else return media ? 'has too many streams' : 'has a bad stream'
      return undefined
    }
    case 'a': {
      const colon = value.indexOf(':')
      const name = colon < 0 ? value : value.slice(0, colon)
      part.attributes.push({ name, value: colon < 0 ? undefined : value.slice(colon + 1) })
      return undefined
    }
    default:
      part.lines.push(line)
      return undefined
  }
}

function digitsOf(text: string | undefined, max: number): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) return -1
  const value = Number(text)
  return value <= max ? value : -1
}

function parseOrigin(value: string): Origin | undefined {
  const [username, sessionId, version, net, family, address, ...rest] = value.trim().split(/ +/)
  if (!username || !sessionId || !version || !/^\d{1,20}$/.test(version) || net !== 'IN' || rest.length > 0)
    return undefined
  const parsed = addressOf(family, address)
  return parsed && { username, sessionId, version: BigInt(version), address: parsed }
}

/** `IN IP4 192.0.2.1`, where the address may have a multicast TTL that is of no use here. */
function parseConnection(value: string): SdpAddress | undefined {
  const [net, family, address, ...rest] = value.trim().split(/ +/)
  return net === 'IN' && rest.length === 0 ? addressOf(family, address?.split('/')[0]) : undefined
}

function addressOf(family: string | undefined, address: string | undefined): SdpAddress | undefined {
  if ((family !== 'IP4' && family !== 'IP6') || !address || address.length > 255) return undefined
  return /^[A-Za-z0-9.:_-]+$/.test(address) ? { family, address } : undefined
}

/** `audio 49170 RTP/AVP 0 8 101`; a port count (`49170/2`) is read and dropped, it is for layered video only. */
function parseMedia(value: string): MediaDraft | undefined {
  const [kind, ports, protocol, ...formats] = value.trim().split(/ +/)
  const port = digitsOf(ports?.split('/')[0], 65_535)
  if (!kind || port < 0 || !protocol || formats.length === 0 || formats.length > FORMATS_MAX) return undefined
  return { kind, port, protocol, formats, connection: undefined, lines: [], attributes: [] }
}
