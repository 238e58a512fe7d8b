/** A backend in another process, as seen from `signal`. */

import { FailureError, type Result } from '../../base/index.ts'
import type { Bus, RequestTopic } from '../../platform/bus/index.ts'
import type { MediaBackend } from './backend.ts'
import { mediaTopics } from './bus-topics.ts'
import { mediaUnavailable, type MediaFailure } from './errors.ts'

/** Opening a leg's ports is quick; a caller must not wait long to hear that media is away. */
const TIMEOUT_MS = 2000

/**
 * The backend of the media process `peer`. Acts with a result fail as `media.unavailable` when it does
 * not answer; the others reject with that failure. A lost release is made good by the media timeout.
 */
export function remoteMediaBackend(bus: Bus, peer: string): MediaBackend {
  const ask = async <Request, Value>(
    topic: RequestTopic<Request, Result<Value, MediaFailure>>,
    request: Request,
  ): Promise<Result<Value, MediaFailure>> => {
    const reply = await bus.request(peer, topic, request, { timeoutMs: TIMEOUT_MS })
    return reply.ok ? reply.value : mediaUnavailable(reply.failure.code)
  }
  const need = async <Request, Reply>(topic: RequestTopic<Request, Reply>, request: Request): Promise<Reply> => {
    const reply = await bus.request(peer, topic, request, { timeoutMs: TIMEOUT_MS })
    if (!reply.ok) throw new FailureError(mediaUnavailable(reply.failure.code).failure)
    return reply.value
  }
  return {
    capabilities: () => need(mediaTopics.capabilities, null),
    offer: (request) => ask(mediaTopics.offer, request),
    answer: (request) => ask(mediaTopics.answer, request),
    terminate: (request) => ask(mediaTopics.terminate, request),
    play: (request) => ask(mediaTopics.play, request),
    record: (request) => ask(mediaTopics.record, request),
    joinRoom: (request) => ask(mediaTopics.joinRoom, request),
    press: (request) => need(mediaTopics.press, request),
    collect: async (request) => void (await need(mediaTopics.collect, request)),
    pauseRecording: async (request) => void (await need(mediaTopics.pauseRecording, request)),
    stopRecording: async (request) => void (await need(mediaTopics.stopRecording, request)),
    leaveRoom: async (request) => void (await need(mediaTopics.leaveRoom, request)),
    stop: async (request) => void (await need(mediaTopics.stop, request)),
    release: (callId) => need(mediaTopics.release, { callId }),
    stats: (callId) => need(mediaTopics.stats, { callId }),
    list: () => need(mediaTopics.list, null),
  }
}
