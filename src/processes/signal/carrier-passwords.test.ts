/** A carrier that wants a password: SIPp challenges INVITE, re-INVITE, BYE and OPTIONS, and checks what it is told. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { secureRandom } from '../../base/index.ts'
import { changeCarrier, setCarrierCredentials } from '../../company/numbers/index.ts'
import { carrierHealth } from '../../company/switch/index.ts'
import { openMasterKeys, sealSecret } from '../../platform/identity/index.ts'
import { freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import {
  challengingCallScenario,
  challengingOptionsScenario,
  challengingRegisterScenario,
} from '../../../test/peers/sipp-challenges.ts'
import { callScenario } from '../../../test/peers/sipp-scenarios.ts'
import { runSipp, startSipp, type Sipp } from '../../../test/peers/sipp.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('sipp', 'sip-tester')
const account = { user: 'northwind', password: 'zinc-Otter-41' }

/** Both carriers of the house know us by name and password from now on. */
async function giveCredentials(house: TestHouse, registration: 'none' | 'single' = 'none'): Promise<void> {
  const keys = valueOf(openMasterKeys(house.dataFolder))
  const db = await house.database.openDb('office', { clock })
  await db.as({ tenantPath: 'nw/' }, async (tx) => {
    for (const { id: carrierId } of await tx<{ id: string }[]>`select id from carrier`) {
      const sealed = sealSecret(keys, secureRandom, `carrier ${carrierId}`, account.password)
      const credentials = { user: account.user, realm: 'carrier', sealed }
      valueOf(await setCarrierCredentials(tx, { carrierId, credentials }))
      valueOf(await changeCarrier(tx, { carrierId, pingSeconds: registration === 'none' ? 5 : 3600, registration }))
    }
  })
}

/** Everything that lies in a folder, as text. */
function textIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
}

test(
  'F14 SIPp as a carrier that wants to know where we are: registered with proof, and so told to the office',
  { skip },
  () =>
    inHouse(async (house) => {
      const folder = mkdtempSync(join(tmpdir(), 'dialhouse-registration-'))
      await giveCredentials(house, 'single')
      const scenario = challengingRegisterScenario(account, `sip:127.0.0.1:${house.carrierPort};lr`)
      const carrier = startSipp({ folder, sipPort: house.carrierPort, scenario, calls: 1, limitSeconds: 30 })
      try {
        const asked = await carrier.result
        assert.equal(asked.succeeded, 1, asked.errors)
        const stateNow = async (): Promise<string | undefined> => {
          const health = await house.bus.request('signal', carrierHealth, {})
          return health.ok ? health.value.find(({ name }) => name === 'Cascade')?.registration : undefined
        }
        for (let tries = 0; tries < 40 && (await stateNow()) !== 'registered'; tries++) await pause(50)
        assert.equal(await stateNow(), 'registered')
      } finally {
        await carrier.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
)

test('F14 a carrier challenges INVITE, re-INVITE, BYE and OPTIONS, and is answered with our password', { skip }, () =>
  inHouse(async (house) => {
    const folder = mkdtempSync(join(tmpdir(), 'dialhouse-passwords-'))
    const [phone = 0] = await freePorts(1)
    const started: Sipp[] = []
    const begin = (name: string, sipPort: number, scenario: string): Sipp => {
      const sipp = startSipp({ folder: join(folder, name), sipPort, scenario, calls: 1, limitSeconds: 30 })
      started.push(sipp)
      return sipp
    }
    try {
      await giveCredentials(house)
      const centre = begin('centre', house.centrePort, challengingOptionsScenario(account))
      const carrier = begin('carrier', house.carrierPort, challengingCallScenario(account))
      // The switch looks at what changed at least every two seconds.
      await pause(2500)
      const caller = { from: 'acme201', password: house.passwordOf('acme201'), holdMs: 300, holds: true }
      const call = await runSipp({
        folder: join(folder, 'phone'),
        scenario: callScenario(caller),
        target: { host: '127.0.0.1', port: house.sipPort },
        sipPort: phone,
        service: '+12125550100',
        calls: 1,
        limitSeconds: 15,
      })
      assert.equal(call.succeeded, 1, call.errors)
      const taken = await carrier.result
      assert.equal(taken.succeeded, 1, taken.errors)
      const pinged = await centre.result
      assert.equal(pinged.succeeded, 1, pinged.errors)
      await pause(500)
      const health = await house.bus.request('signal', carrierHealth, {})
      const state = health.ok && health.value.find(({ name }) => name === 'Emergency centre')
      assert.deepEqual(state && [state.state, state.detail], ['up', '200'])
      const rows = await house.database.ownerSql`select * from carrier`
      assert.ok(!JSON.stringify(rows).includes(account.password))
      assert.ok(!textIn(house.dataFolder).includes(account.password))
    } finally {
      for (const sipp of started) await sipp.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }),
)
