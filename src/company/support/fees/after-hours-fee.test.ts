import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterHoursFee } from './after-hours-fee.ts'

const hour = 125_000_000n

test('R111 one minute is 125, sixty minutes are 125, sixty-one are 250', () => {
  assert.deepEqual(
    [60, 3600, 3660].map((seconds) => afterHoursFee(seconds, 'customer', hour)),
    [125_000_000n, 125_000_000n, 250_000_000n],
  )
  assert.equal(afterHoursFee(0, 'customer', hour), 0n)
})

test('R112 our own fault and a carrier’s cost nothing, nor does one that nobody has named', () => {
  for (const fault of ['provider', 'carrier', null] as const) assert.equal(afterHoursFee(10_000, fault, hour), 0n)
})
