/** Tones are what a switch in North America plays, and the detector tells them apart. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeG711 } from './g711.ts'
import { measureTone, tonesHeard } from './goertzel.ts'
import { amplitudeOf, sines, toneUlaw } from './tones.ts'

const frequencies = [350, 440, 480, 620]
const heard = (name: string, fromMs: number, endMs: number): number[] =>
  tonesHeard(decodeG711('PCMU', toneUlaw(name)!).subarray(fromMs * 8, endMs * 8), frequencies)

describe('tones', () => {
  test('dial tone is 350 + 440 Hz without a pause', () => {
    for (let ms = 0; ms < 1000; ms += 200) assert.deepEqual(heard('dial', ms, ms + 200), [350, 440])
  })

  test('ringback is 440 + 480 Hz, two seconds of six', () => {
    assert.equal(toneUlaw('ringback')!.length, 6 * 8000)
    assert.deepEqual(heard('ringback', 0, 2000), [440, 480])
    assert.deepEqual(heard('ringback', 2000, 6000), [])
  })

  for (const [name, halfMs] of [
    ['busy', 500],
    ['reorder', 250],
  ] as const) {
    test(`${name} is 480 + 620 Hz, ${halfMs} ms on and off`, () => {
      assert.equal(toneUlaw(name)!.length, 2 * halfMs * 8)
      assert.deepEqual(heard(name, 0, halfMs), [480, 620])
      assert.deepEqual(heard(name, halfMs, 2 * halfMs), [])
    })
  }

  test('a period ends where it begins, so that repeating it makes no click', () => {
    const samples = decodeG711('PCMU', toneUlaw('dial')!)
    const twice = Int16Array.from([...samples.subarray(-400), ...samples.subarray(0, 400)])
    assert.ok(measureTone(twice, 350).share + measureTone(twice, 440).share > 0.97)
  })

  test('other texts are no tones', () => {
    for (const text of ['', 'hum', '99', '3501', '1e3', '-440', 'constructor']) assert.equal(toneUlaw(text), undefined)
  })
})

describe('tone detector', () => {
  test('measures frequency and level of any sine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 330 }), fc.integer({ min: -40, max: 0 }), (tens, levelDbm0) => {
        const samples = sines([tens * 10], levelDbm0, 100)
        const { amplitude, share } = measureTone(samples, tens * 10)
        assert.ok(share > 0.98, `share ${share}`)
        assert.ok(Math.abs(amplitude / amplitudeOf(levelDbm0) - 1) < 0.02, `amplitude ${amplitude}`)
        assert.ok(measureTone(samples, tens * 10 + 100).share < 0.02)
      }),
    )
  })

  test('hears nothing in silence, noise and no audio', () => {
    assert.deepEqual(tonesHeard(new Int16Array(800), frequencies), [])
    assert.deepEqual(tonesHeard(new Int16Array(0), frequencies), [])
    const noise = Int16Array.from({ length: 800 }, (_, at) => ((at * 7919 * (at + 31)) % 20_000) - 10_000)
    assert.deepEqual(tonesHeard(noise, frequencies), [])
  })
})
