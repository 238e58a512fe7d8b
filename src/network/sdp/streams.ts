/** Where a stream is sent and in which direction (RFC 8866 §5.7, RFC 3264 §5.1 and §8.4, RFC 3605). */

import { attributeOf, type Attribute, type Direction, type Media, type SdpAddress, type Session } from './session.ts'

const directions: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

function isDirection(name: string): name is Direction {
  return (directions as readonly string[]).includes(name)
}

/** The first audio stream that is not refused, with its position. */
export function audioOf(session: Session): { readonly media: Media; readonly at: number } | undefined {
  const at = session.media.findIndex((media) => media.kind === 'audio' && media.port > 0)
  return at < 0 ? undefined : { media: session.media[at]!, at }
}

/** Where the sender of a description wants to receive a stream's RTP. */
export function rtpTargetOf(
  session: Session,
  media: Media,
): { readonly address: string; readonly port: number } | undefined {
  const connection = media.connection ?? session.connection
  return connection && { address: connection.address, port: media.port }
}

/** Where it wants RTCP: the same port with rtcp-mux, what a=rtcp says (RFC 3605), else the next port. */
export function rtcpTargetOf(
  session: Session,
  media: Media,
): { readonly address: string; readonly port: number } | undefined {
  const rtp = rtpTargetOf(session, media)
  if (!rtp || attributeOf(media.attributes, 'rtcp-mux') !== undefined) return rtp
  const [port, , , address] = (attributeOf(media.attributes, 'rtcp') ?? '').split(' ')
  if (!port || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return { ...rtp, port: Math.min(rtp.port + 1, 65_535) }
  return { address: address ?? rtp.address, port: Number(port) }
}

/** A stream's direction as its sender sees it; the old hold by address 0.0.0.0 counts as not receiving. */
export function directionOf(session: Session, media: Media): Direction {
  const named = [...media.attributes, ...session.attributes].find(({ name }) => isDirection(name))?.name
  const direction = named !== undefined && isDirection(named) ? named : 'sendrecv'
  const address = (media.connection ?? session.connection)?.address
  if (address !== '0.0.0.0') return direction
  return direction === 'recvonly' || direction === 'inactive' ? 'inactive' : 'sendonly'
}

/** What a stream may be answered with at most (RFC 3264 §6.1). */
export function answerDirection(offered: Direction, wanted: Direction = 'sendrecv'): Direction {
  const maySend = (offered === 'sendrecv' || offered === 'recvonly') && (wanted === 'sendrecv' || wanted === 'sendonly')
  const mayReceive =
    (offered === 'sendrecv' || offered === 'sendonly') && (wanted === 'sendrecv' || wanted === 'recvonly')
  if (maySend && mayReceive) return 'sendrecv'
  if (maySend) return 'sendonly'
  return mayReceive ? 'recvonly' : 'inactive'
}

/** The stream with this direction and no other. */
export function withDirection(media: Media, direction: Direction): Media {
  const others = media.attributes.filter(({ name }) => !isDirection(name))
  return { ...media, attributes: [...others, { name: direction, value: undefined }] }
}

/** Attributes that name addresses or keys of the side they came from: none of them passes a relay. */
const privateAttributes = new Set([
  'rtcp',
  'candidate',
  'remote-candidates',
  'end-of-candidates',
  'ice-ufrag',
  'ice-pwd',
  'ice-options',
  'ice-lite',
  'ice-mismatch',
  'rtcp-mux',
  'crypto',
  'fingerprint',
  'setup',
  'source-filter',
])

const isPublic = ({ name }: Attribute): boolean => !privateAttributes.has(name)

export type Place = {
  readonly address: SdpAddress
  /** RTP port of each stream by position; a refused stream stays refused. */
  readonly ports: readonly number[]
  readonly origin: { readonly sessionId: string; readonly version: bigint }
}

/**
 * The description as a relay passes it on: its own addresses and ports in c=, m= and o=, nothing left
 * that names the side it came from, RTCP on the next port.
 */
export function relocate(session: Session, place: Place): Session {
  const media = session.media.map((stream, at): Media => {
    const port = stream.port === 0 ? 0 : (place.ports[at] ?? 0)
    return { ...stream, port, connection: undefined, attributes: stream.attributes.filter(isPublic) }
  })
  return {
    origin: { username: '-', address: place.address, ...place.origin },
    name: '-',
    connection: place.address,
    lines: session.lines.filter((line) => line.startsWith('b=') || line.startsWith('t=')),
    attributes: session.attributes.filter(isPublic),
    media,
  }
}
