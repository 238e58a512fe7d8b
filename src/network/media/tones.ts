/**
 * Call-progress tones of North America (ITU-T E.180 supplement 2; the levels of the precise tone plan)
 * and single test tones, made in code. Each is one period that can be repeated without a click.
 */

import { encodeG711, G711_RATE } from './g711.ts'

export type ToneName = 'dial' | 'ringback' | 'busy' | 'reorder' | 'record'

type Tone = {
  readonly frequenciesHz: readonly number[]
  /** Level of each frequency. */
  readonly levelDbm0: number
  /** Sound, then silence; a silence of 0 is a continuous tone. */
  readonly onMs: number
  readonly offMs: number
}

const tones: Readonly<Record<ToneName, Tone>> = {
  dial: { frequenciesHz: [350, 440], levelDbm0: -13, onMs: 1000, offMs: 0 },
  ringback: { frequenciesHz: [440, 480], levelDbm0: -19, onMs: 2000, offMs: 4000 },
  busy: { frequenciesHz: [480, 620], levelDbm0: -24, onMs: 500, offMs: 500 },
  reorder: { frequenciesHz: [480, 620], levelDbm0: -24, onMs: 250, offMs: 250 },
  record: { frequenciesHz: [1000], levelDbm0: -13, onMs: 400, offMs: 100 },
}

/** A full-scale sine is 3.17 dBm0 in µ-law (ITU-T G.711 §4). */
const FULL_SCALE_DBM0 = 3.17

/** Peak in 16-bit steps of a sine of a level. */
export function amplitudeOf(levelDbm0: number): number {
  return 32_124 * 10 ** ((levelDbm0 - FULL_SCALE_DBM0) / 20)
}

/** A sum of sines, each of one level, as linear samples from phase zero. */
export function sines(frequenciesHz: readonly number[], levelDbm0: number, durationMs: number): Int16Array {
  const amplitude = amplitudeOf(levelDbm0)
  return Int16Array.from({ length: Math.round((durationMs * G711_RATE) / 1000) }, (_, at) => {
    let sum = 0
    for (const frequencyHz of frequenciesHz) sum += Math.sin((2 * Math.PI * frequencyHz * at) / G711_RATE)
    return Math.max(-32_768, Math.min(32_767, Math.round(sum * amplitude)))
  })
}

function periodOf(tone: Tone): Int16Array {
  const sound = sines(tone.frequenciesHz, tone.levelDbm0, tone.onMs)
  const period = new Int16Array(sound.length + (tone.offMs * G711_RATE) / 1000)
  period.set(sound)
  return period
}

const testTone = /^([1-9]\d{2,3})$/

/**
 * One period of a tone in µ-law: a name (`dial`, `ringback`, `busy`, `reorder`, `record`), or 100 to 3500 as text for a
 * second of a test tone of that many hertz at -10 dBm0. Undefined for any other text.
 */
export function toneUlaw(name: string): Uint8Array | undefined {
  if (Object.hasOwn(tones, name)) return encodeG711('PCMU', periodOf(tones[name as ToneName]))
  const frequencyHz = Number(testTone.exec(name)?.[1])
  if (!(frequencyHz <= 3500)) return undefined
  return encodeG711('PCMU', sines([frequencyHz], -10, 1000))
}
