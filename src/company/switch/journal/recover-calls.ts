/**
 * What becomes of the calls of a process that died: those whose audio goes on are carried on, every other one is closed
 * at its last proven activity, not when it is found.
 */

import type { Clock, Log } from '../../../base/index.ts'
import type { MediaBackend, MediaCallSummary } from '../../../network/media/index.ts'
import { closeAtLastActivity } from '../records/cdrs.ts'
import type { Journal, KeptCall } from './journal.ts'
import type { Spool } from '../records/spool.ts'

/** A conversation to be carried on, and when it was answered by the monotonic clock of now. */
export type CarriedCall = { readonly kept: KeptCall; readonly answeredMs: number }

type Remains = {
  readonly spool: Spool
  readonly media: MediaBackend
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
}

/**
 * To be done before the first new call. A call's last activity is its last packet or its last heartbeat, whichever is
 * later. An emergency is answered before its answer is on disk: then media knows of it, which was told before the
 * caller was. Media of calls that nobody carries any more is released. Returns the calls to be carried on.
 */
export async function recoverCalls(remains: Remains): Promise<readonly CarriedCall[]> {
  const { spool, media, journal, log } = remains
  const running = await media.list().catch(() => [])
  const heard = new Map(running.map((call) => [call.callId, call]))
  const carried = carriedCalls(remains, heard)
  const goingOn = new Set(carried.map(({ kept }) => kept.call.id))
  for (const callId of journal.left.keys()) if (!goingOn.has(callId)) journal.drop(callId)
  const open = new Set(carried.flatMap(({ kept }) => kept.call.records.map(({ cdrId }) => cdrId)))
  const over = spool.leftOpen.filter(({ record }) => !open.has(record.id))
  await Promise.all(
    over.map(({ record, lastActivityAt }) => {
      const { answeredAt, lastPacketAt = 0 } = heard.get(record.callId) ?? {}
      const mediaAnsweredAt = answeredAt === undefined ? undefined : Math.max(answeredAt, record.startedAt)
      const known = { ...record, answeredAt: record.answeredAt ?? mediaAnsweredAt }
      return spool.append({
        kind: 'closed',
        record: closeAtLastActivity(known, Math.max(lastActivityAt, lastPacketAt)),
      })
    }),
  )
  const nobodys = running.filter(({ callId }) => !goingOn.has(callId))
  const released = await Promise.allSettled(nobodys.map(({ callId }) => media.release(callId)))
  const failed = released.filter((one) => one.status === 'rejected').length
  if (failed > 0) log.warn('media of former calls was not released; it will time out', { failed })
  if (over.length > 0) {
    log.warn('calls that a crash left open were closed at their last activity', { records: over.length })
  }
  if (carried.length > 0) log.info('calls of before the start are carried on', { calls: carried.length })
  return carried
}

/** Those of the journal that go on: media still has them, and a record of them is open. */
function carriedCalls(
  { spool, journal, clock }: Remains,
  heard: ReadonlyMap<string, MediaCallSummary>,
): readonly CarriedCall[] {
  const open = new Set(spool.leftOpen.map(({ record }) => record.id))
  const ended = new Set(spool.closed(Infinity).map((record) => record.id))
  return [...journal.left.values()].flatMap((kept) => {
    const { call } = kept
    const isEmergency = call.route.kind === 'emergency'
    const media = heard.get(call.id)
    // Without a relay only an emergency talks. Media counted from the answer by a clock that nobody can set.
    const answeredAt = call.direct ? call.answeredAt : media?.answeredAt
    const among = (ids: ReadonlySet<string>): boolean => call.records.some(({ cdrId }) => ids.has(cdrId))
    const hasRecord = among(open) || (isEmergency && !among(ended))
    if (answeredAt === undefined || call.answeredAt === undefined || !hasRecord) return []
    return [{ kept, answeredMs: clock.monotonic() - Math.max(0, clock.now() - answeredAt) }]
  })
}
