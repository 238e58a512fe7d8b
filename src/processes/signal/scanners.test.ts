import { test } from 'node:test'
import { unlessInstalled } from '../../../test/peers/program.ts'
import { unlessAttackable } from '../../../test/peers/sipvicious.ts'
import { besiege } from './test-scanners.ts'

const skip = unlessInstalled('sipp', 'sip-tester') || unlessAttackable()

test('R129 F50 SIPVicious gets silence, and the phones behind its address talk on', { skip }, async () => {
  await besiege({ probes: 40, callsPerSecond: 10, calls: 30 })
})
