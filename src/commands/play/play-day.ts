/** One day of a played period: calls are granted, confirmed, talk and are settled, an hour at a time. */

import { newId, type Log, type VirtualClock } from '../../base/index.ts'
import {
  confirmReservation,
  extendReservation,
  noteEvidence,
  reserve,
  settleCalls,
  type CdrRecord,
} from '../../company/ledger/index.ts'
import type { DrawnCall } from './draw-calls.ts'
import type { PlayHouse } from './house.ts'

const HOUR_MS = 3_600_000
const BATCH = 500

export type DayCounts = { calls: number; refused: number; cut: number }

export type DayParts = {
  readonly house: PlayHouse
  readonly clock: VirtualClock
  readonly log: Log
  readonly evidence: string
  /** Calls that go on from the day before. */
  talking: CdrRecord[]
}

/** Sets the clock on the wall; timers do not notice, as a month of looking around is nothing that play needs. */
export function moveTo(clock: VirtualClock, at: number): void {
  clock.setWall(at - clock.now())
}

/** Plays the hours between two instants with the calls that are answered in them. */
export async function playHours(
  parts: DayParts,
  { from, to }: { readonly from: number; readonly to: number },
  calls: readonly DrawnCall[],
): Promise<DayCounts> {
  const counts: DayCounts = { calls: 0, refused: 0, cut: 0 }
  for (let hour = from; hour < to; hour += HOUR_MS) {
    const end = hour + HOUR_MS
    const mine = calls.filter(({ answeredAt }) => answeredAt >= hour && answeredAt < end)
    const begun = await Promise.all(mine.map((call) => begin(parts, call, counts)))
    parts.talking.push(...begun.filter((record) => record !== undefined))
    const over = parts.talking.filter((record) => record.endedAt < end)
    if (over.length === 0) continue
    parts.talking = parts.talking.filter((record) => record.endedAt >= end)
    // Stored as soon as they are over, as far as the books are concerned.
    moveTo(parts.clock, end)
    counts.calls += over.length
    for (let at = 0; at < over.length; at += BATCH) await store(parts, over.slice(at, at + BATCH))
  }
  return counts
}

/** A call asks for leave, is answered, and asks again while it goes on; the end of its last grant is its end. */
async function begin({ house, clock }: DayParts, call: DrawnCall, counts: DayCounts): Promise<CdrRecord | undefined> {
  const { caller, to, answeredAt, seconds } = call
  const cdrId = newId(clock)
  if (call.isOnnet) return recordOf(call, cdrId, seconds)
  const request = { cdrId, callId: `play-${answeredAt}`, accountId: caller.accountId, direction: 'outbound' as const }
  const asked = await house.bus.request('charge', reserve, { ...request, destination: to, at: answeredAt })
  if (!asked.ok || !asked.value.ok) {
    counts.refused += 1
    return undefined
  }
  await house.bus.request('charge', confirmReservation, { cdrId, answeredAt })
  let grant = asked.value.value
  while (grant.grantedSeconds < seconds && !grant.final) {
    const more = await house.bus.request('charge', extendReservation, { cdrId, elapsedSeconds: grant.grantedSeconds })
    if (!more.ok || !more.value.ok || more.value.value.grantedSeconds <= grant.grantedSeconds) break
    grant = more.value.value
  }
  if (grant.grantedSeconds < seconds) counts.cut += 1
  return recordOf(call, cdrId, Math.min(seconds, grant.grantedSeconds))
}

function recordOf(call: DrawnCall, id: string, seconds: number): CdrRecord {
  const { caller, from, to, isOnnet, answeredAt } = call
  return {
    id,
    callId: `play-${answeredAt}`,
    tenantId: caller.tenantId,
    accountId: caller.accountId,
    personId: undefined,
    direction: isOnnet ? 'internal' : 'outbound',
    class: isOnnet ? 'onnet' : 'domestic',
    from,
    fromName: caller.name,
    to,
    toName: '',
    startedAt: answeredAt - 4000,
    ringingAt: answeredAt - 2500,
    answeredAt,
    endedAt: answeredAt + seconds * 1000,
    endedBy: 'caller',
    hangupCause: 'normal',
    sipStatus: 200,
    reserved: !isOnnet,
    estimated: false,
    carrierId: undefined,
    sipCallId: `${answeredAt}@play`,
    quality: '',
  }
}

async function store({ house, evidence, log }: DayParts, records: readonly CdrRecord[]): Promise<void> {
  const answer = await house.bus.request('charge', settleCalls, { records }, { timeoutMs: 30_000 })
  const stored = new Set(answer.ok ? answer.value.stored : [])
  if (stored.size < records.length) log.warn('some calls were not stored', { count: records.length - stored.size })
  await noteEvidence(
    evidence,
    records.filter((record) => stored.has(record.id)),
  )
}
