/** One recording: a channel for each leg, written as it comes, so that a crash costs two seconds at most. */

import { messageOf, type Clock } from '../../base/index.ts'
import type { RecordingEnd, RecordingReady, RecordRequest } from './backend.ts'
import { addEar, removeEar, type Ear } from './ear.ts'
import { G711_RATE } from './g711.ts'
import type { Leg } from './leg.ts'
import { RecordedVoice } from './recorded-voice.ts'
import type { WavFile } from './wav-file.ts'

/** Packets may come so late and still be heard: one second. */
const OPEN_SAMPLES = G711_RATE
const SAMPLES_A_MS = G711_RATE / 1000

type Channel = { readonly leg: Leg; readonly voice: RecordedVoice; readonly ear: Ear }

export class Recording {
  /** Nothing of what is said is kept meanwhile; the time goes on. */
  isPaused = false
  readonly #request: RecordRequest
  readonly #path: string
  readonly #file: WavFile
  readonly #clock: Clock
  readonly #beganMs: number
  readonly #channels: readonly Channel[]
  #written = 0

  /** Listens from now on. */
  constructor(
    request: RecordRequest,
    legs: readonly Leg[],
    target: { readonly path: string; readonly file: WavFile; readonly clock: Clock },
  ) {
    this.#request = request
    this.#path = target.path
    this.#file = target.file
    this.#clock = target.clock
    this.#beganMs = target.clock.monotonic()
    this.#channels = legs.map((leg) => this.#listenTo(leg))
  }

  #listenTo(leg: Leg): Channel {
    const voice = new RecordedVoice()
    const ear: Ear = {
      hear: (sound, packet) => {
        if (!this.isPaused) voice.take(sound, packet, this.#length())
      },
    }
    addEar(leg, ear)
    return { leg, voice, ear }
  }

  hears(leg: Leg): boolean {
    return this.#channels.some((channel) => channel.leg === leg)
  }

  /** Writes what is old enough; the reason when the recording is over by itself. */
  sweep(): RecordingEnd | undefined {
    const now = this.#length()
    this.#writeUpTo(now - OPEN_SAMPLES)
    const { maxMs, silenceMs } = this.#request
    if (now >= maxMs * SAMPLES_A_MS) return 'limit'
    return silenceMs !== undefined && now - this.#loudAt() >= silenceMs * SAMPLES_A_MS ? 'silence' : undefined
  }

  /** Writes the rest and closes the file. */
  async end(end: RecordingEnd): Promise<RecordingReady> {
    for (const { leg, ear } of this.#channels) removeEar(leg, ear)
    this.#writeUpTo(this.#length())
    const { callId, recordingId } = this.#request
    const durationMs = Math.round(this.#written / SAMPLES_A_MS)
    const spokenMs = Math.round(this.#loudAt() / SAMPLES_A_MS)
    const fault = await this.#file.finish().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    )
    return { kind: 'recordingReady', callId, recordingId, path: this.#path, durationMs, spokenMs, end, fault }
  }

  /** Samples since the beginning. */
  #length(): number {
    return Math.floor((this.#clock.monotonic() - this.#beganMs) * SAMPLES_A_MS)
  }

  #loudAt(): number {
    return Math.max(...this.#channels.map(({ voice }) => voice.loudAt()))
  }

  #writeUpTo(position: number): void {
    if (position <= this.#written) return
    this.#file.append(takingTurns(this.#channels.map(({ voice }) => voice.release(position))))
    this.#written = position
  }
}

/** The bytes of both channels taking turns; of one channel as they are. */
function takingTurns(channels: readonly Uint8Array[]): Uint8Array {
  const [left, right] = channels
  if (!left || !right) return left ?? new Uint8Array(0)
  const bytes = new Uint8Array(2 * left.length)
  for (let i = 0; i < left.length; i++) {
    bytes[2 * i] = left[i]!
    bytes[2 * i + 1] = right[i]!
  }
  return bytes
}
