/**
 * Payload type numbers between us and one peer. Each side says by which number it wants to receive a
 * codec (RFC 3264 §5.1), the two may differ, and a number must not change its meaning during a session
 * (RFC 3264 §8.3.2); so every leg has its own numbers, and the relay translates.
 */

import { assert } from '../../base/index.ts'
import type { Codec } from '../sdp/index.ts'
import { codecKey, repeatsTimestamp, soundOf, type CodecKey } from './codec.ts'

/** Marks numbers that were not agreed on. */
export const NOT_AGREED = 255

const DYNAMIC_FIRST = 96
const NUMBERS = 128

/** Tables by the payload type of an arriving packet, so that a packet costs two look-ups. */
export type Routes = {
  /** The payload type to send on with; NOT_AGREED refuses the packet. */
  readonly numbers: Uint8Array
  /** Timestamp units a second; 0 where timestamps repeat. */
  readonly clockRates: Int32Array
  /** What a packet of that number carries, for those who listen on our side. */
  readonly sounds: Uint8Array
}

/** Routes that refuse everything. */
export function noRoutes(): Routes {
  return {
    numbers: new Uint8Array(NUMBERS).fill(NOT_AGREED),
    clockRates: new Int32Array(NUMBERS),
    sounds: new Uint8Array(NUMBERS),
  }
}

export class Numbering {
  /** Numbers that we told the peer: by these its packets come. */
  #told = new Map<CodecKey, number>()
  /** Numbers that the peer told us: by these it wants to receive. */
  #wanted = new Map<CodecKey, number>()

  /** Takes the numbers of the peer's SDP. Those of an offer are used in our answer too (RFC 3264 §6.1). */
  learn(codecs: readonly Codec[], kind: 'offer' | 'answer'): void {
    this.#wanted.clear()
    for (const codec of codecs) {
      const key = codecKey(codec)
      this.#wanted.set(key, codec.payloadType)
      if (kind === 'answer') continue
      const other = this.#toldKeyOf(codec.payloadType)
      if (other !== undefined && other !== key) this.#told.delete(other)
      this.#told.set(key, codec.payloadType)
    }
  }

  /** The codecs with the numbers to tell this peer: those told before, else the given ones where they are free. */
  tell(codecs: readonly Codec[]): Codec[] {
    return codecs.map((codec) => {
      const key = codecKey(codec)
      let number = this.#told.get(key)
      if (number === undefined) {
        number = this.#toldKeyOf(codec.payloadType) === undefined ? codec.payloadType : this.#free()
        this.#told.set(key, number)
      }
      return { ...codec, payloadType: number }
    })
  }

  /** The number by which the peer wants to receive a codec. */
  wanted(codec: Codec): number | undefined {
    return this.#wanted.get(codecKey(codec))
  }

  /**
   * Numbers by which packets of an agreed codec may come from this peer: the told one, and the peer's own
   * where it has no other meaning, since many phones send by the number that they want to receive.
   */
  #arrivalsOf(codec: Codec): number[] {
    const told = this.#told.get(codecKey(codec))
    const wanted = this.#wanted.get(codecKey(codec))
    const numbers = told === undefined ? [] : [told]
    if (wanted !== undefined && wanted !== told && this.#toldKeyOf(wanted) === undefined) numbers.push(wanted)
    return numbers
  }

  /** Where packets of this peer go: by the number they come with, the number of `to`, for the agreed codecs. */
  routesTo(to: Numbering, agreed: readonly Codec[]): Routes {
    const routes = noRoutes()
    for (const codec of agreed) {
      const out = to.wanted(codec)
      if (out === undefined) continue
      for (const number of this.#arrivalsOf(codec)) {
        routes.numbers[number] = out
        routes.clockRates[number] = repeatsTimestamp(codec) ? 0 : codec.clockRate
        routes.sounds[number] = soundOf(codec)
      }
    }
    return routes
  }

  #toldKeyOf(number: number): CodecKey | undefined {
    for (const [key, told] of this.#told) if (told === number) return key
    return undefined
  }

  #free(): number {
    for (let number = DYNAMIC_FIRST; number < NUMBERS; number++)
      if (this.#toldKeyOf(number) === undefined) return number
    // A description has at most 32 codecs, and a call has few offers; the oldest number is then taken over.
    const [oldest, number] = [...this.#told].find(([, told]) => told >= DYNAMIC_FIRST) ?? []
    assert(oldest !== undefined && number !== undefined, 'all dynamic numbers are taken by dynamic codecs')
    this.#told.delete(oldest)
    return number
  }
}
