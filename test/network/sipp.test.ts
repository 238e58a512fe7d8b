/** SIPp registers and calls through a small switch: digest, transactions and legs judged by a program of others. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually, freePortRange, freePorts, isUdpTaken, unlessInstalled } from '../peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp } from '../peers/sipp.ts'
import { startSmallSwitch } from './small-switch.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

for (const transport of ['udp', 'tcp'] as const) {
  test(`SIPp registers, and thirty calls of SIPp to SIPp go through over ${transport}`, { skip }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-sipp-'))
    const passwords = new Map([
      ['300', 'oak'],
      ['301', 'elm'],
    ])
    const house = await startSmallSwitch({ rtpPorts: await freePortRange(140), passwords })
    const target = { host: '127.0.0.1', port: house.port }
    const [calleePort = 0, callerPort = 0] = await freePorts(2)
    let callee: Sipp | undefined
    try {
      const registered = await runSipp({
        folder: join(folder, 'register'),
        scenario: registerScenario({ expiresSeconds: 300 }),
        target,
        sipPort: calleePort,
        fields: [accountField('301', 'elm')],
        calls: 1,
      })
      assert.equal(registered.succeeded, 1, registered.errors)
      assert.deepEqual(house.registrar.size(), { aors: 1, bindings: 1 })
      callee = startSipp({
        folder: join(folder, 'callee'),
        scenario: answerScenario({ ringMs: 100 }),
        sipPort: calleePort,
        calls: 30,
      })
      assert.ok(await isUdpTaken(calleePort), callee.program.output())
      const caller = await runSipp({
        folder: join(folder, 'caller'),
        scenario: callScenario({ from: '300', password: 'oak', holdMs: 500 }),
        target,
        sipPort: callerPort,
        transport,
        service: '301',
        calls: 30,
        rate: 30,
      })
      const answered = await callee.stop()
      assert.deepEqual([caller.succeeded, caller.failed], [30, 0], caller.errors)
      assert.deepEqual([answered.succeeded, answered.failed], [30, 0], answered.errors)
      assert.equal(house.answered(), 30)
      assert.ok(await eventually(() => house.sip.size() === 0 && house.media.load().calls === 0))
    } finally {
      await callee?.stop()
      await house.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
}
