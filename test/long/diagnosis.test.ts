/** Every kind of fault under many seeds, beside as many healthy calls; prints the confusion matrix. A minute. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../../src/company/support/diagnosis/diagnose.ts'
import { combined, control, faults } from '../journeys/call-faults.ts'
import { play } from '../journeys/call-stage.ts'

const ROUNDS = 10

test('F12 at least 90 % of the injected causes are named, and none is invented', async (t) => {
  const first = Math.trunc(Number(process.hrtime.bigint() % 1_000_000n))
  const matrix = new Map<string, Map<string, number>>()
  let [injected, named, invented] = [0, 0, 0]
  for (let round = 0; round < ROUNDS; round++) {
    const kinds = [...Object.values(faults), ...combined, ...Array.from({ length: 20 }, (_, at) => control(at))]
    for (const [at, kind] of kinds.entries()) {
      const codes = diagnose(await play(kind, first + round * 1000 + at)).causes.map(({ code }) => code)
      const row = kind.expected.join(' + ') || 'healthy'
      const seen = codes.join(' + ') || 'nothing'
      const counts = matrix.get(row) ?? new Map<string, number>()
      matrix.set(row, counts.set(seen, (counts.get(seen) ?? 0) + 1))
      injected += kind.expected.length
      named += kind.expected.filter((code) => codes.includes(code)).length
      invented += codes.filter((code) => !kind.expected.includes(code)).length
    }
  }
  t.diagnostic(`seeds from ${first}: ${named} of ${injected} causes named, ${invented} invented`)
  for (const [row, counts] of matrix) {
    t.diagnostic(`${row}: ${[...counts].map(([seen, count]) => `${seen} ${count}`).join(', ')}`)
  }
  assert.ok(named >= 0.9 * injected)
  assert.equal(invented, 0)
})
