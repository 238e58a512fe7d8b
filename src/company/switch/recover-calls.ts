/** Closes what the former process left open when it died: at its last proven activity, not when it is found. */

import type { Log } from '../../base/index.ts'
import type { MediaBackend } from '../../network/media/index.ts'
import { closeAtLastActivity } from './cdrs.ts'
import type { Spool } from './spool.ts'

/**
 * To be done before the first new call. A call's last activity is its last packet or its last heartbeat, whichever is
 * later. An emergency is answered before its answer is on disk: then media knows of it, which was told before the
 * caller was. Media of calls that nobody carries any more is released. Returns how many records were closed.
 */
export async function recoverCalls(options: { spool: Spool; media: MediaBackend; log: Log }): Promise<number> {
  const { spool, media, log } = options
  const running = await media.list().catch(() => [])
  const heard = new Map(running.map((call) => [call.callId, call]))
  await Promise.all(
    spool.leftOpen.map(({ record, lastActivityAt }) => {
      const { answeredAt, lastPacketAt = 0 } = heard.get(record.callId) ?? {}
      const mediaAnsweredAt = answeredAt === undefined ? undefined : Math.max(answeredAt, record.startedAt)
      const known = { ...record, answeredAt: record.answeredAt ?? mediaAnsweredAt }
      return spool.append({
        kind: 'closed',
        record: closeAtLastActivity(known, Math.max(lastActivityAt, lastPacketAt)),
      })
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
