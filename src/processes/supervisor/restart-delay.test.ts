import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restartDelay } from './restart-delay.ts'

test('crashes in a row wait twice as long each time, up to ten seconds', () => {
  let crashes = 0
  const delays: number[] = []
  for (let i = 0; i < 9; i++) {
    const next = restartDelay(crashes, 50)
    crashes = next.crashes
    delays.push(next.delayMs)
  }
  assert.deepEqual(delays, [100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000])
})

test('a good run forgives what was before it', () => {
  assert.deepEqual(restartDelay(7, 31_000), { crashes: 1, delayMs: 100 })
})
