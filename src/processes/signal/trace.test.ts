/** What signal leaves on disk and in the database while it works: traces of calls, registrations. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { flushTrace, liveBindings, registrationChanged, type RegistrationChanged } from '../../company/switch/index.ts'
import { drawLadder, findCallTrace } from '../../network/trace/index.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { accountField, answerScenario, callScenario, registerScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp } from '../../../test/peers/sipp.ts'
import { traceFolder } from '../trace-folder.ts'
import { inHouse, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')

async function withFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-kept-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function callOut(house: TestHouse, folder: string): Promise<void> {
  const [sipPort = 0] = await freePorts(1)
  const carrier = startSipp({
    folder: join(folder, 'carrier'),
    scenario: answerScenario({ ringMs: 50 }),
    sipPort: house.carrierPort,
  })
  const done = await runSipp({
    folder: join(folder, 'caller'),
    scenario: callScenario({ from: 'acme201', password: house.passwordOf('acme201'), holdMs: 300 }),
    target: { host: '127.0.0.1', port: house.sipPort },
    service: '12125550100',
    sipPort,
    calls: 1,
  })
  await carrier.stop()
  assert.equal(done.succeeded, 1, done.errors)
}

async function recordOf({ database }: TestHouse): Promise<{ callId: string; sipCallId: string }> {
  for (let tries = 0; tries < 100; tries++) {
    const [row] = await database.ownerSql<{ callId: string; sipCallId: string }[]>`
      select call_id as "callId", sip_call_id as "sipCallId" from cdr`
    if (row) return row
    await pause(50)
  }
  throw new Error('no record was stored')
}

test('R100 the trace of a call has both legs, its secrets covered, after a restart too', { skip }, async () => {
  await withFolder((folder) =>
    inHouse(async (house) => {
      await callOut(house, folder)
      await house.bus.request('signal', flushTrace, {})
      const { callId, sipCallId } = await recordOf(house)
      const look = async () => {
        const found = await findCallTrace(traceFolder(house.dataFolder), callId)
        assert.ok(found, 'the call is found by its id')
        return { legs: found.legs, arrows: drawLadder(found.messages).arrows }
      }
      const { legs, arrows } = await look()
      assert.deepEqual([legs[0]?.sipCallId, legs.length, legs[1]?.tenantId], [sipCallId, 2, undefined])
      assert.ok(legs[0]?.tenantId)
      const words = arrows.map((arrow) => `${arrow.leg} ${arrow.label}`)
      for (const word of ['0 INVITE', '0 401 Unauthorized', '1 INVITE', '1 200 OK', '0 200 OK', '0 BYE', '1 BYE']) {
        assert.ok(words.includes(word), `${word} in ${words.join(', ')}`)
      }
      assert.ok(arrows.some((arrow) => /response="\*{32,}"/.test(arrow.text)))
      await house.stop('signal')
      await house.start('signal')
      assert.equal((await look()).arrows.length, arrows.length)
    }),
  )
})

test('a registration is stored within a second and a half, told on the bus, and survives', { skip }, async () => {
  await withFolder((folder) =>
    inHouse(async (house) => {
      const told: RegistrationChanged[] = []
      house.bus.subscribe('signal', registrationChanged, (event) => void told.push(event))
      const [sipPort = 0] = await freePorts(1)
      const done = await runSipp({
        folder,
        scenario: registerScenario({ expiresSeconds: 600 }),
        target: { host: '127.0.0.1', port: house.sipPort },
        sipPort,
        calls: 1,
        fields: [accountField('acme201', house.passwordOf('acme201'))],
      })
      assert.equal(done.succeeded, 1, done.errors)
      await pause(1500)
      // From here on a crash could take nothing.
      const rows = await house.database.ownerSql<{ user: string }[]>`select sip_user as "user" from registration`
      assert.deepEqual(
        rows.map((row) => row.user),
        ['acme201'],
      )
      const [event] = told
      assert.deepEqual([told.length, event?.kind, event?.source], [1, 'registered', `127.0.0.1:${sipPort}`])
      assert.ok(event?.tenantId)
      await house.stop('signal')
      await house.start('signal')
      const live = await house.bus.request('signal', liveBindings, {})
      assert.ok(live.ok && live.value.some((one) => one.sipUser === 'acme201'))
    }),
  )
})
