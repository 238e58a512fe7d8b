/** Faults injected into real calls by a seed, and the causes that the desk names; each kind is a test. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../../src/company/support/diagnosis/diagnose.ts'
import { combined, control, faults } from './call-faults.ts'
import { play } from './call-stage.ts'

const seed = Math.trunc(Number(process.hrtime.bigint() % 1_000_000n))

for (const [name, fault] of Object.entries(faults)) {
  test(`F12 ${name}: ${fault.expected.join(', ')}`, async () => {
    const known = await play(fault, seed)
    const { causes } = diagnose(known)
    const story = `seed ${seed}: ${known.call.hangupCause} ${known.call.sipStatus}`
    assert.deepEqual(
      causes.map(({ code }) => code),
      fault.expected,
      story,
    )
    assert.ok(causes.every(({ evidence, sentence }) => evidence.length > 0 && sentence !== ''))
  })
}

test('F12 two faults in one call are both named', async () => {
  for (const fault of combined) {
    const { causes } = diagnose(await play(fault, seed))
    assert.deepEqual(causes.map(({ code }) => code).toSorted(), [...fault.expected].toSorted(), `seed ${seed}`)
  }
})

test('F12 no cause is invented for twenty healthy calls', async () => {
  for (let at = 0; at < 20; at++) {
    const { causes, unknown } = diagnose(await play(control(at), seed + at))
    assert.deepEqual(causes, [], `seed ${seed + at}`)
    assert.deepEqual(unknown, [])
  }
})
