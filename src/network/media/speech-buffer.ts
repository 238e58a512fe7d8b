/**
 * The jitter buffer of a leg that we listen to ourselves: packets go in as they come, one frame of 20 ms goes out at
 * every beat. Two frames of delay hide ordinary jitter; what is lost is covered by the last frame, fading.
 */

import { sounds, type Sound } from './codec.ts'
import { linearOf } from './g711.ts'
import { rtpPayload } from './rtp.ts'

export const FRAME = 160
const RING = 4096
const DELAY = 2 * FRAME
/** More waiting than this is a burst or a faster clock: the excess is left out. */
const WAITING_MOST = 8 * FRAME
/** Frames that a loss is covered for (about what ITU-T G.711 Appendix I does): 60 ms. */
const COVERED = 3

const linear = { [sounds.ulaw]: linearOf('PCMU'), [sounds.alaw]: linearOf('PCMA') } as const

export class SpeechBuffer {
  readonly #ring = new Int16Array(RING)
  readonly #frame = new Int16Array(FRAME)
  /** Timestamp and stream at position 0; undefined while nobody speaks. */
  #base: { readonly timestamp: number; readonly ssrc: number } | undefined
  #read = 0
  #end = 0
  #missed = 0

  /** Takes a packet; sounds that we cannot hear are left out. */
  put(sound: Sound, packet: Buffer): void {
    if (sound !== sounds.ulaw && sound !== sounds.alaw) return
    const payload = rtpPayload(packet)
    const timestamp = packet.readUInt32BE(4)
    const ssrc = packet.readUInt32BE(8)
    if (this.#base?.ssrc !== ssrc) this.#begin(timestamp, ssrc)
    let at = (timestamp - this.#base!.timestamp) | 0
    if (at + payload.length <= this.#read) return
    if (at - this.#read > RING - payload.length - FRAME) {
      this.#begin(timestamp, ssrc)
      at = 0
    }
    const values = linear[sound]
    for (let i = Math.max(0, this.#read - at); i < payload.length; i++) {
      this.#ring[(at + i) & (RING - 1)] = values[payload[i]!]!
    }
    this.#end = Math.max(this.#end, at + payload.length)
  }

  #begin(timestamp: number, ssrc: number): void {
    this.#base = { timestamp, ssrc }
    this.#read = -DELAY
    this.#end = 0
    this.#missed = 0
    this.#ring.fill(0)
  }

  /** The next frame, lent until the next call; undefined while nobody speaks. */
  take(): Int16Array | undefined {
    if (!this.#base) return undefined
    if (this.#end - this.#read > WAITING_MOST) this.#skipTo(this.#end - DELAY)
    if (this.#read < 0) {
      this.#read += FRAME
      return undefined
    }
    if (this.#end - this.#read >= FRAME) return this.#copy()
    return this.#cover()
  }

  #copy(): Int16Array {
    for (let i = 0; i < FRAME; i++) {
      const at = (this.#read + i) & (RING - 1)
      this.#frame[i] = this.#ring[at]!
      this.#ring[at] = 0
    }
    this.#read += FRAME
    this.#missed = 0
    return this.#frame
  }

  /** Lost, late, or a pause of speech: the last frame fades, then the next packet begins anew. */
  #cover(): Int16Array | undefined {
    if (++this.#missed > COVERED) {
      this.#base = undefined
      return undefined
    }
    for (let i = 0; i < FRAME; i++) this.#frame[i] = this.#frame[i]! >> 1
    this.#read += FRAME
    return this.#frame
  }

  #skipTo(position: number): void {
    for (let at = Math.max(this.#read, position - RING); at < position; at++) this.#ring[at & (RING - 1)] = 0
    this.#read = position
  }
}
