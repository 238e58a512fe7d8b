/**
 * Ten minutes at half of what a quarter of a core carries, with one datagram of a hundred lost each way: no call
 * fails, every call has its record, memory and handles stay flat.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soak } from '../../src/commands/bench/sip/soak.ts'

const SECONDS = 600
/** A quarter of a core completes about 150 calls a second of this kind; see `bench sip`. */
const RATE = 75
/** Until tables have their size and code is compiled. */
const WARM_SECONDS = 150
const LAST_SECONDS = 150
const GROWTH_MAX = 1.1

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('ten minutes at half load with 1 % loss both ways', async (context) => {
  const { load, samples, records, callsLeft, isLimited } = await soak({
    ratePerSecond: RATE,
    seconds: SECONDS,
    warmSeconds: 45,
    lossPerMille: 10,
    share: 0.25,
  })
  const { begun, completed, failures, retransmissions, lostByes, setupMs, latenessMs } = load
  context.diagnostic(JSON.stringify({ begun, completed, failures, retransmissions, lostByes, setupMs, latenessMs }))
  context.diagnostic(JSON.stringify({ records, callsLeft, isLimited }))
  for (const [name, all] of Object.entries(samples)) {
    const each = all.filter((it) => it.atSeconds % 60 < 2).map((it) => Math.round(it.megabytes))
    context.diagnostic(`${name}, MB each minute: ${each.join(' ')}`)
  }
  for (const [name, all] of Object.entries(samples)) {
    const early = all.filter((it) => it.atSeconds >= WARM_SECONDS && it.atSeconds < WARM_SECONDS + LAST_SECONDS)
    const late = all.filter((it) => it.atSeconds >= SECONDS - LAST_SECONDS && it.atSeconds < SECONDS)
    const megabytes = [median(early.map((it) => it.megabytes)), median(late.map((it) => it.megabytes))] as const
    const handles = [median(early.map((it) => it.handles)), median(late.map((it) => it.handles))] as const
    context.diagnostic(`${name}: ${megabytes.map(Math.round).join(' -> ')} MB, ${handles.join(' -> ')} handles`)
    assert.ok(megabytes[1] <= megabytes[0] * GROWTH_MAX, `${name} grew from ${megabytes.join(' to ')} MB`)
    assert.ok(Math.abs(handles[1] - handles[0]) <= 2, `${name}: handles went from ${handles.join(' to ')}`)
  }
  assert.deepEqual([completed, failures, lostByes], [begun, {}, 0])
  assert.deepEqual([records, callsLeft], [begun, 0])
})
