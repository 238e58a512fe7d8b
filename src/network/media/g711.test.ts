/** G.711 against a slow reference: the decision and output values of the Recommendation, searched one by one. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeG711, encodeG711, silenceOf, ulawToAlaw, type G711Codec } from './g711.ts'

type Interval = { readonly from: number; readonly end: number; readonly output: number }

/** Positive intervals in units of the Recommendation: µ-law 8159 levels (table 2a), A-law 4096 levels (table 1a). */
function intervals(codec: G711Codec): Interval[] {
  const list: Interval[] = []
  const add = (from: number, width: number): number => {
    const end = from + width
    list.push({ from, end, output: from + width / 2 })
    return end
  }
  let at = 0
  if (codec === 'PCMU') {
    list.push({ from: 0, end: 1, output: 0 })
    at = 1
    for (let segment = 0; segment < 8; segment++) {
      for (let i = segment === 0 ? 1 : 0; i < 16; i++) at = add(at, 2 << segment)
    }
  } else {
    for (let segment = 0; segment < 8; segment++) {
      for (let i = 0; i < 16; i++) at = add(at, segment < 2 ? 2 : 2 << (segment - 1))
    }
  }
  return list
}

/** Units of the Recommendation in one step of 16-bit audio. */
const unit = { PCMU: 4, PCMA: 8 } as const
const tables = { PCMU: intervals('PCMU'), PCMA: intervals('PCMA') }

function expected(codec: G711Codec, sample: number): { index: number; output: number } {
  const magnitude = (sample < 0 ? -sample - 1 : sample) / unit[codec]
  const found = tables[codec].findIndex((it) => magnitude < it.end)
  const index = found < 0 ? 127 : found
  const output = tables[codec][index]!.output * unit[codec]
  return { index, output: sample < 0 ? -output : output }
}

describe('G.711', () => {
  for (const codec of ['PCMU', 'PCMA'] as const) {
    test(`${codec} has 128 intervals up to the overload point`, () => {
      assert.equal(tables[codec].length, 128)
      assert.equal(tables[codec].at(-1)!.end, codec === 'PCMU' ? 8159 : 4096)
    })

    test(`${codec} puts every sample into the interval of the Recommendation`, () => {
      fc.assert(
        fc.property(fc.integer({ min: -32_768, max: 32_767 }), (sample) => {
          const byte = encodeG711(codec, Int16Array.of(sample))[0]!
          const { index, output } = expected(codec, sample)
          const line =
            codec === 'PCMU' ? ~(index | (sample < 0 ? 128 : 0)) & 255 : (index | (sample < 0 ? 0 : 128)) ^ 0x55
          assert.equal(byte, line)
          assert.equal(decodeG711(codec, Uint8Array.of(byte))[0]! + 0, output + 0)
        }),
        { numRuns: 3000 },
      )
    })

    test(`${codec} codes survive decoding and encoding`, () => {
      for (let byte = 0; byte < 256; byte++) {
        // µ-law has two zeros; the negative one comes back as the positive one.
        if (codec === 'PCMU' && byte === 0x7f) continue
        assert.equal(encodeG711(codec, decodeG711(codec, Uint8Array.of(byte)))[0], byte)
      }
    })

    test(`${codec} silence is the code of zero`, () => {
      assert.equal(encodeG711(codec, Int16Array.of(0))[0], silenceOf[codec])
    })
  }

  test('values printed in the Recommendation', () => {
    const ulaw = (code: number): number => decodeG711('PCMU', Uint8Array.of(code))[0]! / 4
    assert.deepEqual([0x80, 0x8f, 0x9f, 0xdf, 0xef, 0xfe, 0xff].map(ulaw), [8031, 4191, 2079, 99, 33, 2, 0])
    const alaw = (code: number): number => decodeG711('PCMA', Uint8Array.of(code ^ 0x55))[0]! / 8
    assert.deepEqual([0xff, 0xf0, 0xe0, 0xb0, 0x81, 0x80].map(alaw), [4032, 2112, 1056, 132, 3, 1])
  })

  test('µ-law becomes A-law of nearly the same level', () => {
    for (let byte = 0; byte < 256; byte++) {
      const before = decodeG711('PCMU', Uint8Array.of(byte))[0]!
      const after = decodeG711('PCMA', ulawToAlaw(Uint8Array.of(byte)))[0]!
      assert.ok(Math.abs(after - before) <= Math.max(16, Math.abs(before) * 0.04), `${before} became ${after}`)
    }
  })
})
