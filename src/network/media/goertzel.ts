/** One frequency out of a stretch of audio (Goertzel's algorithm): proves that a tone was heard. */

import { assert } from '../../base/index.ts'
import { G711_RATE } from './g711.ts'

export type ToneMeasure = {
  /** Peak of the sine at this frequency, in steps of 16-bit audio (0 to 32,767). */
  readonly amplitude: number
  /** Its part of the whole energy, 0 to 1; two tones of one level have about 0.5 each. */
  readonly share: number
}

/**
 * Measures one frequency in linear samples, normally 8,000 a second. Frequencies nearer to each other
 * than rate / samples.length cannot be told apart: 800 samples tell 10 Hz.
 */
export function measureTone(samples: Int16Array, frequencyHz: number, rate: number = G711_RATE): ToneMeasure {
  assert(frequencyHz > 0 && frequencyHz < rate / 2, 'a frequency below half the sampling rate')
  if (samples.length === 0) return { amplitude: 0, share: 0 }
  const turn = (2 * Math.PI * frequencyHz) / rate
  const coefficient = 2 * Math.cos(turn)
  let last = 0
  let before = 0
  let energy = 0
  for (const sample of samples) {
    const next = sample + coefficient * last - before
    before = last
    last = next
    energy += sample * sample
  }
  const power = Math.max(0, last * last + before * before - coefficient * last * before)
  const amplitude = (2 * Math.sqrt(power)) / samples.length
  if (energy === 0) return { amplitude: 0, share: 0 }
  return { amplitude, share: Math.min(1, (2 * power) / (samples.length * energy)) }
}

/** The frequencies of a list that are clearly heard: at least a quarter of the energy, and above -50 dBm0. */
export function tonesHeard(samples: Int16Array, frequenciesHz: readonly number[]): number[] {
  return frequenciesHz.filter((frequencyHz) => {
    const { amplitude, share } = measureTone(samples, frequencyHz)
    return share > 0.25 && amplitude > 70
  })
}
