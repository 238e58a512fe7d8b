/** Conformance of announcements: we answer ourselves, and what is heard is the tone that was asked for. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MediaEvent } from './backend.ts'
import { measureTone, tonesHeard } from './goertzel.ts'
import { sines } from './tones.ts'
import { encodeG711 } from './g711.ts'
import { codeOf, connect, onBench, valueOf, type MakeBackend } from './test-bench.ts'
import { audioOf, pause, until } from './test-phone.ts'

const leg = { callId: 'c1', legId: 'a' } as const

function isPlayDone(event: MediaEvent): boolean {
  return event.kind === 'playDone'
}

/** Registers the tests of `terminate`, `play` and `stop`. */
export function playConformance(make: MakeBackend): void {
  toneTests(make)
  announcementTests(make)
}

function toneTests(make: MakeBackend): void {
  for (const [codec, number] of [
    ['PCMU', 0],
    ['PCMA', 8],
  ] as const) {
    test(`a test tone is heard in ${codec}, at the pace of a telephone, and its end is told`, () =>
      onBench(make, async ({ backend, caller, events }) => {
        const sdp = caller.sdp({ codecs: ['9 G722/8000', `${number} ${codec}/8000`, '101 telephone-event/8000'] })
        const answer = valueOf(await backend.terminate({ ...leg, sdp }))
        assert.deepEqual(audioOf(answer).payloadTypes, [number, 101])
        const { durationMs } = valueOf(await backend.play({ ...leg, prompt: 'tone/1004', times: 1 }))
        assert.equal(durationMs, 1000)
        assert.ok(await until(() => events.some(isPlayDone)))
        assert.equal(caller.heard.length, 50)
        assert.ok(measureTone(caller.audio(codec), 1004).share > 0.98)
        const headers = caller.headers()
        headers.forEach((header, i) => {
          assert.equal(header.payloadType, number)
          assert.equal(header.marker, i === 0)
          assert.equal(header.sequence, (headers[0]!.sequence + i) & 0xffff)
          assert.equal(header.timestamp, (headers[0]!.timestamp + i * 160) >>> 0)
          assert.equal(header.ssrc, headers[0]!.ssrc)
        })
      }))
  }

  test('a tone is repeated until it is stopped, which tells nothing', () =>
    onBench(make, async ({ backend, caller, events }) => {
      valueOf(await backend.terminate({ ...leg, sdp: caller.sdp() }))
      valueOf(await backend.play({ ...leg, prompt: 'tone/reorder', times: 0 }))
      assert.ok(await caller.hears(60))
      await backend.stop(leg)
      await pause(60)
      const before = caller.heard.length
      await pause(100)
      assert.equal(caller.heard.length, before)
      assert.ok(!events.some(isPlayDone))
      assert.deepEqual(tonesHeard(caller.audio('PCMU').subarray(4000, 6000), [440, 480, 620]), [480, 620])
    }))
}

function announcementTests(make: MakeBackend): void {
  test('an announcement to a leg of a call replaces the other party, until it is over', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee, events } = bench
      await connect(bench)
      await callee.talk(2)
      assert.ok(await caller.hears(2))
      caller.forget()
      valueOf(await backend.play({ ...leg, prompt: 'goodbye', times: 1 }))
      for (let i = 0; i < 10; i++) {
        await callee.talk(1)
        await pause(20)
      }
      await caller.talk(3)
      assert.ok(await callee.hears(3), 'the other direction goes on')
      assert.ok(await until(() => events.some(isPlayDone)))
      assert.equal(new Set(caller.headers().map((header) => header.ssrc)).size, 1, 'only the announcement was heard')
      caller.forget()
      await callee.talk(2)
      assert.ok(await caller.hears(2))
    }))

  test('an answered call can be given to a callee afterwards', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      const early = valueOf(await backend.terminate({ ...leg, sdp: caller.sdp() }))
      const { answer } = await connect(bench)
      assert.equal(audioOf(answer).port, audioOf(early).port)
      const tone = encodeG711('PCMU', sines([620], -10, 200))
      for (let i = 0; i < 10; i++) await callee.send(callee.packet(tone.subarray(i * 160, (i + 1) * 160)))
      assert.ok(await caller.hears(10))
      assert.ok(measureTone(caller.audio('PCMU'), 620).share > 0.98)
    }))

  test('what cannot be said is refused by name', () =>
    onBench(make, async ({ backend, caller }) => {
      const g722 = caller.sdp({ codecs: ['9 G722/8000'] })
      assert.equal(codeOf(await backend.terminate({ ...leg, sdp: g722 })), 'media.no_codec')
      valueOf(await backend.terminate({ ...leg, sdp: caller.sdp() }))
      assert.equal(codeOf(await backend.play({ ...leg, prompt: '../../etc/passwd', times: 1 })), 'media.unknown_prompt')
      assert.equal(
        codeOf(await backend.play({ ...leg, callId: 'x', prompt: 'goodbye', times: 1 })),
        'media.unknown_call',
      )
    }))
}
