/** JsSIP in Chromium, browser to browser over secure WebSocket: we carry the call, they carry their audio. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBrowserPhones, type BrowserPhone } from '../../../test/peers/jssip.ts'
import { pause, unlessInstalled } from '../../../test/peers/program.ts'
import { clock, inHouse } from './testing.ts'

const skip = unlessInstalled('chromium')

async function says(phone: BrowserPhone, word: string, limitMs = 15_000): Promise<boolean> {
  for (const end = clock.monotonic() + limitMs; clock.monotonic() < end; await pause(100)) {
    if ((await phone.events()).includes(word)) return true
  }
  return false
}

test('two browsers register over WSS, talk, hold and hang up', { skip }, async () => {
  await inHouse(async (house) => {
    const browsers = await startBrowserPhones()
    try {
      const url = `wss://127.0.0.1:${house.wssPort}/`
      const ann = await browsers.open({ user: 'acme201', password: house.passwordOf('acme201'), url })
      const bob = await browsers.open({ user: 'acme202', password: house.passwordOf('acme202'), url })
      for (const phone of [ann, bob]) assert.ok(await says(phone, 'registered'), (await phone.events()).join())
      await ann.dial('202')
      assert.ok(await says(ann, 'confirmed'), (await ann.events()).join())
      assert.ok(await says(bob, 'confirmed'), (await bob.events()).join())
      await pause(1500)
      assert.ok((await ann.packetsHeard()) > 10 && (await bob.packetsHeard()) > 10, 'both hear each other')
      await ann.hold()
      assert.ok(await says(bob, 'hold'), (await bob.events()).join())
      await ann.resume()
      assert.ok(await says(bob, 'unhold'), (await bob.events()).join())
      await bob.hangUp()
      assert.ok(await says(ann, 'ended'), (await ann.events()).join())
      await ann.close()
      await bob.close()
    } finally {
      await browsers.close()
    }
  })
})
