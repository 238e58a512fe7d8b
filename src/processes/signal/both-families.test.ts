/** A telephone of IPv4 calls one of IPv6 (RFC 6157 §4): SIPp on both sides, each told its own family only. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { flushTrace } from '../../company/switch/index.ts'
import { findCallTrace } from '../../network/trace/index.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, callScenario, patientScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp } from '../../../test/peers/sipp.ts'
import { traceFolder } from '../trace-folder.ts'
import { inHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

test('IPv4 calls IPv6: registered, answered and hung up, each told addresses of its own family', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-families-'))
  try {
    await inHouse(async ({ sipPort, passwordOf, bus, database, dataFolder }) => {
      const [six = 0, four = 0] = await freePorts(2)
      const phone = { sipPort: six, host: '[::1]', calls: 1, limitSeconds: 20 }
      const scenario = registerScenario({ expiresSeconds: 300 })
      const fields = [accountField('acme202', passwordOf('acme202'))]
      const target = { host: '[::1]', port: sipPort }
      const registered = await runSipp({ ...phone, folder: join(folder, 'register'), scenario, fields, target })
      assert.equal(registered.succeeded, 1, registered.errors)
      // SIPp writes brackets where SDP has none.
      const answering = patientScenario({ ringMs: 50 }).replaceAll(/^(o=.*|c=.*)\[(?:local|media)_ip\]/gm, '$1::1')
      const callee = startSipp({ ...phone, folder: join(folder, 'six'), scenario: answering })
      const caller = await runSipp({
        folder: join(folder, 'four'),
        scenario: callScenario({ from: 'acme201', password: passwordOf('acme201'), holdMs: 300 }),
        target: { host: '127.0.0.1', port: sipPort },
        sipPort: four,
        service: '202',
        calls: 1,
        limitSeconds: 20,
      })
      assert.deepEqual([caller.succeeded, caller.failed], [1, 0], caller.errors)
      const called = await callee.result
      assert.deepEqual([called.succeeded, called.failed], [1, 0], called.errors)
      await bus.request('signal', flushTrace, {})
      const record = () => database.ownerSql<{ callId: string }[]>`select call_id as "callId" from cdr limit 1`
      for (let tries = 0; tries < 100 && (await record()).length === 0; tries++) await pause(50)
      const trace = await findCallTrace(traceFolder(dataFolder), (await record())[0]?.callId ?? '')
      const said = (isSix: boolean): string =>
        (trace?.messages ?? [])
          .filter(({ direction, remote }) => direction === 'out' && remote.address.includes(':') === isSix)
          .map(({ bytes }) => bytes.toString('latin1'))
          .join('\n')
      assert.match(said(true), /^c=IN IP6 /m)
      assert.match(said(false), /^c=IN IP4 /m)
      assert.doesNotMatch(said(true), /\b127\.0\.0\.1\b/)
      assert.doesNotMatch(said(false), /\[[0-9a-f:]+\]:\d+;branch|^c=IN IP6/m)
    }, '::')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
