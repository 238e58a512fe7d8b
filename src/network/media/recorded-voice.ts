/**
 * What one leg says, laid out on the time line of a recording: by RTP timestamps, so that both channels stay together
 * whatever the network did, and by the clock where a stream begins anew. The last seconds are kept open for packets
 * that come late; what is older has been handed on.
 */

import { sounds, type Sound } from './codec.ts'
import { alawByteToUlaw, linearOf, silenceOf } from './g711.ts'
import { rtpPayload } from './rtp.ts'

/** Samples that are kept open: four seconds. */
const WINDOW = 32_000
/** A stream that is so far from the clock has begun anew: half a second. */
const STRAY = 4000
/** A byte further from silence than this is a voice: about -35 dBm0. */
const LOUD = 400

const linear = linearOf('PCMU')

export class RecordedVoice {
  readonly #window = new Uint8Array(WINDOW).fill(silenceOf.PCMU)
  /** Position of the window's first sample since the recording began. */
  #begin = 0
  #anchor: { readonly position: number; readonly timestamp: number; readonly ssrc: number } | undefined
  #loudAt = 0

  /** Takes a packet that came when the recording was `now` samples long. */
  take(sound: Sound, packet: Buffer, now: number): void {
    if (sound !== sounds.ulaw && sound !== sounds.alaw) return
    const payload = rtpPayload(packet)
    const position = this.#positionOf(packet, now)
    const from = position - this.#begin
    let loud = false
    for (let i = 0; i < payload.length; i++) {
      const byte = sound === sounds.ulaw ? payload[i]! : alawByteToUlaw(payload[i]!)
      if (from + i >= 0 && from + i < WINDOW) this.#window[from + i] = byte
      if (Math.abs(linear[byte]!) > LOUD) loud = true
    }
    if (loud) this.#loudAt = Math.max(this.#loudAt, position + payload.length)
  }

  #positionOf(packet: Buffer, now: number): number {
    const timestamp = packet.readUInt32BE(4)
    const ssrc = packet.readUInt32BE(8)
    const anchor = this.#anchor
    if (anchor?.ssrc === ssrc) {
      const position = anchor.position + ((timestamp - anchor.timestamp) | 0)
      if (Math.abs(position - now) <= STRAY) return position
    }
    this.#anchor = { position: now, timestamp, ssrc }
    return now
  }

  /** The end of the last voice, in samples since the beginning; 0 before the first. */
  loudAt(): number {
    return this.#loudAt
  }

  /** Everything up to a position that was not handed on yet, at most the window; the rest moves to the front. */
  release(upTo: number): Uint8Array {
    const count = Math.min(WINDOW, Math.max(0, upTo - this.#begin))
    const bytes = this.#window.slice(0, count)
    this.#window.copyWithin(0, count)
    this.#window.fill(silenceOf.PCMU, WINDOW - count)
    this.#begin += count
    return bytes
  }
}
