/** Offers a backend to other processes: every act as a request, every event as a publication. */

import type { Bus, RequestTopic } from '../../platform/bus/index.ts'
import type { MediaBackend } from './backend.ts'
import { mediaTopics } from './bus-topics.ts'

/** Answers the media topics on this process's bus from `backend`. */
export function serveMediaBackend(bus: Bus, backend: MediaBackend): void {
  bus.serve(mediaTopics.capabilities, () => backend.capabilities())
  bus.serve(mediaTopics.offer, (request) => backend.offer(request))
  bus.serve(mediaTopics.answer, (request) => backend.answer(request))
  bus.serve(mediaTopics.terminate, (request) => backend.terminate(request))
  bus.serve(mediaTopics.play, (request) => backend.play(request))
  bus.serve(mediaTopics.press, (request) => backend.press(request))
  bus.serve(mediaTopics.record, (request) => backend.record(request))
  bus.serve(mediaTopics.joinRoom, (request) => backend.joinRoom(request))
  serveSilent(bus, mediaTopics.stop, (request) => backend.stop(request))
  serveSilent(bus, mediaTopics.collect, (request) => backend.collect(request))
  serveSilent(bus, mediaTopics.pauseRecording, (request) => backend.pauseRecording(request))
  serveSilent(bus, mediaTopics.stopRecording, (request) => backend.stopRecording(request))
  serveSilent(bus, mediaTopics.leaveRoom, (request) => backend.leaveRoom(request))
  bus.serve(mediaTopics.release, ({ callId }) => backend.release(callId))
  bus.serve(mediaTopics.stats, ({ callId }) => backend.stats(callId))
  bus.serve(mediaTopics.list, () => backend.list())
}

/** Serves an act that tells nothing but its end. */
function serveSilent<Request>(
  bus: Bus,
  topic: RequestTopic<Request, null>,
  act: (request: Request) => Promise<void>,
): void {
  bus.serve(topic, async (request) => {
    await act(request)
    return null
  })
}
