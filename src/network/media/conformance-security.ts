/** Conformance against hostile packets: strangers are neither heard nor answered, and garbage ends nothing. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '../../base/index.ts'
import { connect, onBench, valueOf, type Bench, type MakeBackend } from './test-bench.ts'
import { pause } from './test-phone.ts'

const clock = systemClock()

/** A third party sends plausible audio to every port of the relay. */
async function spray({ other, ports }: Bench, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const packet = other.packet(new Uint8Array(160).fill(0xee))
    for (let port = ports.first; port < ports.end; port++) await other.send(packet, port)
  }
}

/** Registers the tests of latching and of bad packets. */
export function securityConformance(make: MakeBackend): void {
  strangerTests(make)
  garbageTests(make)
}

function strangerTests(make: MakeBackend): void {
  test('a third party is not heard and hears nothing, during set-up and in mid-call', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee, other } = bench
      const offer = valueOf(await backend.offer({ callId: 'c1', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp() }))
      callee.connect(offer)
      await spray(bench, 10)
      const answer = valueOf(await backend.answer({ callId: 'c1', fromLeg: 'b', toLeg: 'a', sdp: callee.sdp() }))
      caller.connect(answer)
      await spray(bench, 60)
      await caller.talk(20)
      await spray(bench, 10)
      await callee.talk(20)
      await spray(bench, 60)
      await caller.talk(20)
      assert.ok((await callee.hears(40)) && (await caller.hears(20)))
      await pause(100)
      assert.deepEqual([caller.heard.length, callee.heard.length, other.heard.length], [20, 40, 0])
      assert.equal(other.heardRtcp.length, 0)
      const relayPorts = new Set([...caller.sources, ...callee.sources].map((from) => from.port))
      assert.ok(relayPorts.size === 2 && !relayPorts.has(other.port))
      const dropped = (await backend.stats('c1')).map((leg) => leg.dropped)
      assert.ok(
        dropped.every((count) => count >= 120),
        `dropped ${dropped.join(' and ')}`,
      )
    }))
}

function garbageTests(make: MakeBackend): void {
  test('no bytes get through that are not RTP, and the call goes on', () =>
    onBench(make, async (bench) => {
      const { caller, callee } = bench
      await connect(bench)
      await caller.talk(1)
      const garbage = fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ minLength: 1480, maxLength: 1700 }),
        // RTP in its first byte only: other versions, sources and extensions that do not fit.
        fc
          .tuple(fc.constantFrom(0x00, 0x40, 0xc0, 0x8f, 0x90), fc.uint8Array({ maxLength: 11 }))
          .map(([first, rest]) => Uint8Array.of(first, ...rest)),
      )
      for (const bytes of fc.sample(garbage, 300)) {
        if (bytes.length > 1 && bytes.length <= 1500 && bytes[0]! >> 6 === 2) bytes[1] = 77
        await caller.send(bytes)
        await caller.sendRtcp(bytes)
      }
      await caller.talk(10, 0x33)
      assert.ok(await callee.hears(11))
      await pause(50)
      assert.equal(callee.heard.length, 11)
      assert.deepEqual(callee.heardRtcp, [])
    }))

  test('a flood from the right address is cut, not passed on', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      await connect(bench)
      const startMs = clock.monotonic()
      for (let i = 0; i < 20; i++) {
        await caller.talk(100)
        // The kernel's buffer holds some hundreds of packets: what it drops itself is not for us to count.
        await pause(5)
      }
      await pause(200)
      const stats = (await backend.stats('c1')).find((leg) => leg.legId === 'a')!
      // 500 packets in each second that was begun.
      const seconds = Math.ceil((clock.monotonic() - startMs) / 1000) + 1
      const counts = `${callee.heard.length} passed, ${stats.dropped} dropped in ${seconds} s`
      assert.ok(callee.heard.length <= 500 * seconds && (stats.dropped > 0 || seconds > 3), counts)
    }))

  test('nothing is sent to an address that an SDP must not name', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee, other } = bench
      // The callee names a port of the relay itself: its packets would come back as the caller's.
      const offer = valueOf(await backend.offer({ callId: 'c1', fromLeg: 'a', toLeg: 'b', sdp: caller.sdp() }))
      const own = Number(/m=audio (\d+)/.exec(offer)![1])
      const answer = valueOf(
        await backend.answer({ callId: 'c1', fromLeg: 'b', toLeg: 'a', sdp: callee.sdp({ port: own }) }),
      )
      caller.connect(answer)
      await caller.talk(20)
      await pause(100)
      assert.deepEqual([caller.heard.length, callee.heard.length, other.heard.length], [0, 0, 0])
      const stats = (await backend.stats('c1')).find((leg) => leg.legId === 'b')!
      assert.equal(stats.packetsOut, 0)
    }))
}
