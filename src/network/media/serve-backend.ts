/** Offers a backend to other processes: every act as a request, every event as a publication. */

import type { Bus } from '../../platform/bus/index.ts'
import type { MediaBackend } from './backend.ts'
import { mediaTopics } from './bus-topics.ts'

/** Answers the media topics on this process's bus from `backend`. */
export function serveMediaBackend(bus: Bus, backend: MediaBackend): void {
  bus.serve(mediaTopics.capabilities, () => backend.capabilities())
  bus.serve(mediaTopics.offer, (request) => backend.offer(request))
  bus.serve(mediaTopics.answer, (request) => backend.answer(request))
  bus.serve(mediaTopics.terminate, (request) => backend.terminate(request))
  bus.serve(mediaTopics.play, (request) => backend.play(request))
  bus.serve(mediaTopics.stop, async (request) => {
    await backend.stop(request)
    return null
  })
  bus.serve(mediaTopics.release, ({ callId }) => backend.release(callId))
  bus.serve(mediaTopics.stats, ({ callId }) => backend.stats(callId))
  bus.serve(mediaTopics.list, () => backend.list())
}
