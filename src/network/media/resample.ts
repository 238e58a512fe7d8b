/** Changes the sampling rate of linear audio: a windowed-sinc low-pass, evaluated where each new sample lies. */

import { assert } from '../../base/index.ts'

/** Zero crossings of the sinc on each side: about 70 dB of stop band with a Blackman window. */
const CROSSINGS = 16

/**
 * The same audio at another rate, both in samples a second. Frequencies that the lower rate cannot carry
 * are removed from 90 % of its half on.
 */
export function resample(samples: Int16Array, fromRate: number, toRate: number): Int16Array {
  assert(fromRate > 0 && toRate > 0, 'sampling rates are positive')
  if (fromRate === toRate) return samples.slice()
  // In units of the input's half rate: what may pass.
  const cutoff = 0.9 * Math.min(1, toRate / fromRate)
  const reach = CROSSINGS / cutoff
  const result = new Int16Array(Math.floor((samples.length * toRate) / fromRate))
  for (let at = 0; at < result.length; at++) {
    const centre = (at * fromRate) / toRate
    const first = Math.max(0, Math.ceil(centre - reach))
    const last = Math.min(samples.length - 1, Math.floor(centre + reach))
    let sum = 0
    for (let i = first; i <= last; i++) sum += samples[i]! * weight(i - centre, cutoff, reach)
    result[at] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
  }
  return result
}

function weight(distance: number, cutoff: number, reach: number): number {
  if (distance === 0) return cutoff
  const phase = (Math.PI * distance) / reach
  const blackman = 0.42 + 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase)
  return (Math.sin(Math.PI * cutoff * distance) / (Math.PI * distance)) * blackman
}
