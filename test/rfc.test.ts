/** docs/rfc.md says nothing that its files do not bear out: states are known, tests are there, rows are in order. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const home = join(import.meta.dirname, '..')
const states = new Set(['proven', 'works', 'partial', 'planned'])

test('the RFC matrix names tests that exist, and states what it means', () => {
  const lines = readFileSync(join(home, 'docs/rfc.md'), 'utf8').split('\n')
  const rows = lines.filter((line) => line.startsWith('| ') && !line.startsWith('| RFC '))
  assert.ok(rows.length > 40)
  let last = 0
  for (const row of rows) {
    const cells = row.split('|').map((cell) => cell.trim())
    assert.equal(cells.length, 6, row)
    const [, rfc = '', , state = '', tests = ''] = cells
    const number = Number(/^\d+/.exec(rfc)?.[0] ?? Number.POSITIVE_INFINITY)
    assert.ok(number >= last, `out of order: ${row}`)
    last = number
    const word = state.split(':')[0]!
    assert.ok(states.has(word), `unknown state: ${row}`)
    const files = [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
    assert.equal(files.length > 0, word !== 'planned', `a test for all that runs, none for what does not: ${row}`)
    for (const file of files) assert.ok(existsSync(join(home, file)), `no such test: ${file}`)
  }
})
