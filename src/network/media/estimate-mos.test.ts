import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { estimateQuality } from './estimate-mos.ts'

const leg = { codec: 'PCMU', packetsIn: 1000, lost: 0, jitterMs: 0 }
const mosOf = (change: Partial<typeof leg>): number => estimateQuality({ ...leg, ...change }).mos!

test('the E-model gives the figures of its tables', () => {
  // R 93.2 is 4.41 (G.107 Annex B); the two packets of delay take 0.96 off R.
  assert.ok(Math.abs(mosOf({}) - 4.39) < 0.01, `${mosOf({})}`)
  // One packet in twenty lost, concealed: Ie,eff 15.8.
  assert.ok(Math.abs(mosOf({ packetsIn: 950, lost: 50 }) - 3.87) < 0.02, `${mosOf({ packetsIn: 950, lost: 50 })}`)
  assert.ok(mosOf({ codec: 'G729' }) < mosOf({}))
})

test('more loss or more jitter never sounds better, and nothing heard has no score', () => {
  const some = fc.record({ lost: fc.nat(900), jitterMs: fc.double({ min: 0, max: 400, noNaN: true }) })
  fc.assert(
    fc.property(some, fc.nat(99), fc.nat(50), ({ lost, jitterMs }, more, late) => {
      const here = estimateQuality({ ...leg, packetsIn: 1000 - lost, lost, jitterMs })
      const worse = estimateQuality({
        ...leg,
        packetsIn: 1000 - lost - more,
        lost: lost + more,
        jitterMs: jitterMs + late,
      })
      assert.ok(here.mos! >= 1 && here.mos! <= 4.5)
      if (worse.mos !== undefined) assert.ok(worse.mos <= here.mos! + 1e-9)
    }),
  )
  assert.equal(estimateQuality({ ...leg, packetsIn: 0 }).mos, undefined)
})
