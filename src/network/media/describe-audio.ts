/** What an SDP says about its audio: the part of RFC 8866 and RFC 3264 that a relay acts upon. */

import { fail, ok, type Result } from '../../base/index.ts'
import type { SocketAddress } from './address.ts'
import type { Codec } from './codec.ts'
import type { BadSdp, NoCodec } from './errors.ts'

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

const staticCodecs: Readonly<Record<number, string>> = {
  0: 'PCMU/8000',
  3: 'GSM/8000',
  4: 'G723/8000',
  8: 'PCMA/8000',
  9: 'G722/8000',
  13: 'CN/8000',
  18: 'G729/8000',
}

/** Temporary reader. */
export function describeAudio(sdp: string): Result<AudioDescription, BadSdp | NoCodec> {
  if (sdp.length > 16_384 || !sdp.startsWith('v=0')) return fail('media.bad_sdp', 'bad')
  const lines = sdp.split(/\r?\n/)
  const sections: string[][] = [[]]
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push([])
    sections.at(-1)!.push(line)
  }
  const media = sections.slice(1).map((section) => {
    const [kind = '', port = '', protocol = '', ...formats] = section[0]!.slice(2).split(' ')
    return { kind, port: Number(port), protocol, formats, section }
  })
  const audioAt = media.findIndex(
    (line) => line.kind === 'audio' && line.port > 0 && /^RTP\/AVPF?$/.test(line.protocol),
  )
  if (audioAt < 0) return fail('media.no_codec', 'no audio')
  const audio = media[audioAt]!
  const find = (prefix: string) =>
    (audio.section.find((l) => l.startsWith(prefix)) ?? sections[0]!.find((l) => l.startsWith(prefix)))?.slice(
      prefix.length,
    )
  const address = find('c=')?.split(' ')[2]
  if (!address) return fail('media.bad_sdp', 'no c')
  const held = address === '0.0.0.0'
  const rtcp = Number(find('a=rtcp:')?.split(' ')[0] ?? audio.port + 1)
  const dir =
    ['sendrecv', 'sendonly', 'recvonly', 'inactive'].find((it) => audio.section.includes(`a=${it}`)) ?? 'sendrecv'
  const codecs = audio.formats.flatMap((format): Codec[] => {
    const map = find(`a=rtpmap:${format} `) ?? staticCodecs[Number(format)]
    if (!map) return []
    const [name = '', rate, channels] = map.split('/')
    return [
      {
        payloadType: Number(format),
        name,
        clockRate: Number(rate),
        channels: Number(channels ?? 1),
        fmtp: find(`a=fmtp:${format} `),
      },
    ]
  })
  const ptime = find('a=ptime:')
  return ok({
    lines: media.map(({ kind, protocol, formats }) => ({ kind, protocol, formats })),
    audioAt,
    rtp: held ? undefined : { address, port: audio.port },
    rtcp: held ? undefined : { address, port: rtcp },
    direction: { sends: /sendrecv|sendonly/.test(dir), receives: !held && /sendrecv|recvonly/.test(dir) },
    codecs,
    packetMs: ptime ? Number(ptime) : undefined,
  })
}
