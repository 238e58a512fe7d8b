/** Faults injected into real calls by a seed, and the causes that the desk names; each kind is a test. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diagnose } from '../../src/company/support/diagnosis/diagnose.ts'
import { faults, play } from './call-faults.ts'

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
