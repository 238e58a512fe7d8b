/** Sound keeps its pitch and level at another rate, and what does not fit is gone instead of folded. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { measureTone } from './goertzel.ts'
import { resample } from './resample.ts'
import { readWav } from './wav.ts'

const sine = (frequencyHz: number, rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, at) => 10_000 * Math.sin((2 * Math.PI * frequencyHz * at) / rate))

describe('resampling', () => {
  test('keeps a tone as it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 300 }),
        fc.constantFrom(11_025, 16_000, 22_050, 44_100, 48_000),
        (tens, rate) => {
          const tone = resample(sine(tens * 10, rate, 0.2), rate, 8000)
          const { amplitude, share } = measureTone(tone.subarray(200, 1400), tens * 10)
          assert.ok(share > 0.99 && Math.abs(amplitude / 10_000 - 1) < 0.02, `share ${share} amplitude ${amplitude}`)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('removes what the new rate cannot carry', () => {
    const folded = resample(sine(5000, 22_050, 0.2), 22_050, 8000)
    assert.ok(measureTone(folded, 3000).amplitude < 20)
    assert.ok(folded.subarray(100, 1500).every((sample) => Math.abs(sample) < 30))
  })

  test('the same rate is the same sound', () => {
    const tone = sine(440, 8000, 0.1)
    assert.deepEqual(resample(tone, 8000, 8000), tone)
  })
})

describe('WAVE files', () => {
  const wav = (samples: Int16Array, dataLength: number): Buffer => {
    const head = Buffer.alloc(44)
    head.write('RIFF', 0, 'latin1')
    head.write('WAVEfmt ', 8, 'latin1')
    head.writeUInt32LE(16, 16)
    head.writeUInt16LE(1, 20)
    head.writeUInt16LE(1, 22)
    head.writeUInt32LE(22_050, 24)
    head.writeUInt16LE(16, 34)
    head.write('data', 36, 'latin1')
    head.writeUInt32LE(dataLength, 40)
    return Buffer.concat([head, Buffer.from(samples.buffer)])
  }

  test('are read, with the length of a pipe too', () => {
    const samples = Int16Array.of(1, -2, 32_767, -32_768)
    for (const length of [8, 0x7ffff000]) {
      assert.deepEqual(readWav(wav(samples, length)), { ok: true, value: { rate: 22_050, samples } })
    }
  })

  test('any bytes are read or refused', () => {
    const damaged = fc.tuple(fc.nat(51), fc.nat(255)).map(([at, byte]) => {
      const file = wav(Int16Array.of(1, 2, 3, 4), 8)
      file[at] = byte
      return file
    })
    const anything = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(damaged, anything), (file) => {
        const result = readWav(file)
        if (!result.ok) assert.equal(result.failure.code, 'media.bad_audio')
      }),
      { numRuns: 1000 },
    )
  })
})
