/** Closes what the former process left open when it died: at its last proven activity, not when it is found. */

import type { Log } from '../../base/index.ts'
import type { MediaBackend } from '../../network/media/index.ts'
import { closeAtLastActivity } from './cdrs.ts'
import type { Spool } from './spool.ts'

/**
 * To be done before the first new call. A call's last activity is its last packet or its last
 * heartbeat, whichever is later. Media of calls that nobody carries any more is released.
 * Returns how many records were closed.
 */
export async function recoverCalls(options: { spool: Spool; media: MediaBackend; log: Log }): Promise<number> {
  const { spool, media, log } = options
  const running = await media.list().catch(() => [])
  const lastPacketAt = new Map(running.map((call) => [call.callId, call.lastPacketAt ?? 0]))
  await Promise.all(
    spool.leftOpen.map(({ record, lastActivityAt }) => {
      const activeAt = Math.max(lastActivityAt, lastPacketAt.get(record.callId) ?? 0)
      return spool.append({ kind: 'closed', record: closeAtLastActivity(record, activeAt) })
    }),
  )
  const released = await Promise.allSettled(running.map(({ callId }) => media.release(callId)))
  const failed = released.filter((one) => one.status === 'rejected').length
  if (failed > 0) log.warn('media of former calls was not released; it will time out', { failed })
  if (spool.leftOpen.length > 0) {
    log.warn('calls that a crash left open were closed at their last activity', { records: spool.leftOpen.length })
  }
  return spool.leftOpen.length
}
