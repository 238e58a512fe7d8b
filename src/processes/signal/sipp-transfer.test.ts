/** Transfers as SIPp asks for them: a phone with a password, REFER in its conversation, with and without Replaces. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, patientScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp } from '../../../test/peers/sipp.ts'
import { attendedTransferScenario, blindTransferScenario, refreshScenario } from '../../../test/peers/sipp-transfers.ts'
import { liveCalls, endLiveCall } from '../../company/switch/index.ts'
import { inHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

test('SIPp gives calls away, blind and with Replaces, and refreshes a session', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-sipp-transfer-'))
  try {
    await inHouse(async ({ sipPort, carrierPort, passwordOf, bus }) => {
      const target = { host: '127.0.0.1', port: sipPort }
      const [phonePort = 0] = await freePorts(1)
      const fields = [accountField('acme202', passwordOf('acme202'))]
      const at = { sipPort: phonePort, calls: 1, limitSeconds: 20 }
      const scenario = registerScenario({ expiresSeconds: 300 })
      const registered = await runSipp({ ...at, folder: join(folder, 'register'), target, scenario, fields })
      assert.equal(registered.succeeded, 1, registered.errors)
      const answering = patientScenario({ ringMs: 50 })
      const phone = startSipp({ ...at, folder: join(folder, 'phone'), scenario: answering, calls: 3 })
      const carrier = startSipp({
        ...at,
        folder: join(folder, 'carrier'),
        scenario: answering,
        sipPort: carrierPort,
        calls: 2,
      })
      const from = 'acme201'
      const parties = { from, password: passwordOf(from), second: '202', third: '12125550100' }
      const acts = [
        ['blind', blindTransferScenario(parties)],
        ['attended', attendedTransferScenario(parties)],
        ['refresh', refreshScenario(parties)],
      ] as const
      for (const [name, said] of acts) {
        const [callerPort = 0] = await freePorts(1)
        const caller = { ...at, sipPort: callerPort, folder: join(folder, name), scenario: said, callId: '%u-%p' }
        const result = await runSipp({ ...caller, target })
        assert.deepEqual([result.succeeded, result.failed], [1, 0], `${name}: ${result.errors}`)
        const given = name === 'refresh' ? 0 : 1
        const going = async (): Promise<readonly string[]> => {
          const live = await bus.request('signal', liveCalls, {})
          return live.ok ? live.value.map((call) => call.callId) : []
        }
        for (let tries = 0; tries < 50 && (await going()).length !== given; tries++) await pause(50)
        const left = await going()
        assert.equal(left.length, given, `${name}: what was given away goes on without whoever gave it`)
        for (const callId of left) await bus.request('signal', endLiveCall, { callId })
      }
      for (const other of [await phone.result, await carrier.result]) {
        assert.equal(other.failed, 0, other.errors)
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
