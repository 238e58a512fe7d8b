/** The outside over real sockets: every behaviour is dialled, phones register and talk, tones are heard. */

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { seededRandom, silentLog, systemClock } from '../../base/index.ts'
import { tonesHeard } from '../../network/media/index.ts'
import { parseUri, writeNameAddr, writeSipUri } from '../../network/sip/index.ts'
import type { SocketAddress } from '../../network/transport/index.ts'
import { openCarrier, type Carrier } from './carrier.ts'
import { openEmergencyCentre } from './emergency-centre.ts'
import { openPhones } from './phones.ts'
import { openSwitchboard, type Switchboard } from './switchboard.ts'
import { openRegistrar } from './test-registrar.ts'
import { createAudio } from './talker.ts'

const clock = systemClock({ keepAlive: true })
const anywhere = { address: '127.0.0.1', port: 0 }
const nowhere = { address: '127.0.0.1', port: 9 }
const parts = () => {
  const random = seededRandom(7)
  return { clock, random, log: silentLog, audio: createAudio({ clock, random, address: '127.0.0.1' }) }
}

function taken<T>(result: { ok: true; value: T } | { ok: false }): T {
  assert.ok(result.ok)
  return result.value
}

async function until(isTrue: () => boolean, limitMs = 15_000): Promise<boolean> {
  for (const deadline = clock.monotonic() + limitMs; clock.monotonic() < deadline;) {
    if (isTrue()) return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return isTrue()
}

async function openCaller(more: { silenceMs?: number } = {}): Promise<Switchboard> {
  return taken(
    await openSwitchboard({
      ...parts(),
      ...more,
      listen: anywhere,
      product: 'test',
      admit: () => ({ status: 404 }),
      behave: () => assert.fail('nobody calls the caller'),
    }),
  )
}

function dial(caller: Switchboard, remote: SocketAddress, number: string, talkMs = 300) {
  return caller.place({
    nextHop: { protocol: 'udp', remote },
    target: writeSipUri({ user: number, host: remote.address, port: remote.port }),
    from: writeNameAddr('Tester', writeSipUri({ user: '+14165550142', host: '127.0.0.1' })),
    to: writeNameAddr('', writeSipUri({ user: number, host: remote.address })),
    tone: '600',
    talkMs,
  })
}

describe('a carrier', async () => {
  const caller = await openCaller()
  const carrier: Carrier = taken(await openCarrier({ ...parts(), name: 'Test', listen: anywhere, house: nowhere }))
  after(async () => {
    await caller.close()
    await carrier.close()
  })
  const call = (number: string, talkMs?: number) => dial(caller, carrier.local, number, talkMs)

  test('answers at once and talks a tone back', async () => {
    const result = await call('+16475550100', 400)
    assert.equal(result.status, 200)
    assert.ok(result.packetsHeard >= 10, `${result.packetsHeard} packets`)
    assert.deepEqual(tonesHeard(result.lastAudio, [600, 1000]), [1000])
  })

  for (const [ending, status] of [
    ['104', 404],
    ['153', 503],
    ['186', 486],
  ] as const) {
    test(`refuses a number that ends in ${ending} with ${status}`, async () => {
      const result = await call(`+16475550${ending}`)
      assert.deepEqual([result.answered, result.status], [false, status])
    })
  }

  test('rings with a tone of its own before it answers, and hangs up by itself, where the number says so', async () => {
    const [early, short] = await Promise.all([call('+442079460183', 200), call('+16475550105', 20_000)])
    assert.ok(early.answered)
    // Three seconds of ringback and the voice after it.
    assert.ok(early.packetsHeard > 100, `${early.packetsHeard} packets`)
    assert.ok(short.answered && short.talkedMs > 4500 && short.talkedMs < 6500, `${short.talkedMs} ms`)
  })

  test('lets a number ring that nobody answers, until the caller gives up', async () => {
    const ringing = call('+16475550180')
    assert.ok(await until(() => carrier.calls().now === 1))
    await new Promise((resolve) => setTimeout(resolve, 100))
    caller.hangUpAll()
    const result = await ringing
    assert.deepEqual([result.answered, result.status], [false, 487])
    assert.ok(await until(() => carrier.calls().now === 0))
  })

  test('can be failed and healed', async () => {
    carrier.setState('refusing')
    assert.equal((await call('+16475550100')).status, 503)
    carrier.setState('silent')
    const silent = call('+16475550100')
    await new Promise((resolve) => setTimeout(resolve, 100))
    caller.hangUpAll()
    carrier.setState('working')
    assert.equal((await call('+16475550100')).status, 200)
    await silent
    assert.ok(carrier.calls().refused >= 2)
  })
})

test('the emergency centre answers at once and notes who to call back', async () => {
  const caller = await openCaller()
  const centre = taken(await openEmergencyCentre({ ...parts(), listen: anywhere }))
  const result = await dial(caller, centre.local, '911', 100)
  assert.equal(result.status, 200)
  const [report] = centre.reports()
  assert.deepEqual([report?.dialled, report?.callback, report?.callerName], ['911', '+14165550142', 'Tester'])
  await caller.close()
  await centre.close()
})

test('a far end that falls silent is hung up on, one that never spoke is not', async () => {
  const caller = await openCaller({ silenceMs: 300 })
  const vanishing = parts()
  const far = { ...vanishing, listen: anywhere, product: 'test', admit: () => 'accept' as const }
  const answering = { ringMs: 0, isEarly: false, outcome: { kind: 'answer' as const } }
  const speaker = taken(await openSwitchboard({ ...far, behave: () => ({ ...answering, tone: '800' }) }))
  const mute = taken(await openSwitchboard({ ...far, behave: () => ({ ...answering, tone: 'none' }) }))
  const talking = dial(caller, speaker.local, '100', 60_000)
  const listening = dial(caller, mute.local, '100', 1000)
  assert.ok(await until(() => speaker.size() === 1))
  await new Promise((resolve) => setTimeout(resolve, 200))
  vanishing.audio.close()
  const [ended, unheard] = await Promise.all([talking, listening])
  assert.ok(ended.answered && ended.talkedMs < 2000, `${ended.talkedMs} ms`)
  assert.ok(unheard.packetsHeard === 0 && unheard.talkedMs >= 1000, `${unheard.talkedMs} ms`)
  await Promise.all([caller, speaker, mute].map((board) => board.close()))
})

test('phones learn the realm, register with digest, ring by their contact and talk both ways', async () => {
  const accounts = Array.from({ length: 60 }, (_, at) => ({
    user: `phone-${at}`,
    password: `secret of ${at}`,
    name: `Phone ${at}`,
    extension: String(200 + at),
  }))
  const house = await openRegistrar((user) => accounts.find((account) => account.user === user)?.password)
  const phones = taken(await openPhones({ ...parts(), listen: anywhere, house: house.local }))
  const caller = await openCaller()
  phones.register(accounts)
  assert.ok(await until(() => phones.registered() === 60), `${phones.registered()} registered`)
  assert.equal(phones.realm(), house.realm)
  assert.equal(house.registrar.size().aors, 60)

  const [binding] = house.registrar.bindings('phone-3')
  assert.ok(binding)
  const result = await dial(caller, binding.flow.remote, parseUri(binding.contact)!.user, 400)
  assert.equal(result.status, 200)
  assert.ok(result.packetsHeard >= 10)
  // Proves that an INVITE of a phone answers the challenge: past it, this registrar says 480.
  assert.equal((await phones.call(accounts[0]!, '205', 100)).status, 480)

  // A phone that comes back from elsewhere takes the place of its former contact.
  const again = taken(await openPhones({ ...parts(), listen: anywhere, house: house.local }))
  again.register(accounts)
  assert.ok(await until(() => again.registered() === 60))
  assert.deepEqual(house.registrar.size(), { aors: 60, bindings: 60 })
  await again.close()

  await phones.close()
  await caller.close()
  await house.close()
})
