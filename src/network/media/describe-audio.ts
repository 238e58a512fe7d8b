/** What an SDP says about its audio: the part of RFC 8866 and RFC 3264 that a relay acts upon. */

import { ok, type Result } from '../../base/index.ts'
import {
  attributeOf,
  codecsOf,
  directionOf,
  parseSdp,
  rtcpTargetOf,
  rtpTargetOf,
  type Codec,
  type Media,
} from '../sdp/index.ts'
import type { SocketAddress } from './address.ts'
import { badSdp, noCodec, type BadSdp, type NoCodec } from './errors.ts'

/** Whether the writer of an SDP sends and wants to receive (RFC 3264 §5.1). */
export type Direction = { readonly sends: boolean; readonly receives: boolean }

/** A line of media as it must be repeated, in its place, in every later SDP of the session (RFC 3264 §8). */
export type MediaLine = { readonly kind: string; readonly protocol: string; readonly formats: readonly string[] }

export type AudioDescription = {
  readonly lines: readonly MediaLine[]
  /** Which of the lines is the audio. */
  readonly audioAt: number
  /** Where RTP and RTCP are wanted; undefined for the old way to hold, address 0.0.0.0 (RFC 3264 §8.4). */
  readonly rtp: SocketAddress | undefined
  readonly rtcp: SocketAddress | undefined
  readonly direction: Direction
  readonly codecs: readonly Codec[]
  readonly packetMs: number | undefined
}

/** More than any phone offers; numbers for the codecs of a leg cannot run out. */
const CODECS_MAX = 32

/** Reads the first audio stream that can be relayed. Security (SAVP) is not taken away from a stream: it is refused. */
export function describeAudio(sdp: string): Result<AudioDescription, BadSdp | NoCodec> {
  const parsed = parseSdp(sdp)
  if (!parsed.ok) return badSdp(parsed.failure.message)
  const session = parsed.value
  const audioAt = session.media.findIndex(isRelayable)
  const named = session.media[audioAt]
  if (!named) return noCodec('the session description has no stream of plain RTP audio')
  // We never answer with rtcp-mux, so RTCP keeps a port of its own (RFC 5761 §5.1.1).
  const audio = { ...named, attributes: named.attributes.filter(({ name }) => name !== 'rtcp-mux') }
  const rtp = rtpTargetOf(session, audio)
  if (!rtp) return badSdp('the session description names no address for its audio')
  const isHeld = rtp.address === '0.0.0.0'
  const direction = directionOf(session, audio)
  return ok({
    lines: session.media.map(({ kind, protocol, formats }) => ({ kind, protocol, formats })),
    audioAt,
    rtp: isHeld ? undefined : rtp,
    rtcp: isHeld ? undefined : rtcpTargetOf(session, audio),
    direction: {
      sends: direction === 'sendrecv' || direction === 'sendonly',
      receives: direction === 'sendrecv' || direction === 'recvonly',
    },
    codecs: codecsOf(audio).slice(0, CODECS_MAX),
    packetMs: packetMsOf(audio),
  })
}

function isRelayable({ kind, port, protocol }: Media): boolean {
  return kind === 'audio' && port > 0 && /^RTP\/AVPF?$/.test(protocol)
}

function packetMsOf(audio: Media): number | undefined {
  const ptime = attributeOf(audio.attributes, 'ptime') ?? ''
  return /^[1-9]\d{0,2}$/.test(ptime) ? Number(ptime) : undefined
}
