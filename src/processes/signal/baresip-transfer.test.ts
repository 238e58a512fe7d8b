/** A real phone gives its call away: baresip's own REFER, its own idea of NOTIFY, and audio that arrives elsewhere. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBaresip, type Baresip } from '../../../test/peers/baresip.ts'
import { freePortRange, freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { liveCalls } from '../../company/switch/index.ts'
import { inHouse, type TestHouse } from './testing.ts'

const skip = unlessInstalled('baresip')

async function withPhones(house: TestHouse, act: (phones: readonly Baresip[]) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-baresip-transfer-'))
  const phones: Baresip[] = []
  try {
    for (const [user, toneHz] of [
      ['acme201', 440],
      ['acme202', 700],
      ['birch201', 1000],
    ] as const) {
      const [sipPort = 0, controlPort = 0] = await freePorts(2)
      const account = { user, password: house.passwordOf(user), host: '127.0.0.1', port: house.sipPort }
      const rtpPorts = await freePortRange(16)
      phones.push(await startBaresip({ folder: join(folder, user), account, sipPort, controlPort, rtpPorts, toneHz }))
    }
    await act(phones)
  } finally {
    await Promise.all(phones.map((phone) => phone.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

test('baresip gives a call away: its caller is heard by whom it was given to, one call goes on', { skip }, async () => {
  await inHouse((house) =>
    withPhones(house, async (phones) => {
      const [ann, bob, birch] = phones as [Baresip, Baresip, Baresip]
      for (const phone of phones) assert.ok(await phone.registered(), phone.program.output())
      await birch.dial(`sip:14165550101@127.0.0.1:${house.sipPort}`)
      assert.ok(await ann.event('CALL_ESTABLISHED'), birch.program.output())
      assert.ok(await birch.event('CALL_ESTABLISHED'), birch.program.output())
      await ann.command('transfer', `sip:202@127.0.0.1:${house.sipPort}`)
      assert.ok(
        await bob.event('CALL_ESTABLISHED', { limitMs: 5000 }),
        ann.program.output() + JSON.stringify(ann.events),
      )
      assert.ok(await ann.event('CALL_CLOSED'), ann.program.output())
      await pause(2000)
      const live = await house.bus.request('signal', liveCalls, {})
      assert.deepEqual(live.ok && live.value.map((call) => [call.state, call.from, call.to]), [
        ['talking', '+16045550101', '202'],
      ])
      await birch.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'), bob.program.output())
      assert.ok(bob.heardTone(1000) > 0.8, `bob heard ${bob.heardTone(1000)} of the caller`)
      const records = async (): Promise<number> => {
        const [row] = await house.database.ownerSql<{ count: number }[]>`select count(*)::int as count from cdr`
        return row?.count ?? 0
      }
      for (let tries = 0; tries < 100 && (await records()) < 3; tries++) await pause(100)
      assert.equal(await records(), 3, 'the call of each customer, and what was given away')
    }),
  )
})
