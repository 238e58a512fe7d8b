/** Telephones that we did not write on menus, mailboxes and conferences: real audio, real keys. */

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startBaresip, type Baresip } from '../../../test/peers/baresip.ts'
import { eventually, freePortRange, freePorts, pause, unlessInstalled } from '../../../test/peers/program.ts'
import { silentLog } from '../../base/index.ts'
import { createExtension, type NewExtension } from '../../company/numbers/index.ts'
import { liveCalls } from '../../company/switch/index.ts'
import { setService, type ExtensionService } from '../../company/numbers/index.ts'
import { messageFolder } from '../message-folder.ts'
import { openMailboxes } from '../office/keep-messages.ts'
import { clock, inHouse, valueOf, type TestHouse } from './testing.ts'

const skip = unlessInstalled('baresip')

async function withPhones(house: TestHouse, act: (ann: Baresip, bob: Baresip) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dialhouse-services-'))
  const open = async (user: string, toneHz: number): Promise<Baresip> => {
    const [sipPort = 0, controlPort = 0] = await freePorts(2)
    const account = { user, password: house.passwordOf(user), host: '127.0.0.1', port: house.sipPort }
    const rtpPorts = await freePortRange(16)
    return startBaresip({ folder: join(folder, user), account, sipPort, controlPort, rtpPorts, toneHz })
  }
  const phones = await Promise.all([open('acme201', 440), open('acme202', 1000)])
  try {
    for (const phone of phones) assert.ok(await phone.registered(), phone.program.output())
    const [ann, bob] = phones
    await act(ann, bob)
  } finally {
    await Promise.all(phones.map((phone) => phone.close()))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A further extension of acme's that is a service; the switch knows it when this returns. */
async function addService(house: TestHouse, number: string, service: ExtensionService): Promise<void> {
  const office = await house.database.openDb('office', { clock })
  const [sold] = await house.database.ownerSql<{ tenantId: string; productId: string }[]>`
    select extension.tenant_id as "tenantId", subscription.product_id as "productId" from extension
    join subscription on subscription.id = extension.subscription_id where extension.name = 'acme201'`
  await office.as({ tenantPath: 'nw/' }, async (tx) => {
    const terms = { ...sold!, startedOn: '2025-11-01', monthlyMicros: 1n, currency: 'CAD' }
    const extension: NewExtension = { ...terms, number, name: 'Reception' }
    const { id } = valueOf(await createExtension(tx, clock, extension))
    valueOf(await setService(tx, clock, { extensionId: id, service }))
  })
  // The directory is looked at every two seconds.
  await pause(2600)
}

const none = async (house: TestHouse): Promise<boolean> => {
  const calls = await house.bus.request('signal', liveCalls, {}, { timeoutMs: 1000 })
  return calls.ok && calls.value.length === 0
}

test('F1 a message is left, kept by office, and heard by its owner from his own phone', { skip }, async () => {
  await inHouse(async (house) => {
    const db = await house.database.openDb('office', { clock })
    const bus = await house.joinBus('office')
    const boxes = openMailboxes({ db, bus, clock, log: silentLog, dataFolder: house.dataFolder })
    try {
      await withPhones(house, async (ann, bob) => {
        await ann.dial(`sip:*98202@127.0.0.1:${house.sipPort}`)
        assert.ok(await ann.event('CALL_ESTABLISHED'), ann.program.output())
        // The greeting lasts about four seconds; three of the message.
        await pause(8500)
        await ann.hangUp()
        const kept = (): string[] => readdirSync(messageFolder(house.dataFolder))
        assert.ok(await eventually(() => kept().length === 1))
        assert.ok(ann.heardTone(1000) > 0.01, 'the tone before the message was heard')
        await pause(300)
        await bob.dial(`sip:*97@127.0.0.1:${house.sipPort}`)
        assert.ok(await bob.event('CALL_ESTABLISHED'), bob.program.output())
        await pause(4500)
        await bob.hangUp()
        assert.ok(bob.heardTone(440) > 0.3, `what was said: ${bob.heardTone(440)}`)
      })
    } finally {
      await boxes.close()
      await bus.close()
    }
  })
})

test('a key of a menu reaches a colleague, and two in a conference hear each other', { skip }, async () => {
  await inHouse(async (house) => {
    await addService(house, '300', {
      kind: 'menu',
      greeting: ['tone/500'],
      keys: { '1': { dial: '202' } },
      dialsExtensions: false,
      waitSeconds: 5,
      tries: 2,
      otherwise: 'hangUp',
    })
    await addService(house, '400', { kind: 'conference', pin: null })
    await withPhones(house, async (ann, bob) => {
      await ann.dial(`sip:300@127.0.0.1:${house.sipPort}`)
      assert.ok(await ann.event('CALL_ESTABLISHED'))
      await pause(500)
      await ann.command('sndcode', '1')
      assert.ok(await bob.event('CALL_ESTABLISHED'), bob.program.output())
      await pause(3000)
      await ann.hangUp()
      assert.ok(await bob.event('CALL_CLOSED'))
      assert.ok(ann.heardTone(1000) > 0.3, `ann heard ${ann.heardTone(1000)} of bob`)
      assert.ok(bob.heardTone(440) > 0.8, `bob heard ${bob.heardTone(440)} of ann`)
      await ann.dial(`sip:400@127.0.0.1:${house.sipPort}`)
      await bob.dial(`sip:400@127.0.0.1:${house.sipPort}`)
      await pause(6000)
      await ann.hangUp()
      await bob.hangUp()
      assert.ok(await eventually(() => ann.events.filter(({ type }) => type === 'CALL_CLOSED').length >= 2))
      assert.ok(ann.heardTone(1000) > 0.3, `ann heard ${ann.heardTone(1000)} of bob in the room`)
      assert.ok(bob.heardTone(440) > 0.3, `bob heard ${bob.heardTone(440)} of ann in the room`)
      assert.ok(await none(house))
    })
  })
})
