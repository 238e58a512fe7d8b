/** Conformance of listening: keys as events and as tones, recordings, and rooms that mix. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { MediaEvent, RecordingReady } from './backend.ts'
import { decodeG711, encodeG711 } from './g711.ts'
import { measureTone } from './goertzel.ts'
import { sines } from './tones.ts'
import { codeOf, connect, onBench, valueOf, type Bench, type MakeBackend } from './test-bench.ts'
import { pause, until, type TestPhone } from './test-phone.ts'
import { WAV_HEADER } from './wav-file.ts'

const leg = { callId: 'c1', legId: 'a' } as const

/** Registers the tests of `collect`, `record` and `joinRoom`. */
export function hearConformance(make: MakeBackend): void {
  digitTests(make)
  recordTests(make)
  roomTests(make)
}

function digitsOf(events: readonly MediaEvent[]): string {
  return events.map((event) => (event.kind === 'digit' ? event.digit : '')).join('')
}

/** One key as a phone tells it: three packets while it is held, three that say its end. */
async function press(phone: TestPhone, key: number): Promise<void> {
  const timestamp = 90_000 + key * 1600
  for (let i = 0; i < 6; i++) {
    const payload = Uint8Array.of(key, i < 3 ? 10 : 0x8a, 0, 160 * Math.min(3, i + 1))
    await phone.send(phone.packet(payload, { payloadType: 101, timestamp, marker: i === 0 }))
  }
}

/** A sound at the pace of a telephone. */
async function say(phone: TestPhone, samples: Int16Array): Promise<void> {
  const bytes = encodeG711('PCMU', samples)
  for (let at = 0; at + 160 <= bytes.length; at += 160) {
    await phone.send(phone.packet(bytes.subarray(at, at + 160)))
    await pause(18)
  }
}

function digitTests(make: MakeBackend): void {
  test('keys pressed for a leg are heard by it as events, each with its end told three times', () =>
    onBench(make, async (bench) => {
      const { backend, callee } = bench
      await connect(bench)
      const before = callee.heard.length
      assert.equal(await backend.press({ callId: 'c1', legId: 'b', digits: '7#' }), true)
      const events = (): Buffer[] => callee.heard.slice(before).filter((packet) => (packet[1]! & 0x7f) === 101)
      assert.ok(await until(() => events().filter((packet) => (packet[13]! & 0x80) !== 0).length >= 6))
      const ends = events().filter((packet) => (packet[13]! & 0x80) !== 0)
      assert.deepEqual(
        ends.map((packet) => packet[12]),
        [7, 7, 7, 11, 11, 11],
      )
      assert.equal(new Set(events().map((packet) => packet.readUInt32BE(4))).size, 2, 'a key is one timestamp')
      assert.equal(await backend.press({ callId: 'c1', legId: 'nobody', digits: '1' }), false)
    }))

  test('keys told as events are heard once each, and only while somebody asked for them', () =>
    onBench(make, async ({ backend, caller, events }) => {
      caller.connect(valueOf(await backend.terminate({ ...leg, sdp: caller.sdp() })))
      await caller.talk(2)
      await press(caller, 9)
      assert.ok(await until(() => events.some((event) => event.kind === 'firstPacket')))
      await backend.collect({ ...leg, on: true })
      for (const key of [1, 10, 11]) await press(caller, key)
      assert.ok(await until(() => digitsOf(events).length >= 3), digitsOf(events))
      await backend.collect({ ...leg, on: false })
      await press(caller, 5)
      await pause(50)
      assert.equal(digitsOf(events), '1*#')
    }))

  test('a phone without events is heard by the tones of its keys, and speech is no key', () =>
    onBench(make, async ({ backend, caller, events }) => {
      const sdp = caller.sdp({ codecs: ['0 PCMU/8000'] })
      caller.connect(valueOf(await backend.terminate({ ...leg, sdp })))
      await backend.collect({ ...leg, on: true })
      const silence = new Int16Array(480)
      const keys: [number, number][] = [
        [697, 1209],
        [852, 1477],
        [941, 1336],
      ]
      for (const pair of keys) {
        await say(caller, sines(pair, -10, 60))
        await say(caller, silence)
      }
      await say(caller, sines([300, 600, 900, 1200, 1500], -12, 200))
      await pause(50)
      assert.equal(digitsOf(events), '190')
    }))
}

function readyIn(events: readonly MediaEvent[]): RecordingReady | undefined {
  return events.find((event): event is RecordingReady => event.kind === 'recordingReady')
}

/** The channels of a recorded file as linear audio. */
function channelsOf(path: string, count: number): Int16Array[] {
  const bytes = readFileSync(path).subarray(WAV_HEADER)
  const bytesOf = (channel: number): Buffer => Buffer.from(bytes.filter((_, at) => at % count === channel))
  return Array.from({ length: count }, (_, channel) => decodeG711('PCMU', bytesOf(channel)))
}

function recordTests(make: MakeBackend): void {
  test('both sides of a call are recorded, each on its channel, with a pause of its real length', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee, events } = bench
      await connect(bench)
      valueOf(await backend.record({ callId: 'c1', recordingId: 'r-1', legIds: ['a', 'b'], maxMs: 60_000 }))
      await Promise.all([say(caller, sines([440], -10, 400)), say(callee, sines([1000], -10, 400))])
      await backend.pauseRecording({ callId: 'c1', recordingId: 'r-1', paused: true })
      await say(caller, sines([1500], -10, 300))
      await backend.pauseRecording({ callId: 'c1', recordingId: 'r-1', paused: false })
      await say(caller, sines([440], -10, 200))
      await backend.release('c1')
      assert.ok(await until(() => readyIn(events) !== undefined))
      const ready = readyIn(events)!
      assert.deepEqual([ready.recordingId, ready.end, ready.fault], ['r-1', 'callEnded', undefined])
      assert.ok(ready.durationMs > 700 && ready.durationMs < 3000, `${ready.durationMs} ms`)
      const [left, right] = channelsOf(ready.path, 2)
      assert.equal(left!.length, right!.length)
      assert.equal(Math.round(left!.length / 8), ready.durationMs)
      assert.ok(measureTone(left!.subarray(400, 2800), 440).share > 0.9)
      assert.ok(measureTone(right!.subarray(400, 2800), 1000).share > 0.9)
      assert.ok(measureTone(left!, 1500).share < 0.02, 'what was said in the pause is not there')
    }))

  test('a message ends by itself when nobody speaks any more, and tells how long was spoken', () =>
    onBench(make, async ({ backend, caller, events }) => {
      caller.connect(valueOf(await backend.terminate({ ...leg, sdp: caller.sdp() })))
      const request = { ...leg, recordingId: 'r-2', legIds: ['a'], maxMs: 60_000, silenceMs: 700 }
      valueOf(await backend.record(request))
      await say(caller, sines([500], -10, 300))
      assert.ok(await until(() => readyIn(events) !== undefined, 5000))
      const { end, spokenMs } = readyIn(events)!
      assert.equal(end, 'silence')
      assert.ok(spokenMs >= 300 && spokenMs < 700, `${spokenMs} ms`)
      const odd = { ...request, recordingId: '../r' }
      assert.equal(codeOf(await backend.record(odd)), 'media.cannot_record')
      assert.equal(codeOf(await backend.record({ ...request, legIds: ['z'] })), 'media.unknown_call')
    }))
}

const TONES_HZ = [440, 1000, 1500] as const

/** Three phones in a room, each saying a tone of its own; returns how much of each tone each of them hears. */
async function heardInRoom(bench: Bench, roles: readonly ('all' | 'none' | readonly string[])[]): Promise<number[][]> {
  const phones = [bench.caller, bench.callee, bench.other]
  for (const [i, phone] of phones.entries()) {
    const place = { callId: `call-${i}`, legId: `leg-${i}` }
    phone.connect(valueOf(await bench.backend.terminate({ ...place, sdp: phone.sdp() })))
    valueOf(await bench.backend.joinRoom({ ...place, roomId: 'room', role: { speaksTo: roles[i]! } }))
  }
  await Promise.all(phones.map((phone, i) => say(phone, sines([TONES_HZ[i]!], -10, 500))))
  return phones.map((phone) => {
    const audio = phone.audio('PCMU')
    return TONES_HZ.map((hz) => usualShare(audio, hz))
  })
}

/** The part of a tone in the median of all stretches with sound: a busy machine tears holes into some. */
function usualShare(audio: Int16Array, hz: number): number {
  const shares: number[] = []
  for (let at = 0; at + 400 <= audio.length; at += 400) {
    const stretch = audio.subarray(at, at + 400)
    if (stretch.some((sample) => Math.abs(sample) > 1000)) shares.push(measureTone(stretch, hz).share)
  }
  return Math.round((shares.toSorted((a, b) => a - b)[shares.length >> 1] ?? 0) * 100) / 100
}

function assertHears(shares: readonly number[], hears: readonly boolean[], who: string): void {
  const parts = hears.filter(Boolean).length
  for (const [i, share] of shares.entries()) {
    const text = `${who} hears ${shares.join(' ')}`
    if (hears[i]) assert.ok(share > 0.6 / parts, text)
    else assert.ok(share < 0.05, text)
  }
}

function roomTests(make: MakeBackend): void {
  test('in a room of three each hears both others and not himself', () =>
    onBench(make, async (bench) => {
      const [first, second, third] = await heardInRoom(bench, ['all', 'all', 'all'])
      assertHears(first!, [false, true, true], 'the first')
      assertHears(second!, [true, false, true], 'the second')
      assertHears(third!, [true, true, false], 'the third')
    }))

  test('a supervisor whispers to one, and the muted are not heard', () =>
    onBench(make, async (bench) => {
      const [agent, customer, supervisor] = await heardInRoom(bench, ['all', 'none', ['leg-0']])
      assertHears(agent!, [false, false, true], 'the agent')
      assertHears(customer!, [true, false, false], 'the customer')
      assertHears(supervisor!, [true, false, false], 'the supervisor')
    }))

  test('who leaves a room hears his peer again', () =>
    onBench(make, async (bench) => {
      const { backend, caller, callee } = bench
      await connect(bench)
      valueOf(await backend.joinRoom({ ...leg, roomId: 'room', role: { speaksTo: 'all' } }))
      await say(callee, sines([620], -10, 200))
      assert.ok(measureTone(caller.audio('PCMU'), 620).share < 0.05)
      await backend.leaveRoom(leg)
      caller.forget()
      await say(callee, sines([620], -10, 200))
      assert.ok(measureTone(caller.audio('PCMU'), 620).share > 0.9)
    }))
}
