/**
 * Keys pressed on a phone, told as pairs of tones in its audio (ITU-T Q.23, levels and times of Q.24): one Goertzel
 * filter for each of the eight frequencies over blocks of 12.75 ms, so that a key of 40 ms fills two whole blocks.
 */

const LOW_HZ = [697, 770, 852, 941] as const
const HIGH_HZ = [1209, 1336, 1477, 1633] as const
const KEYS = ['123A', '456B', '789C', '*0#D'] as const

/** Samples of a block at 8,000 a second. */
const BLOCK = 102
/** Two tones hold nearly all the energy of a key; speech does not for two blocks on end. */
const SHARE_LEAST = 0.8
/** How much stronger one tone of a pair may be: 9 dB (Q.24 asks for 4 to 8 dB of twist). */
const TWIST_MOST = 8
/** Energy of a block at about -38 dBm0. */
const ENERGY_LEAST = BLOCK * 200 * 200
const BLOCKS_ON = 2
const BLOCKS_OFF = 2

const turns = [...LOW_HZ, ...HIGH_HZ].map((hz) => 2 * Math.cos((2 * Math.PI * hz) / 8000))

/** Listens to linear samples of one leg and tells each key once. */
export class ToneDigits {
  readonly #last = new Float64Array(8)
  readonly #before = new Float64Array(8)
  readonly #onDigit: (digit: string) => void
  #energy = 0
  #filled = 0
  #candidate = ''
  #seen = 0
  #pressed = ''
  #quiet = 0

  constructor(onDigit: (digit: string) => void) {
    this.#onDigit = onDigit
  }

  /** Takes the bytes of a G.711 packet; `linear` gives the value of each. */
  take(bytes: Uint8Array, linear: Int16Array): void {
    for (const byte of bytes) {
      const sample = linear[byte]!
      this.#energy += sample * sample
      for (let f = 0; f < 8; f++) {
        const next = sample + turns[f]! * this.#last[f]! - this.#before[f]!
        this.#before[f] = this.#last[f]!
        this.#last[f] = next
      }
      if (++this.#filled === BLOCK) this.#judge()
    }
  }

  #judge(): void {
    const key = this.#keyOfBlock()
    this.#last.fill(0)
    this.#before.fill(0)
    this.#energy = 0
    this.#filled = 0
    this.#quiet = key === this.#pressed ? 0 : this.#quiet + 1
    if (this.#quiet >= BLOCKS_OFF) this.#pressed = ''
    this.#seen = key !== '' && key === this.#candidate ? this.#seen + 1 : 1
    this.#candidate = key
    if (key === '' || key === this.#pressed || this.#seen < BLOCKS_ON) return
    this.#pressed = key
    this.#quiet = 0
    this.#onDigit(key)
  }

  /** The key whose two tones fill this block; empty when there is none. */
  #keyOfBlock(): string {
    if (this.#energy < ENERGY_LEAST) return ''
    const low = this.#strongest(0)
    const high = this.#strongest(4)
    const [lowPower, highPower] = [this.#power(low), this.#power(high)]
    if (lowPower > TWIST_MOST * highPower || highPower > TWIST_MOST * lowPower) return ''
    const share = (2 * (lowPower + highPower)) / (BLOCK * this.#energy)
    return share < SHARE_LEAST ? '' : KEYS[low]![high - 4]!
  }

  #strongest(from: number): number {
    let best = from
    for (let f = from + 1; f < from + 4; f++) if (this.#power(f) > this.#power(best)) best = f
    return best
  }

  #power(f: number): number {
    const [last, before] = [this.#last[f]!, this.#before[f]!]
    return last * last + before * before - turns[f]! * last * before
  }
}
