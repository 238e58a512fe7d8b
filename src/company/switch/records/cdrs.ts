/** From a call's record to the CDRs it leaves, one for each customer that took part. */

import type { CdrRecord } from '../../ledger/index.ts'
import type { Call, CallRecord } from '../calls/call.ts'

/** A CDR of a call as far as it has come; `endedAt` is `at` while the call goes on. */
function cdrOf(call: Call, record: CallRecord, at: number, quality: string): CdrRecord {
  const { owner, from, to, closed } = record
  const hangup = closed?.hangup ?? call.hangup
  // Whom a caller did not want to tell his number does not read it in his report either.
  const isHidden = from.isPrivate === true && owner.tenantId !== from.tenantId
  const endedAt = closed?.at ?? call.endedAt ?? at
  return {
    id: record.cdrId,
    callId: call.id,
    tenantId: owner.tenantId ?? '',
    accountId: owner.accountId,
    personId: owner.personId,
    direction: record.direction,
    class: record.grant?.class ?? record.class,
    from: isHidden ? 'anonymous' : from.number,
    fromName: isHidden ? '' : from.name,
    to: to.number,
    toName: to.name,
    startedAt: record.startedAt,
    ringingAt: ringingOf(call, record),
    answeredAt: record.answeredAt,
    endedAt: Math.max(endedAt, record.answeredAt ?? record.startedAt),
    endedBy: hangup?.by ?? 'system',
    hangupCause: hangup?.cause ?? 'signal_restart',
    sipStatus: hangup?.status ?? 0,
    reserved: record.grant !== undefined,
    estimated: hangup === undefined || hangup.at !== undefined,
    carrierId: record.carrierId,
    sipCallId: call.sipCallId,
    quality,
    verstat: record.direction === 'inbound' ? call.identity?.verstat : undefined,
  }
}

/** What rang before a record began was not rung for it. */
function ringingOf({ ringingAt }: Call, { startedAt, closed }: CallRecord): number | undefined {
  if (ringingAt === undefined || ringingAt < startedAt) return undefined
  return closed && ringingAt > closed.at ? undefined : ringingAt
}

/** The CDRs of a call; `quality` is the media statistics as JSON text, empty when there was no media. */
export function cdrsOf(call: Call, at: number, quality = ''): CdrRecord[] {
  return call.records.map((record) => cdrOf(call, record, at, quality))
}

/** Closes a CDR whose call was cut by a crash of ours, at its last proven activity (field of `estimated`). */
export function closeAtLastActivity(open: CdrRecord, lastActivityAt: number): CdrRecord {
  const endedAt = Math.max(lastActivityAt, open.answeredAt ?? open.startedAt)
  return { ...open, endedAt, endedBy: 'system', hangupCause: 'signal_restart', estimated: true }
}
