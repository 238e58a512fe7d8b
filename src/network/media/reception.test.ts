/** Loss and jitter against a slow reference that knows every packet that was sent. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Reception } from './reception.ts'

/** A stream as its sender knows it: numbers that never wrap, and what the network did to each packet. */
const stream = fc.record({
  firstSequence: fc.integer({ min: 0, max: 0xffff }),
  firstTimestamp: fc.bigInt({ min: 0n, max: 0xffffffffn }),
  fate: fc.array(fc.record({ lost: fc.boolean(), delayMs: fc.integer({ min: 0, max: 60 }) }), {
    minLength: 2,
    maxLength: 400,
  }),
})

type Arrival = { readonly index: number; readonly arrivalMs: number }

function arrivals(fate: readonly { lost: boolean; delayMs: number }[]): Arrival[] {
  return fate
    .map(({ delayMs, lost }, index) => ({ index, arrivalMs: index * 20 + delayMs, lost: lost && index > 0 }))
    .filter(({ lost }) => !lost)
    .toSorted((a, b) => a.arrivalMs - b.arrivalMs || a.index - b.index)
}

describe('reception', () => {
  test('counts loss and jitter as the definitions say, across wraps and reordering', () => {
    fc.assert(
      fc.property(stream, ({ firstSequence, firstTimestamp, fate }) => {
        const seen = arrivals(fate)
        const reception = new Reception()
        let jitterMs = 0
        seen.forEach(({ index, arrivalMs }, at) => {
          const sequence = (firstSequence + index) % 0x10000
          const timestamp = Number((firstTimestamp + BigInt(index) * 160n) % 0x100000000n)
          reception.add(sequence, timestamp, 7, arrivalMs, 8000)
          if (at === 0) return
          const before = seen[at - 1]!
          const difference = arrivalMs - before.arrivalMs - (index - before.index) * 20
          jitterMs += (Math.abs(difference) - jitterMs) / 16
        })
        const first = seen[0]!.index
        const highest = Math.max(...seen.map(({ index }) => index))
        assert.equal(reception.lost(), Math.max(0, highest - first + 1 - seen.length))
        assert.ok(Math.abs(reception.jitterMs() - jitterMs) < 1e-9)
      }),
    )
  })

  const play = (reception: Reception, first: number, count: number, ssrc = 1, startMs = 0): void => {
    for (let i = 0; i < count; i++) reception.add((first + i) & 0xffff, i * 160, ssrc, startMs + i * 20, 8000)
  }

  test('a steady stream has no jitter and no loss', () => {
    const reception = new Reception()
    play(reception, 65_000, 2000)
    assert.deepEqual([reception.lost(), reception.jitterMs()], [0, 0])
  })

  test('a new source does not count as loss, and earlier loss is kept', () => {
    const reception = new Reception()
    play(reception, 100, 10)
    play(reception, 120, 10)
    assert.equal(reception.lost(), 10)
    play(reception, 50_000, 10, 2, 60_000)
    assert.equal(reception.lost(), 10)
  })

  test('a restart of the numbers is believed at the second packet', () => {
    const reception = new Reception()
    play(reception, 100, 10)
    play(reception, 30_000, 10)
    assert.equal(reception.lost(), 0)
  })

  test('a single packet out of nowhere changes nothing', () => {
    const reception = new Reception()
    play(reception, 100, 10)
    reception.add(40_000, 0, 1, 200, 8000)
    play(reception, 110, 10)
    assert.equal(reception.lost(), 0)
  })

  test('events that repeat their timestamp do not shake the jitter', () => {
    const reception = new Reception()
    for (let i = 0; i < 50; i++) reception.add(i, i < 25 ? i * 160 : 4000, 1, i * 20, i < 25 ? 8000 : 0)
    assert.deepEqual([reception.lost(), reception.jitterMs()], [0, 0])
  })

  test('nothing received is nothing lost', () => assert.equal(new Reception().lost(), 0))
})
