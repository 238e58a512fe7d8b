/** From a call's record to the CDRs it leaves, one for each customer that took part. */

import type { CdrRecord } from '../ledger/index.ts'
import type { Call, CallRecord } from './call.ts'

/** A CDR of a call as far as it has come; `endedAt` is `at` while the call goes on. */
function cdrOf(call: Call, record: CallRecord, at: number, quality: string): CdrRecord {
  const side = record.side === 'caller' ? call.caller : call.callee
  const hangup = call.hangup
  return {
    id: record.cdrId,
    callId: call.id,
    tenantId: side.tenantId ?? '',
    accountId: side.accountId,
    personId: side.personId,
    direction: record.direction,
    class: record.reserve && call.grant ? call.grant.class : record.class,
    from: call.caller.number,
    fromName: call.caller.name,
    to: call.callee.number,
    toName: call.callee.name,
    startedAt: call.startedAt,
    ringingAt: call.ringingAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt ?? at,
    endedBy: hangup?.by ?? 'system',
    hangupCause: hangup?.cause ?? 'signal_restart',
    sipStatus: hangup?.status ?? 0,
    reserved: record.reserve !== undefined && call.grant !== undefined,
    estimated: hangup === undefined || hangup.at !== undefined,
    carrierId: call.carrierId,
    sipCallId: call.sipCallId,
    quality,
  }
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
