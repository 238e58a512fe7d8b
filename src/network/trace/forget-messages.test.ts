/** Each customer's messages are kept for his own term, and not a day longer. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silentLog, virtualClock } from '../../base/index.ts'
import { findCallTrace } from './find-messages.ts'
import { openTrace } from './open-trace.ts'
import { listSegments } from './segments.ts'

const START = 1_790_000_000_000
const DAY_MS = 86_400_000

const bytesOf = (callId: string): Buffer =>
  Buffer.from(`OPTIONS sip:x SIP/2.0\r\nCall-ID: ${callId}\r\nCSeq: 1 OPTIONS\r\n\r\n`)

test('F1 a brand that keeps ladders for a day, one for a week, and all others for three days', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-terms-'))
  const clock = virtualClock(START)
  const terms = new Map([
    ['brief', DAY_MS],
    ['long', 7 * DAY_MS],
  ])
  const trace = openTrace({ folder, clock, log: silentLog, terms: () => terms })
  try {
    const place = { address: '192.0.2.1', port: 5060 }
    const say = (callId: string): void =>
      trace.record({
        at: clock.now(),
        direction: 'in',
        protocol: 'udp',
        local: place,
        remote: place,
        bytes: bytesOf(callId),
      })
    for (const [callId, tenantId] of [
      ['brief-call', 'brief'],
      ['long-call', 'long'],
      ['usual-call', 'usual'],
    ] as const) {
      trace.beginLeg(callId, `${callId}-phone`, tenantId)
      trace.beginLeg(callId, `${callId}-carrier`, undefined)
      for (const leg of ['phone', 'carrier']) say(`${callId}-${leg}`)
      trace.endCall(callId)
    }
    // Between a brief customer and a long one: the brief one's wish counts.
    trace.beginLeg('both', 'both-a', 'long')
    trace.beginLeg('both', 'both-b', 'brief')
    say('both-a')
    say('both-b')
    say('nobody')
    const left = async (): Promise<string[]> => {
      await trace.flush()
      const found: string[] = []
      for (const callId of ['brief-call', 'long-call', 'usual-call', 'both']) {
        const kept = await findCallTrace(folder, callId)
        if (kept) found.push(`${callId} ${kept.messages.length}`)
      }
      if (await findCallTrace(folder, 'nobody')) found.push('nobody')
      return found
    }
    const days = async (count: number): Promise<void> => {
      clock.advance(count * DAY_MS)
      await trace.flush()
      clock.advance(120_000)
      for (let turn = 0; turn < 200; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
      await trace.flush()
    }
    assert.deepEqual(await left(), ['brief-call 2', 'long-call 2', 'usual-call 2', 'both 2', 'nobody'])
    await days(1)
    assert.deepEqual(await left(), ['long-call 2', 'usual-call 2', 'nobody'])
    const [segment] = await listSegments(folder)
    assert.ok(!readFileSync(segment!.messages, 'latin1').includes('brief-call'), 'gone from the disk')
    await days(2)
    assert.deepEqual(await left(), ['long-call 2'])
    await days(4)
    assert.deepEqual(await left(), [])
    assert.equal((await listSegments(folder)).length, 0)
  } finally {
    await trace.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
