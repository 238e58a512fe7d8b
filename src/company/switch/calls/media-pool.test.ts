/** Several media processes as one: where calls go, and what dies with whom. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMediaPool } from './media-pool.ts'
import { fakeMedia } from '../test-fakes.ts'

const offer = (callId: string) => ({ callId, fromLeg: 'a', toLeg: 'b', sdp: 'v=0' })

function twoProcesses() {
  const first = fakeMedia()
  const second = fakeMedia()
  const pool = createMediaPool(
    new Map([
      ['media-1', first],
      ['media-2', second],
    ]),
  )
  pool.setUp('media-1', true)
  pool.setUp('media-2', true)
  return { first, second, pool }
}

test('calls are shared among the processes that are up, and each stays where it began', async () => {
  const { first, second, pool } = twoProcesses()
  for (let call = 0; call < 10; call++) {
    await pool.offer(offer(`c${call}`))
    await pool.offer(offer(`c${call}`))
  }
  assert.equal(first.calls.size, 5)
  assert.equal(second.calls.size, 5)
  await pool.release('c0')
  assert.equal(first.calls.size + second.calls.size, 9)
})

test('a process that went away takes its own calls with it, and new ones go elsewhere', async () => {
  const { first, second, pool } = twoProcesses()
  for (let call = 0; call < 4; call++) await pool.offer(offer(`c${call}`))
  const ofFirst = [...first.calls.keys()]
  first.isAway = true
  assert.deepEqual(pool.setUp('media-1', false), ofFirst)
  assert.deepEqual(pool.away(), ['media-1'])
  for (let call = 4; call < 8; call++) assert.equal((await pool.offer(offer(`c${call}`))).ok, true)
  assert.equal(second.calls.size, 6)
})

test('a process that is silent before anybody knows it costs a call nothing but time', async () => {
  const { first, second, pool } = twoProcesses()
  first.isAway = true
  for (let call = 0; call < 4; call++) assert.equal((await pool.offer(offer(`c${call}`))).ok, true)
  assert.equal(second.calls.size, 4)
  second.isAway = true
  const refused = await pool.offer(offer('c9'))
  assert.equal(refused.ok ? '' : refused.failure.code, 'media.unavailable')
})
