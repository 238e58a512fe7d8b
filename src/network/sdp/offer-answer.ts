/** Offers and answers of an endpoint of ours: a phone of the world, an announcement, an echo (RFC 3264). */

import { fail, ok, type Result } from '../../base/index.ts'
import { codecsOf, isSameCodec, withCodecs, type Codec } from './codecs.ts'
import type { AnswerFailure } from './errors.ts'
import type { Direction, Media, SdpAddress, Session } from './session.ts'
import { answerDirection, directionOf, withDirection } from './streams.ts'

export type LocalMedia = {
  readonly address: SdpAddress
  readonly port: number
  /** In order of preference. */
  readonly codecs: readonly Codec[]
  readonly sessionId: string
  readonly version: bigint
  readonly direction?: Direction
}

function sessionOf(local: LocalMedia, media: readonly Media[]): Session {
  return {
    origin: { username: '-', sessionId: local.sessionId, version: local.version, address: local.address },
    name: '-',
    connection: local.address,
    lines: ['t=0 0'],
    attributes: [],
    media,
  }
}

/** An offer of one audio stream. */
export function makeOffer(local: LocalMedia): Session {
  const empty: Media = {
    kind: 'audio',
    port: local.port,
    protocol: 'RTP/AVP',
    formats: [],
    connection: undefined,
    lines: [],
    attributes: [{ name: 'ptime', value: '20' }],
  }
  return sessionOf(local, [withDirection(withCodecs(empty, local.codecs), local.direction ?? 'sendrecv')])
}

export type Answer = {
  readonly session: Session
  /** What both sides can, in the offerer's order and with the offerer's payload types. */
  readonly codecs: readonly Codec[]
  /** As we see it: `recvonly` when the other side put us on hold. */
  readonly direction: Direction
}

/** An events codec alone is no conversation. */
function isSpeech(codec: Codec): boolean {
  return !/^(telephone-event|cn)$/i.test(codec.name)
}

/** Answers an offer: the first audio stream with a common codec is taken, every other one refused with port 0. */
export function makeAnswer(offer: Session, local: LocalMedia): Result<Answer, AnswerFailure> {
  const commonOf = (media: Media): Codec[] =>
    codecsOf(media).filter((codec) => local.codecs.some((own) => isSameCodec(own, codec)))
  const taken = offer.media.findIndex((media) => {
    return (
      media.kind === 'audio' && media.port > 0 && media.protocol.startsWith('RTP/AVP') && commonOf(media).some(isSpeech)
    )
  })
  const stream = offer.media[taken]
  if (!stream) return fail('sdp.no_common_codec', 'the offer has no audio stream with a codec of ours')
  const codecs = commonOf(stream)
  const direction = answerDirection(directionOf(offer, stream), local.direction)
  const media = offer.media.map((one, at): Media => {
    const plain = { ...one, connection: undefined, lines: [], attributes: [] }
    if (at !== taken) return { ...plain, port: 0 }
    const answered = { ...plain, port: local.port, attributes: [{ name: 'ptime', value: '20' }] }
    return withDirection(withCodecs(answered, codecs), direction)
  })
  return ok({ session: sessionOf(local, media), codecs, direction })
}
