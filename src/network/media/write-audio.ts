/** Writes our SDP: one audio line of ours, every other line refused (RFC 8866, RFC 3264 §6). */

import { isIPv4 } from 'node:net'
import type { Codec } from '../sdp/index.ts'
import type { Direction, MediaLine } from './describe-audio.ts'

export type OwnAudio = {
  readonly origin: { readonly sessionId: bigint; readonly version: number }
  readonly address: string
  /** RTP; RTCP is the next one. */
  readonly port: number
  readonly lines: readonly MediaLine[]
  readonly audioAt: number
  readonly codecs: readonly Codec[]
  readonly direction: Direction
  readonly packetMs: number | undefined
}

function directionName({ sends, receives }: Direction): string {
  if (sends) return receives ? 'sendrecv' : 'sendonly'
  return receives ? 'recvonly' : 'inactive'
}

function audioLines(audio: OwnAudio, protocol: string): string[] {
  const lines = [`m=audio ${audio.port} ${protocol} ${audio.codecs.map((codec) => codec.payloadType).join(' ')}`]
  for (const { payloadType, name, clockRate, channels, fmtp } of audio.codecs) {
    lines.push(`a=rtpmap:${payloadType} ${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`)
    if (fmtp !== undefined) lines.push(`a=fmtp:${payloadType} ${fmtp}`)
  }
  if (audio.packetMs !== undefined) lines.push(`a=ptime:${audio.packetMs}`)
  lines.push(`a=rtcp:${audio.port + 1}`, `a=${directionName(audio.direction)}`)
  return lines
}

/** The whole text, ending in a line break. */
export function writeAudio(audio: OwnAudio): string {
  const host = `IN ${isIPv4(audio.address) ? 'IP4' : 'IP6'} ${audio.address}`
  const lines = ['v=0', `o=- ${audio.origin.sessionId} ${audio.origin.version} ${host}`, 's=-', `c=${host}`, 't=0 0']
  audio.lines.forEach((line, at) => {
    if (at === audio.audioAt) lines.push(...audioLines(audio, line.protocol))
    else lines.push(`m=${line.kind} 0 ${line.protocol} ${line.formats.join(' ')}`)
  })
  return `${lines.join('\r\n')}\r\n`
}
