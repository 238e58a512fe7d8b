/** The media process: served on the bus, and deaf to the fate of everybody else on it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMetrics, readConfig, secureRandom, silentLog, systemClock, type Config } from '../../base/index.ts'
import { mediaEvents, remoteMediaBackend, type MediaEvent } from '../../network/media/index.ts'
import { freeRange, TestPhone, until, valueOf } from '../../network/media/testing.ts'
import { createLocalBusNetwork, type Bus } from '../../platform/bus/index.ts'
import { dividePorts } from './divide-ports.ts'
import { runMedia } from './run.ts'

const clock = systemClock({ keepAlive: true })

function configWith(changes: Partial<Config>): Config {
  return { ...valueOf(readConfig({})), ...changes }
}

async function startMedia(changes: Partial<Config>) {
  const network = createLocalBusNetwork()
  const open = (name: string): Promise<Bus> => network.join({ name, clock, log: silentLog })
  const bus = await open('media-1')
  const metrics = createMetrics()
  const config = configWith(changes)
  const running = await runMedia({ config, databaseUrl: '', bus, clock, log: silentLog, metrics, random: secureRandom })
  return { open, bus, metrics, running }
}

test('processes share the ports without overlap, in whole pairs', () => {
  const range = fc.tuple(fc.integer({ min: 512, max: 32_000 }), fc.integer({ min: 4, max: 3000 }))
  fc.assert(
    fc.property(range, fc.integer({ min: 1, max: 16 }), ([half, size], count) => {
      const all = { first: 2 * half, end: 2 * half + size }
      let next = all.first
      for (let number = 1; number <= count; number++) {
        const { first, end } = dividePorts(all, number, count)
        assert.ok(first === next && first % 2 === 0 && (end - first) % 2 === 0 && end <= all.end)
        next = end
      }
      assert.ok(all.end - next < 2 * count + 2, 'hardly a port is left over')
    }),
  )
})

test('a call set up over the bus goes on when its signal process is gone', async () => {
  const rtp = await freeRange(4)
  const { open, bus, metrics, running } = await startMedia({ rtp })
  const media = valueOf(running)
  const [caller, callee] = [await TestPhone.open(), await TestPhone.open()]
  try {
    const signal = await open('signal')
    const heard: MediaEvent[] = []
    signal.subscribe('media-1', mediaEvents, (event) => void heard.push(event))
    const backend = remoteMediaBackend(signal, 'media-1')
    const offer = await backend.offer({ callId: 'c', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp() })
    callee.connect(valueOf(offer))
    const answer = await backend.answer({ callId: 'c', fromLeg: 'b', toLeg: 'a', sdp: callee.sdp() })
    caller.connect(valueOf(answer))
    await caller.talk(3)
    assert.ok(await callee.hears(3))
    assert.ok(await until(() => heard.some((event) => event.kind === 'firstPacket')))
    await signal.close()
    await caller.talk(5)
    await callee.talk(5)
    assert.ok((await callee.hears(8)) && (await caller.hears(5)))
    assert.match(metrics.text(), /dialhouse_media_calls 1\n[\s\S]*dialhouse_media_packets_in 13\n/)
    assert.deepEqual(media.notes(), [])
    // A restarted one finds what goes on, and ends it.
    const next = await open('signal')
    const again = remoteMediaBackend(next, 'media-1')
    assert.deepEqual(
      (await again.list()).map((call) => call.callId),
      ['c'],
    )
    assert.equal((await again.release('c')).length, 2)
    await next.close()
  } finally {
    await Promise.all([caller.close(), callee.close(), media.close()])
    await bus.close()
  }
})

test('a host that cannot carry media is refused in words', async () => {
  for (const host of ['sip.example.net', '192.0.2.77']) {
    const { bus, running } = await startMedia({ sip: { host, port: 5060 } })
    assert.ok(!running.ok && running.failure.message.includes(host))
    await bus.close()
  }
})
