/** Sends an announcement or a tone as RTP: one frame a beat, repeated as often as asked for. */

import { assert, type RandomBytes } from '../../base/index.ts'
import type { G711Codec } from './g711.ts'
import type { Paced } from './pacer.ts'
import { FRAME_BYTES, FRAME_MS, type PromptAudio } from './prompt-library.ts'
import { RTP_HEADER, writeRtpHeader } from './rtp.ts'

/** Frames sent at once to make up for a late timer; a longer gap is left out, as the network would lose it. */
const CATCH_UP_FRAMES = 5

/** The stream that a leg hears from us: it goes on from one announcement to the next (RFC 3550 §5.1). */
export type OwnStream = { readonly ssrc: number; sequence: number; timestamp: number }

/** A stream with random beginnings, against guessing and known plaintext (RFC 3550 §5.1). */
export function newOwnStream(random: RandomBytes): OwnStream {
  const bytes = Buffer.from(random(10))
  return { ssrc: bytes.readUInt32BE(0), sequence: bytes.readUInt16BE(4), timestamp: bytes.readUInt32BE(6) }
}

export type PlayerOptions = {
  readonly audio: PromptAudio
  readonly codec: G711Codec
  /** The number that the listener gave the codec. */
  readonly payloadType: number
  /** 0 repeats for ever. */
  readonly times: number
  readonly stream: OwnStream
  send(packet: Buffer): void
  /** The sound is over and the listener hears himself from here on, until `onDone`. */
  onEcho(): void
  onDone(): void
}

/** Plays from the next beat on; `onDone` is called once, at the end of the last frame. */
export function createPlayer(options: PlayerOptions): Paced {
  const { audio, codec, payloadType, stream } = options
  const bytes = audio.bytes[codec]
  assert(bytes.length > 0 && bytes.length % FRAME_BYTES === 0, 'prompts are whole frames')
  const frames = bytes.length / FRAME_BYTES
  const total = options.times === 0 ? Number.POSITIVE_INFINITY : frames * options.times
  const echoFrames = Math.round(audio.echoMs / FRAME_MS)
  let played = 0
  let echoed = 0
  // The first packet after a silence carries the marker (RFC 3551 §4.1).
  let marker = true

  const sendFrame = (): void => {
    const at = (played % frames) * FRAME_BYTES
    const packet = Buffer.allocUnsafe(RTP_HEADER + FRAME_BYTES)
    writeRtpHeader(packet, {
      payloadType,
      marker,
      sequence: stream.sequence,
      timestamp: stream.timestamp,
      ssrc: stream.ssrc,
    })
    packet.set(bytes.subarray(at, at + FRAME_BYTES), RTP_HEADER)
    options.send(packet)
    marker = false
    played++
    stream.sequence = (stream.sequence + 1) & 0xffff
    stream.timestamp = (stream.timestamp + FRAME_BYTES) >>> 0
  }

  return {
    beat(beats) {
      if (played < total) {
        const now = Math.min(beats, CATCH_UP_FRAMES, total - played)
        if (now < beats && played > 0 && played + now < total) {
          stream.timestamp = (stream.timestamp + (beats - now) * FRAME_BYTES) >>> 0
          marker = true
        }
        for (let i = 0; i < now; i++) sendFrame()
        if (played >= total && echoFrames > 0) options.onEcho()
        return true
      }
      echoed += beats
      if (echoed < echoFrames) return true
      options.onDone()
      return false
    },
  }
}

/** How long a prompt sounds when it is played so often; one pass when it is repeated for ever. */
export function durationOf(audio: PromptAudio, times: number): number {
  return (audio.bytes.PCMU.length / FRAME_BYTES) * FRAME_MS * Math.max(1, times) + audio.echoMs
}
