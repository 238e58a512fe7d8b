/** Each leg answers reliably by itself (RFC 3262), as SIPp sees it: one side knows 100rel, the other does not. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts, unlessInstalled } from '../../../test/peers/program.ts'
import {
  answerScenario,
  callScenario,
  reliableAnswerScenario,
  reliableCallScenario,
} from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp } from '../../../test/peers/sipp.ts'
import { inHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

test('a caller that requires 100rel reaches a carrier that lacks it, and the reverse', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-reliable-'))
  try {
    await inHouse(async ({ sipPort, carrierPort, passwordOf }) => {
      const from = 'acme201'
      const parties = { from, password: passwordOf(from), holdMs: 100 }
      const pairs = [
        ['required', reliableCallScenario(parties), answerScenario({ ringMs: 600 })],
        ['unknown', callScenario(parties), reliableAnswerScenario()],
      ] as const
      for (const [name, scenario, answering] of pairs) {
        const carrier = startSipp({
          folder: join(folder, `${name}-carrier`),
          scenario: answering,
          sipPort: carrierPort,
          calls: 2,
          limitSeconds: 20,
        })
        const [callerPort = 0] = await freePorts(1)
        const target = { host: '127.0.0.1', port: sipPort }
        const at = { folder: join(folder, name), target, service: '12125550100', sipPort: callerPort }
        const caller = await runSipp({ ...at, scenario, calls: 2, limitSeconds: 20 })
        assert.deepEqual([caller.succeeded, caller.failed], [2, 0], caller.errors)
        const answered = await carrier.result
        assert.deepEqual([answered.succeeded, answered.failed], [2, 0], answered.errors)
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
