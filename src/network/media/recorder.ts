/** The recordings that one backend makes, by id. */

import { join } from 'node:path'
import { messageOf, ok, type Clock, type Result } from '../../base/index.ts'
import type { RecordingEnd, RecordingReady, RecordRequest } from './backend.ts'
import { cannotRecord, type CannotRecord } from './errors.ts'
import type { Leg } from './leg.ts'
import { Recording } from './recording.ts'
import { createWavFile, type WavFile } from './wav-file.ts'

const SWEEP_MS = 1000

export type Recorder = {
  start(request: RecordRequest, legs: readonly Leg[]): Promise<Result<null, CannotRecord>>
  /** Silence is written from here on, or speech again: a pause is a gap of its real length, never a cut. */
  pause(recordingId: string, isPaused: boolean): void
  stop(recordingId: string, end: RecordingEnd): Promise<void>
  /** Ends every recording that listens to a leg which is about to be closed. */
  onClosing(leg: Leg): void
  close(): Promise<void>
}

export type RecorderOptions = {
  /** Exists, and nobody else writes to it. */
  readonly folder: string
  readonly clock: Clock
  onReady(ready: RecordingReady): void
}

/** A recorder with nothing to do; its sweep runs on `clock`. */
export function createRecorder({ folder, clock, onReady }: RecorderOptions): Recorder {
  const recordings = new Map<string, Recording>()

  const stop = async (recordingId: string, end: RecordingEnd): Promise<void> => {
    const recording = recordings.get(recordingId)
    if (!recording) return
    recordings.delete(recordingId)
    onReady(await recording.end(end))
  }

  const sweep = clock.every(SWEEP_MS, () => {
    for (const [recordingId, recording] of recordings) {
      const end = recording.sweep()
      if (end) void stop(recordingId, end)
    }
  })

  return {
    stop,
    async start(request, legs) {
      const path = join(folder, `${request.recordingId}.wav`)
      let file: WavFile
      try {
        file = await createWavFile(path, legs.length > 1 ? 2 : 1)
      } catch (error) {
        return cannotRecord(messageOf(error))
      }
      recordings.set(request.recordingId, new Recording(request, legs, { path, file, clock }))
      return ok(null)
    },
    pause(recordingId, isPaused) {
      const recording = recordings.get(recordingId)
      if (recording) recording.isPaused = isPaused
    },
    onClosing(leg) {
      for (const [recordingId, recording] of recordings) {
        if (recording.hears(leg)) void stop(recordingId, 'callEnded')
      }
    },
    async close() {
      sweep.stop()
      await Promise.all([...recordings.keys()].map((recordingId) => stop(recordingId, 'callEnded')))
    },
  }
}
