/** Conformance of a relay: what goes in on one side comes out on the other, bit by bit, and is counted. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secureRandom } from '../../base/index.ts'
import type { MediaEvent } from './backend.ts'
import { connect, onBench, type MakeBackend } from './test-bench.ts'
import { pause, until } from './test-phone.ts'

/** Packets as phones send them: sizes, header extension, contributing sources, padding, marker, events. */
function odd(packet: (payload: Uint8Array) => Buffer): Buffer[] {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  const extended = packet(Uint8Array.of(0xbe, 0xde, 0, 1, 1, 2, 3, 4, ...all.subarray(0, 80)))
  extended[0] = 0x90
  const mixed = packet(all.subarray(0, 88))
  mixed[0] = 0x82
  const padded = packet(Uint8Array.of(...all.subarray(0, 160), 0, 0, 0, 4))
  padded[0] = 0xa0
  const marked = packet(all.subarray(0, 160))
  marked[1] = 0x80
  const event = packet(Uint8Array.of(5, 10, 0, 160))
  event[1] = 101
  return [packet(all), packet(secureRandom(1400)), packet(new Uint8Array(0)), extended, mixed, padded, marked, event]
}

function report(ssrc: number): Buffer {
  const packet = Buffer.alloc(28)
  packet.set([0x80, 200, 0, 6])
  packet.writeUInt32BE(ssrc, 4)
  return packet
}

/** Registers the tests of relaying. */
export function relayConformance(make: MakeBackend): void {
  passingTests(make)
  countingTests(make)
}

function passingTests(make: MakeBackend): void {
  test('audio passes bit by bit, both ways', () =>
    onBench(make, async (bench) => {
      const { caller, callee } = bench
      await connect(bench)
      for (const [from, to] of [
        [caller, callee],
        [callee, caller],
      ] as const) {
        const plain = Array.from({ length: 8 }, () => from.packet(secureRandom(160)))
        const packets = [...odd((payload) => from.packet(payload)), ...plain]
        for (const packet of packets) await from.send(packet)
        assert.ok(await to.hears(packets.length))
        assert.deepEqual(to.heard, packets)
      }
    }))

  test('RTCP goes to the port beside, and is counted', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      await connect(bench)
      await caller.sendRtcp(report(1))
      await callee.sendRtcp(report(2))
      await callee.sendRtcp(Buffer.from('no report at all'))
      assert.ok(await until(() => callee.heardRtcp.length > 0 && caller.heardRtcp.length > 0))
      await pause(50)
      assert.deepEqual([callee.heardRtcp, caller.heardRtcp], [[report(1)], [report(2)]])
      const stats = await backend.stats('c1')
      assert.deepEqual(
        stats.map(({ legId, rtcpIn }) => ({ legId, rtcpIn })).toSorted((x, y) => (x.legId < y.legId ? -1 : 1)),
        [
          { legId: 'a', rtcpIn: 1 },
          { legId: 'b', rtcpIn: 1 },
        ],
      )
    }))
}

function countingTests(make: MakeBackend): void {
  test('packets, bytes, loss and jitter are counted for each leg', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      await connect(bench)
      for (let i = 0; i < 40; i++) {
        const packet = caller.packet(new Uint8Array(160))
        if (i % 10 !== 5) await caller.send(packet)
      }
      assert.ok(await callee.hears(36))
      const stats = new Map((await backend.release('c1')).map((leg) => [leg.legId, leg]))
      const [a, b] = [stats.get('a')!, stats.get('b')!]
      assert.deepEqual([a.packetsIn, a.bytesIn, a.lost, a.codec], [36, 36 * 172, 4, 'PCMU'])
      assert.deepEqual([b.packetsIn, b.packetsOut, b.lastPacketAt], [0, 36, undefined])
      // Packets that were 20 ms apart arrived at once: every interval is 20 ms off, every tenth 40 ms.
      assert.ok(a.jitterMs > 10 && a.jitterMs < 45, `jitter ${a.jitterMs}`)
      assert.ok(a.lastPacketAt! > 0)
      assert.deepEqual(await backend.list(), [])
      assert.deepEqual(await backend.release('c1'), [])
    }))

  test('the first packet of each leg is told once, and quality every five seconds', () =>
    onBench(make, async (bench) => {
      const { caller, callee, events } = bench
      await connect(bench)
      await caller.talk(3)
      await callee.talk(2)
      const ofKind = (kind: MediaEvent['kind']): MediaEvent[] => events.filter((event) => event.kind === kind)
      assert.ok(await until(() => ofKind('quality').length > 0, 7000))
      const first = ofKind('firstPacket').map((event) => (event.kind === 'firstPacket' ? event.legId : ''))
      assert.deepEqual(first.toSorted(), ['a', 'b'])
      const quality = ofKind('quality')[0]!
      assert.ok(quality.kind === 'quality' && quality.legs.find((leg) => leg.legId === 'a')?.packetsIn === 3)
    }))

  test('silence of both sides ends the call', () =>
    onBench(
      make,
      async (bench) => {
        const { backend, caller, events } = bench
        await connect(bench)
        await caller.talk(1)
        assert.ok(await until(() => events.some((event) => event.kind === 'mediaTimeout'), 5000))
        const event = events.find((it) => it.kind === 'mediaTimeout')!
        const [summary] = await backend.list()
        // Both are told as epoch milliseconds, each from a monotonic time of its own moment.
        const differsMs = event.kind === 'mediaTimeout' ? event.lastPacketAt - summary!.lastPacketAt! : NaN
        assert.ok(Math.abs(differsMs) <= 2, `${differsMs} ms apart`)
      },
      { mediaTimeoutMs: 1000 },
    ))
}
