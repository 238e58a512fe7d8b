/** Whatever colour a brand has, its buttons, links and marks are legible. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { accentCss, accentOf, grounds, houseColour } from './accent.ts'
import { contrast, fromOklch, parseHex, toHex, toOklch } from './colour.ts'

const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
const between = (first: string, second: string): number => contrast(parseHex(first)!, parseHex(second)!)

test('every brand colour gives legible buttons, links and marks in both themes', () => {
  fc.assert(
    fc.property(hex, (colour) => {
      const accent = accentOf(colour)
      assert.ok(between(accent.solid, accent.on) >= 4.5, `${colour}: button ${accent.solid} on ${accent.on}`)
      for (const theme of ['light', 'dark'] as const) {
        for (const ground of grounds[theme]) {
          assert.ok(between(accent.text[theme], ground) >= 4.5, `${colour}: ${theme} link ${accent.text[theme]}`)
          assert.ok(between(accent.ring[theme], ground) >= 3, `${colour}: ${theme} mark ${accent.ring[theme]}`)
        }
        assert.ok(between(accent.text[theme], accent.soft[theme]) >= 4.2, `${colour}: ${theme} chip`)
      }
    }),
    { numRuns: 500 },
  )
})

test('a colour that is legible is kept as it is, as nearly all are on buttons', () => {
  assert.equal(accentOf('#ffd400').solid, '#ffd400')
  assert.equal(accentOf('#ffd400').on, '#101418')
  assert.equal(accentOf('#0a6cff').solid, '#0a6cff')
  assert.equal(accentOf('#1f4e79').text.light, '#1f4e79')
})

test('OKLCH and back is the same colour', () => {
  fc.assert(fc.property(hex, (colour) => assert.equal(toHex(fromOklch(toOklch(parseHex(colour)!))), colour)))
})

test('a text that is no colour gives the colour of the house and cannot leave its rule', () => {
  assert.deepEqual(accentOf('red}body{display:none'), accentOf(houseColour))
  assert.match(accentCss('};x'), /^:root\{(--[a-z-]+:[#0-9a-z(),-]+;?)+\}$/)
})
