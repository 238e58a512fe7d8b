import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseSamples } from './parse-samples.ts'

const today = '2026-11-24'
const one = (text: string): string => {
  const [first] = parseSamples(text, today)
  return first ? `${first.from} ${first.to} ${first.at ?? '-'}${first.offset ?? ''}` : 'none'
}

test('R89 call samples are read in three languages and any way of writing numbers and dates', () => {
  const cases: readonly (readonly [text: string, read: string])[] = [
    ['From 416-555-0142 to 905-555-0100 on 2026-11-20 at 14:05', '4165550142 9055550100 2026-11-20 14:05'],
    [
      'Caller: (416) 555-0142\nCalled: +44 20 7946 0018\nTime: Nov 20, 2026 2:05 PM',
      '4165550142 +442079460018 2026-11-20 14:05',
    ],
    ['416.555.0142 -> 905.555.0100, Oct 31 16:20', '4165550142 9055550100 2026-10-31 16:20'],
    ['source ext 204, destination 4165550199 2026-11-02T09:15:30-05:00', '204 4165550199 2026-11-02 09:15:30-05:00'],
    ['Appel de 514 555-0101 vers 438 555 0102 le 20 novembre 2026 à 14 h 05', '5145550101 4385550102 2026-11-20 14:05'],
    [
      'Llamada desde el 305-555-0110 al 786-555-0111 el 20 de noviembre de 2026 a las 14:05',
      '3055550110 7865550111 2026-11-20 14:05',
    ],
    ['Appelant : poste 204, appelé : 011 33 1 23 45 67 89, 20/11/2026 14h05', '204 01133123456789 2026-11-20 14:05'],
    ['yesterday at 4:20pm from 4165550142 to 9055550100', '4165550142 9055550100 2026-11-23 16:20'],
    ['14:05 on 11/20/2026, from 4165550142 to 9055550100', '4165550142 9055550100 2026-11-20 14:05'],
    ['to 905-555-0100 from 416-555-0142 at 2026-11-20 14:05', '4165550142 9055550100 2026-11-20 14:05'],
  ]
  for (const [text, read] of cases) assert.equal(one(text), read, text)
})

test('R89 an incomplete sample says what is missing', () => {
  const missing = (text: string) => parseSamples(text, today).map((sample) => sample.missing.join())
  assert.deepEqual(missing('From 416-555-0142 on 2026-11-20 at 14:05'), ['to'])
  assert.deepEqual(missing('From 416-555-0142 to 905-555-0100'), ['at'])
  assert.deepEqual(missing('My phone makes a noise'), [])
  assert.deepEqual(missing('My invoice of 2026-11-01 is too high: 143.20'), [])
})

test('several samples, one a line or one a block', () => {
  const lines = '416-555-0142 -> 905-555-0100 2026-11-20 14:05\n416-555-0142 -> 905-555-0101 2026-11-20 14:09'
  assert.equal(parseSamples(lines, today).length, 2)
  const blocks =
    'From: 416-555-0142\nTo: 905-555-0100\n2026-11-20 14:05\n\nFrom: 416-555-0143\nTo: 905-555-0100\n2026-11-20 14:06'
  assert.deepEqual(
    parseSamples(blocks, today).map(({ from }) => from),
    ['4165550142', '4165550143'],
  )
})

test('whatever is written, reading it ends and invents nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      for (const sample of parseSamples(text, today)) {
        assert.ok(text.replaceAll(/\D/g, '').includes(sample.from.replaceAll(/\D/g, '')))
      }
    }),
    { numRuns: 300 },
  )
})
