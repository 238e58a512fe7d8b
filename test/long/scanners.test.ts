/** SIPVicious at length: hundreds of names and passwords while fifty calls a second go on behind the same address. */

import { test } from 'node:test'
import { besiege } from '../../src/processes/signal/test-scanners.ts'
import { unlessInstalled } from '../peers/program.ts'
import { unlessAttackable } from '../peers/sipvicious.ts'

const skip = unlessInstalled('sipp', 'sip-tester') || unlessAttackable()

test('R129 F50 SIPVicious at length, with 50 calls a second behind its address', { skip }, async () => {
  await besiege({ probes: 900, callsPerSecond: 50, calls: 1500 })
})
