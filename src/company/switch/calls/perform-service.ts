/** Performs what the script of a service asks of media; what cannot be done ends what it waits for. */

import type { Call, CallAction } from './call.ts'
import type { AnyEvent, Entry, ExecutorOptions } from './execution.ts'

type ServiceAction = Extract<CallAction, { kind: 'stop' | 'collect' | 'record' | 'endRecording' | 'enterRoom' }>

/** Performs one action on the media of a served caller. */
export function performForService(
  { media, services, log }: ExecutorOptions,
  entry: Entry,
  action: ServiceAction,
  report: (outcome: AnyEvent) => void,
): void {
  const { call } = entry
  const callId = call.id
  const gone = (error: unknown): void => log.warn('media did not do what a service wants', { callId, error })
  switch (action.kind) {
    case 'stop':
      return void media.stop({ callId, legId: action.legId }).catch(gone)
    case 'collect':
      return void media.collect({ callId, legId: action.legId, on: action.on }).catch(gone)
    case 'record': {
      const { legId, keep, maxMs, silenceMs } = action
      const recordingId = services.nameRecording(keep)
      entry.recordingId = recordingId
      const failed = (): void => report({ kind: 'recorded', spokenMs: 0 })
      const request = { callId, recordingId, legIds: [legId], maxMs, silenceMs }
      return void media.record(request).then((result) => !result.ok && failed(), failed)
    }
    case 'endRecording': {
      const { recordingId } = entry
      if (recordingId !== undefined) void media.stopRecording({ callId, recordingId }).catch(gone)
      return
    }
    case 'enterRoom': {
      const { legId, roomId, isMuted } = action
      const role = { speaksTo: isMuted ? 'none' : 'all' } as const
      return void media.joinRoom({ callId, legId, roomId, role }).then(undefined, gone)
    }
  }
}

/** Whether a key belongs to the one whom a service speaks with. */
export function isServedLeg(call: Call | undefined, legId: string): boolean {
  return call?.state === 'serving' && call.callerLeg === legId
}
