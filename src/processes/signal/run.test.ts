/** Signal with real sockets, media, charging and database; SIPp is the phone, the carrier and the emergency centre. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { liveBindings, liveCalls } from '../../company/switch/index.ts'
import { eventually, freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp } from '../../../test/peers/sipp.ts'
import { inHouse, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

type Rows = readonly { class: string; charge_micros: bigint; hangup_cause: string; seconds: number }[]

async function storedCalls({ database }: TestHouse): Promise<Rows> {
  return database.ownerSql<Rows[number][]>`
    select class, charge_micros, hangup_cause,
           extract(epoch from coalesce(ended_at - answered_at, interval '0'))::float8 as seconds
    from cdr order by started_at`
}

/** Like `eventually`, for what has to be asked. */
async function askUntil<T>(find: () => Promise<T | undefined>, limitMs = 5000): Promise<T | undefined> {
  let found = await find()
  for (let waited = 0; waited < limitMs && found === undefined; waited += 50) {
    await pause(50)
    found = await find()
  }
  return found
}

async function withSipp(act: (folder: string, started: Sipp[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-signal-sipp-'))
  const started: Sipp[] = []
  try {
    await act(folder, started)
  } finally {
    for (const sipp of started) await sipp.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const transport of ['udp', 'tcp'] as const) {
  test(`a phone of others calls a carrier of others over ${transport}, and the call is charged`, { skip }, async () => {
    await inHouse(async (house) =>
      withSipp(async (folder, started) => {
        const [callerPort = 0] = await freePorts(1)
        started.push(
          startSipp({
            folder: join(folder, 'carrier'),
            scenario: answerScenario({ ringMs: 100 }),
            sipPort: house.carrierPort,
          }),
        )
        const caller = { from: 'acme201', password: house.passwordOf('acme201') }
        const calls = await runSipp({
          folder: join(folder, 'caller'),
          scenario: callScenario({ ...caller, holdMs: 2000 }),
          target: { host: '127.0.0.1', port: house.sipPort },
          service: '12125550100',
          sipPort: callerPort,
          transport,
          calls: 5,
        })
        assert.equal(calls.succeeded, 5, calls.errors)
        const rows = await askUntil(async () => {
          const all = await storedCalls(house)
          return all.length === 5 ? all : undefined
        })
        assert.ok(rows, `5 records are stored: ${JSON.stringify(house.notes('signal'))}`)
        for (const row of rows) {
          assert.equal(row.class, 'domestic')
          assert.equal(row.charge_micros, 1200n)
          assert.ok(row.seconds > 1.5 && row.seconds < 3.5)
        }
        assert.deepEqual(await house.bus.request('signal', liveCalls, {}), { ok: true, value: [] })
      }),
    )
  })
}

test('a phone registers, and is still registered after a restart; its 911 needs no credentials', { skip }, async () => {
  await inHouse(async (house) =>
    withSipp(async (folder, started) => {
      const [phonePort = 0] = await freePorts(1)
      const target = { host: '127.0.0.1', port: house.sipPort }
      const registered = await runSipp({
        folder: join(folder, 'register'),
        scenario: registerScenario({ expiresSeconds: 300 }),
        target,
        sipPort: phonePort,
        fields: [accountField('acme201', house.passwordOf('acme201'))],
        calls: 1,
      })
      assert.equal(registered.succeeded, 1, registered.errors)
      await pause(1500)
      await house.stop('signal')
      await house.stop('charge')
      await house.start('signal')
      const bindings = await house.bus.request('signal', liveBindings, {})
      assert.deepEqual(bindings.ok && bindings.value.map((one) => [one.sipUser, one.source]), [
        ['acme201', `127.0.0.1:${phonePort}`],
      ])
      started.push(
        startSipp({
          folder: join(folder, 'centre'),
          scenario: answerScenario({ ringMs: 50 }),
          sipPort: house.centrePort,
        }),
      )
      const urgent = await runSipp({
        folder: join(folder, 'urgent'),
        scenario: callScenario({ from: 'acme201', holdMs: 300 }),
        target,
        service: '911',
        sipPort: phonePort,
        calls: 1,
      })
      assert.equal(urgent.succeeded, 1, urgent.errors)
      assert.equal((await storedCalls(house)).length, 0)
      await house.start('charge')
      const rows = await askUntil(async () => {
        const all = await storedCalls(house)
        return all.length > 0 ? all : undefined
      })
      assert.deepEqual(
        rows?.map((row) => [row.class, row.charge_micros]),
        [['emergency', 0n]],
      )
      assert.ok(await eventually(() => house.notes('signal').length === 0), house.notes('signal').join())
    }),
  )
})
