/** The media plane on the bus: one topic for each act of `MediaBackend`, and one for its events. */

import type { Result } from '../../base/index.ts'
import { eventTopic, requestTopic } from '../../platform/bus/index.ts'
import type { LegMediaStats, MediaBackend, MediaCallId, MediaCallSummary, MediaEvent } from './backend.ts'
import type { MediaFailure } from './errors.ts'

type RequestOf<Act extends keyof MediaBackend> = Parameters<MediaBackend[Act]>[0]
type SdpResult = Result<string, MediaFailure>

export const mediaTopics = {
  capabilities: requestTopic<null, Awaited<ReturnType<MediaBackend['capabilities']>>>('media.capabilities'),
  offer: requestTopic<RequestOf<'offer'>, SdpResult>('media.offer'),
  answer: requestTopic<RequestOf<'answer'>, SdpResult>('media.answer'),
  terminate: requestTopic<RequestOf<'terminate'>, SdpResult>('media.terminate'),
  play: requestTopic<RequestOf<'play'>, Result<{ durationMs: number }, MediaFailure>>('media.play'),
  press: requestTopic<RequestOf<'press'>, boolean>('media.press'),
  collect: requestTopic<RequestOf<'collect'>, null>('media.collect'),
  record: requestTopic<RequestOf<'record'>, Result<null, MediaFailure>>('media.record'),
  pauseRecording: requestTopic<RequestOf<'pauseRecording'>, null>('media.pause_recording'),
  stopRecording: requestTopic<RequestOf<'stopRecording'>, null>('media.stop_recording'),
  joinRoom: requestTopic<RequestOf<'joinRoom'>, Result<null, MediaFailure>>('media.join_room'),
  leaveRoom: requestTopic<RequestOf<'leaveRoom'>, null>('media.leave_room'),
  stop: requestTopic<RequestOf<'stop'>, null>('media.stop'),
  release: requestTopic<{ readonly callId: MediaCallId }, readonly LegMediaStats[]>('media.release'),
  stats: requestTopic<{ readonly callId: MediaCallId }, readonly LegMediaStats[]>('media.stats'),
  list: requestTopic<null, readonly MediaCallSummary[]>('media.list'),
} as const

/** Subscribe to a media process for these; missed ones are told again where that matters (`mediaTimeout`). */
export const mediaEvents = eventTopic<MediaEvent>('media.event')
