/**
 * PCMU and PCMA (ITU-T G.711): 16-bit linear audio to eight bits and back, by tables made once at
 * start. Rounding of negative values follows the reference software of ITU-T G.191 (one's complement).
 */

export type G711Codec = 'PCMU' | 'PCMA'

/** Samples per second of both codecs (RFC 3551 §4.5.14). */
export const G711_RATE = 8000

/** The byte that stands for silence in each codec. */
export const silenceOf: Readonly<Record<G711Codec, number>> = { PCMU: 0xff, PCMA: 0xd5 }

/** Added before the logarithm so that the first µ-law segment is as even as the others (G.711 table 2a). */
const ULAW_BIAS = 33
/** Largest magnitude that µ-law can carry once biased: 13 bits. */
const ULAW_CLIP = 0x1fff

/** The number of the highest bit set, counted from 0; `value` > 0. */
function highestBit(value: number): number {
  return 31 - Math.clz32(value)
}

function compressUlaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 2
  const biased = Math.min(magnitude + ULAW_BIAS, ULAW_CLIP)
  const segment = highestBit(biased) - 5
  const code = (segment << 4) | ((biased >> (segment + 1)) & 0x0f)
  // All bits are inverted on the line, so that silence is full of ones.
  return ~(code | (sample < 0 ? 0x80 : 0)) & 0xff
}

function expandUlaw(byte: number): number {
  const code = ~byte & 0xff
  const segment = (code >> 4) & 0x07
  const magnitude = ((((code & 0x0f) << 1) + ULAW_BIAS) << segment) - ULAW_BIAS
  return (code & 0x80 ? -magnitude : magnitude) * 4
}

function compressAlaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4
  const segment = magnitude < 32 ? Math.min(1, magnitude >> 4) : highestBit(magnitude) - 3
  const code = (segment << 4) | ((segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0f)
  // Even bits are inverted on the line; the sign bit is 1 for positive values.
  return (code | (sample < 0 ? 0 : 0x80)) ^ 0x55
}

function expandAlaw(byte: number): number {
  const code = byte ^ 0x55
  const segment = (code >> 4) & 0x07
  const middle = ((code & 0x0f) << 4) + 8
  const magnitude = segment === 0 ? middle : (middle + 0x100) << (segment - 1)
  return code & 0x80 ? magnitude : -magnitude
}

const compressed: Readonly<Record<G711Codec, Uint8Array>> = {
  PCMU: Uint8Array.from({ length: 65_536 }, (_, at) => compressUlaw(at - 32_768)),
  PCMA: Uint8Array.from({ length: 65_536 }, (_, at) => compressAlaw(at - 32_768)),
}

const expanded: Readonly<Record<G711Codec, Int16Array>> = {
  PCMU: Int16Array.from({ length: 256 }, (_, byte) => expandUlaw(byte)),
  PCMA: Int16Array.from({ length: 256 }, (_, byte) => expandAlaw(byte)),
}

const ulawOfAlaw = Uint8Array.from({ length: 256 }, (_, byte) => compressUlaw(expandAlaw(byte)))
const alawOfUlaw = Uint8Array.from({ length: 256 }, (_, byte) => compressAlaw(expandUlaw(byte)))

/** Encodes a sum of voices, each sample clipped to 16 bits, into `bytes` from `at` on. */
export function encodeMix(codec: G711Codec, mix: Int32Array, bytes: Uint8Array, at: number): void {
  const table = compressed[codec]
  for (let i = 0; i < mix.length; i++) {
    const sample = mix[i]!
    bytes[at + i] = table[(sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample) + 32_768]!
  }
}

/** The linear value of every byte of a codec. */
export function linearOf(codec: G711Codec): Int16Array {
  return expanded[codec]
}

/** One byte a sample; samples are 16-bit linear. */
export function encodeG711(codec: G711Codec, samples: Int16Array): Uint8Array {
  const table = compressed[codec]
  const bytes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) bytes[i] = table[samples[i]! + 32_768]!
  return bytes
}

/** 16-bit linear samples, one for each byte. */
export function decodeG711(codec: G711Codec, bytes: Uint8Array): Int16Array {
  const table = expanded[codec]
  const samples = new Int16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) samples[i] = table[bytes[i]!]!
  return samples
}

/** µ-law bytes as A-law bytes of the same audio. */
export function ulawToAlaw(bytes: Uint8Array): Uint8Array {
  const converted = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) converted[i] = alawOfUlaw[bytes[i]!]!
  return converted
}

/** The µ-law byte of the same level as an A-law byte. */
export function alawByteToUlaw(byte: number): number {
  return ulawOfAlaw[byte]!
}
