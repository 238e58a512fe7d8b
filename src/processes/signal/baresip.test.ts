/** Two baresip phones on the whole signal process: a free call within the house, a paid one refused. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBaresip, type Baresip } from '../../../test/peers/baresip.ts'
import { eventually, freePortRange, freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { silentLog } from '../../base/index.ts'
import { liveCalls } from '../../company/switch/index.ts'
import { createEndpoint } from '../../network/sip/index.ts'
import { createSockets, machineHashes } from '../../network/transport/index.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('baresip')

/** An emergency centre that answers at once. */
async function openCentre(port: number): Promise<{ readonly callers: string[]; close(): Promise<void> }> {
  const callers: string[] = []
  const sdp = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n'
  const sip = createEndpoint({
    transport: createSockets({ listen: { address: '127.0.0.1', port }, clock, log: silentLog }),
    hashes: machineHashes,
    clock,
    log: silentLog,
    events: {
      admitInvite: () => 'accept',
      onInvite({ legId, request }) {
        callers.push(request.from?.uri.user ?? '')
        sip.answer(legId, 200, { sdp })
      },
      onProgress: () => {},
      onAnswered: () => {},
      onConfirmed: () => {},
      onReinvite: () => {},
      onReinviteDone: () => {},
      onInfo: () => {},
      onEnded: () => {},
      onRequest: () => ({ status: 405 }),
    },
  })
  valueOf(await sip.open())
  return { callers, close: () => sip.close() }
}

async function withPhones(house: TestHouse, act: (ann: Baresip, bob: Baresip) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-signal-baresip-'))
  const phones: Baresip[] = []
  const open = async (user: string, toneHz: number, transport: 'udp' | 'tcp'): Promise<Baresip> => {
    const [sipPort = 0, controlPort = 0] = await freePorts(2)
    const account = { user, password: house.passwordOf(user), host: '127.0.0.1', port: house.sipPort, transport }
    const rtpPorts = await freePortRange(16)
    const phone = await startBaresip({ folder: join(folder, user), account, sipPort, controlPort, rtpPorts, toneHz })
    phones.push(phone)
    return phone
  }
  try {
    const ann = await open('acme201', 440, 'udp')
    await act(ann, await open('birch201', 1000, 'tcp'))
  } finally {
    await Promise.all(phones.map((phone) => phone.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

test('F1 two phones of others talk through the house, hear each other, and pay nothing', { skip }, async () => {
  await inHouse((house) =>
    withPhones(house, async (ann, bob) => {
      assert.ok(await ann.registered(), ann.program.output())
      assert.ok(await bob.registered(), bob.program.output())
      await ann.dial(`sip:16045550101@127.0.0.1:${house.sipPort}`)
      assert.ok(await ann.event('CALL_ESTABLISHED'), ann.program.output())
      assert.ok(await bob.event('CALL_ESTABLISHED'), bob.program.output())
      const live = await house.bus.request('signal', liveCalls, {})
      assert.deepEqual(live.ok && live.value.map((call) => [call.state, call.from, call.to]), [
        ['talking', '+14165550101', '+16045550101'],
      ])
      await pause(1500)
      await ann.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'), bob.program.output())
      assert.ok(ann.heardTone(1000) > 0.8, `ann heard ${ann.heardTone(1000)} of bob`)
      assert.ok(bob.heardTone(440) > 0.8, `bob heard ${bob.heardTone(440)} of ann`)
      const stored = async () => house.database.ownerSql<{ reason: string; micros: bigint; direction: string }[]>`
        select charge_reason as reason, charge_micros as micros, direction from cdr order by direction desc`
      let rows = await stored()
      for (let tries = 0; tries < 50 && rows.length < 2; tries++) {
        await pause(100)
        rows = await stored()
      }
      assert.deepEqual(
        rows.map((row) => [row.direction, row.reason, row.micros]),
        [
          ['outbound', 'onnet', 0n],
          ['inbound', 'onnet', 0n],
        ],
      )
    }),
  )
})

test('charging is away: a call abroad is refused in words; media may be away too', { skip }, async () => {
  await inHouse((house) =>
    withPhones(house, async (ann) => {
      assert.ok(await ann.registered(), ann.program.output())
      await house.stop('charge')
      await ann.dial(`sip:01144207946000@127.0.0.1:${house.sipPort}`)
      const closed = await ann.event('CALL_CLOSED', { limitMs: 15_000 })
      assert.match(closed?.param ?? '', /503/)
      await house.stop('media-1')
      const before = ann.events.length
      await ann.dial(`sip:01144207946000@127.0.0.1:${house.sipPort}`)
      const again = await ann.event('CALL_CLOSED', { limitMs: 15_000, after: before })
      assert.match(again?.param ?? '', /503/)
      assert.ok(await eventually(() => house.notes('signal').includes('media-1 is away')), house.notes('signal').join())
      await house.start('media-1')
      assert.ok(await eventually(() => !house.notes('signal').includes('media-1 is away')))
    }),
  )
})

test('F24 a customer is suspended: within seconds his paid calls are refused, and 911 is not', { skip }, async () => {
  await inHouse((house) =>
    withPhones(house, async (ann) => {
      assert.ok(await ann.registered(), ann.program.output())
      await house.database.ownerSql`update customer set status = 'suspended'`
      await pause(2500)
      await ann.dial(`sip:12125550100@127.0.0.1:${house.sipPort}`)
      await pause(700)
      const live = await house.bus.request('signal', liveCalls, {})
      assert.deepEqual(live.ok && live.value.map((call) => call.state), ['announcing'])
      await ann.hangUp()
      const centre = await openCentre(house.centrePort)
      try {
        await ann.dial(`sip:911@127.0.0.1:${house.sipPort}`)
        assert.ok(await ann.event('CALL_ESTABLISHED'), ann.program.output())
        assert.deepEqual(centre.callers, ['+14165550101'])
        await ann.hangUp()
      } finally {
        await centre.close()
      }
    }),
  )
})
