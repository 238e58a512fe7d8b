/** 911 through real sockets, media, charging and database while signal stops; SIPp is the phone and the centre. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { liveBindings, liveCalls } from '../../company/switch/index.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp } from '../../../test/peers/sipp.ts'
import { clock, inHouse, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await isSo()) return
    await pause(50)
  }
  assert.fail(`never came true: ${what}`)
}

async function dial911(house: TestHouse, folder: string, holdMs: number): Promise<Sipp> {
  const [sipPort = 0] = await freePorts(1)
  return startSipp({
    folder,
    scenario: callScenario({ from: 'acme201', holdMs }),
    target: { host: '127.0.0.1', port: house.sipPort },
    service: '911',
    sipPort,
    calls: 1,
    limitSeconds: 30,
  })
}

test('R79 signal stops: a removed phone finishes its 911 call, another begins one, both are recorded', { skip }, () =>
  inHouse(async (house) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-emergency-'))
    const [phonePort = 0] = await freePorts(1)
    const started: Sipp[] = []
    try {
      const registered = await runSipp({
        folder: join(folder, 'register'),
        scenario: registerScenario({ expiresSeconds: 300 }),
        target: { host: '127.0.0.1', port: house.sipPort },
        sipPort: phonePort,
        fields: [accountField('acme201', house.passwordOf('acme201'))],
        calls: 1,
      })
      assert.equal(registered.succeeded, 1, registered.errors)
      await house.database.ownerSql`update device set status = 'removed' where sip_user = 'acme201'`
      await until('the phone is not known any more', async () => {
        const bindings = await house.bus.request('signal', liveBindings, {})
        return bindings.ok && bindings.value.length === 0
      })
      const centre = { folder: join(folder, 'centre'), scenario: answerScenario({ ringMs: 50 }) }
      started.push(startSipp({ ...centre, sipPort: house.centrePort }))
      const first = await dial911(house, join(folder, 'first'), 4000)
      started.push(first)
      await until('it is answered', async () => {
        const calls = await house.bus.request('signal', liveCalls, {})
        return calls.ok && calls.value[0]?.state === 'talking'
      })
      const began = clock.monotonic()
      const stopping = house.stop('signal')
      await pause(500)
      const second = await dial911(house, join(folder, 'second'), 4000)
      started.push(second)
      const results = [await first.result, await second.result]
      for (const { succeeded, errors } of results) assert.equal(succeeded, 1, errors)
      await stopping
      const tookMs = clock.monotonic() - began
      assert.ok(tookMs > 4000 && tookMs < 20_000, `${tookMs} ms`)
      const rows = await house.database.ownerSql<{ kind: string; reason: string; cause: string; charge: bigint }[]>`
        select tenant.kind, charge_reason as reason, hangup_cause as cause, charge_micros as charge
        from cdr join tenant on tenant.id = cdr.tenant_id`
      const expected = { kind: 'provider', reason: 'emergency', cause: 'normal', charge: 0n }
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [expected, expected],
      )
    } finally {
      for (const sipp of started) await sipp.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }),
)
