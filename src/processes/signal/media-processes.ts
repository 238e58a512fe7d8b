/** The media processes `media-1` to `media-N` as one backend, with their events and their comings and goings. */

import { createMediaPool, type MediaPool } from '../../company/switch/index.ts'
import { mediaEvents, remoteMediaBackend, type MediaEvent } from '../../network/media/index.ts'
import type { Bus } from '../../platform/bus/index.ts'

export type MediaListener = {
  onMedia(event: MediaEvent): void
  /** Calls whose media process went away. */
  onMediaLost(callIds: readonly string[]): void
}

/** Joins the media processes; `listener` is asked for at each event, for it is made later. */
export function joinMedia(bus: Bus, count: number, listener: () => MediaListener | undefined): MediaPool {
  const names = Array.from({ length: count }, (_, at) => `media-${at + 1}`)
  const pool = createMediaPool(new Map(names.map((name) => [name, remoteMediaBackend(bus, name)])))
  bus.onPeer((peer, state) => {
    const lost = pool.setUp(peer, state === 'up')
    if (lost.length > 0) listener()?.onMediaLost(lost)
  })
  for (const name of names) bus.subscribe(name, mediaEvents, (event) => listener()?.onMedia(event))
  return pool
}
