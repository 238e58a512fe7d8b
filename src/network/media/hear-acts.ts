/** The acts of a backend that listen: digits, recordings, rooms. */

import { ok, type RandomBytes, type Result } from '../../base/index.ts'
import type { MediaBackend, MediaEvent } from './backend.ts'
import type { CallRegistry } from './call-registry.ts'
import { createDigitEar } from './collect-digits.ts'
import { addEar, removeEar, type Ear } from './ear.ts'
import { cannotRecord, unknownCall, type MediaFailure } from './errors.ts'
import type { Leg } from './leg.ts'
import type { Pacer } from './pacer.ts'
import { pressKeys } from './press-keys.ts'
import type { Recorder } from './recorder.ts'
import { createRooms } from './rooms.ts'

export type HearOptions = {
  readonly registry: CallRegistry
  readonly pacer: Pacer
  readonly random: RandomBytes
  /** Undefined where there is no folder for recordings. */
  readonly recorder: Recorder | undefined
  onEvent(event: MediaEvent): void
}

export type HearActs = Pick<
  MediaBackend,
  'collect' | 'press' | 'record' | 'pauseRecording' | 'stopRecording' | 'joinRoom' | 'leaveRoom'
> & {
  /** A leg is about to be closed. */
  onClosing(leg: Leg): void
}

/** What a recording may be called: it becomes the name of a file. */
const RECORDING_ID = /^[\w-]{1,120}$/

/** The listening acts on the calls of a registry. */
export function createHearActs({ registry, pacer, random, recorder, onEvent }: HearOptions): HearActs {
  const rooms = createRooms(pacer, random)
  const digitEars = new WeakMap<Leg, Ear>()

  const collect = (callId: string, leg: Leg, on: boolean): void => {
    const known = digitEars.get(leg)
    if (known) removeEar(leg, known)
    digitEars.delete(leg)
    if (!on) return
    const ear = createDigitEar(leg, (digit) => onEvent({ kind: 'digit', callId, legId: leg.id, digit }))
    digitEars.set(leg, ear)
    addEar(leg, ear)
  }

  return {
    onClosing(leg) {
      recorder?.onClosing(leg)
      rooms.leave(leg)
    },
    async collect({ callId, legId, on }) {
      await registry.find(callId, (call) => {
        const leg = call.legs.get(legId)
        if (leg) collect(callId, leg, on)
      })
    },
    async press({ callId, legId, digits }) {
      const done = await registry.find(callId, (call) => {
        const leg = call.legs.get(legId)
        return leg !== undefined && pressKeys(leg, digits, pacer, random)
      })
      return done ?? false
    },
    async record(request) {
      if (!recorder) return cannotRecord('this media process was given no folder for recordings')
      if (!RECORDING_ID.test(request.recordingId)) return cannotRecord('a recording is named by letters and digits')
      const done = await registry.find(request.callId, async (call): Promise<Result<null, MediaFailure>> => {
        const legs = request.legIds.map((legId) => call.legs.get(legId)).filter((leg) => leg !== undefined)
        return legs.length === request.legIds.length ? recorder.start(request, legs) : unknownCall
      })
      return done ?? unknownCall
    },
    pauseRecording: async ({ recordingId, paused }) => recorder?.pause(recordingId, paused),
    stopRecording: async ({ recordingId }) => recorder?.stop(recordingId, 'stopped'),
    async joinRoom({ callId, legId, roomId, role }) {
      const done = await registry.find(callId, (call) => {
        const leg = call.legs.get(legId)
        if (!leg) return unknownCall
        rooms.join(roomId, leg, role)
        return ok(null)
      })
      return done ?? unknownCall
    },
    async leaveRoom({ callId, legId }) {
      await registry.find(callId, (call) => {
        const leg = call.legs.get(legId)
        if (leg) rooms.leave(leg)
      })
    },
  }
}
