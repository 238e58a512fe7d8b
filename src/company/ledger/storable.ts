/**
 * Makes a record fit its columns. It comes over the bus from our own switch, but texts in it come from the
 * network; one record that cannot be stored would hold up everybody's.
 */

import { isId } from '../../base/index.ts'
import type { CdrRecord } from './protocol.ts'

const TEXT_MAX = 200
const CAUSE_MAX = 60
const SIP_CALL_ID_MAX = 300
const QUALITY_MAX = 65_536

/** A text without NUL and lone surrogates, which PostgreSQL refuses, cut to `most` characters. */
function text(value: string, most = TEXT_MAX): string {
  const clean = value.replaceAll('\0', '').slice(0, most)
  return clean.isWellFormed() ? clean : clean.toWellFormed()
}

function quality(value: string): string {
  if (value === '' || value.length > QUALITY_MAX || value.includes('\\u0000')) return ''
  try {
    JSON.parse(value)
    return value
  } catch {
    return ''
  }
}

const idOrNone = (value: string | undefined): string | undefined =>
  value !== undefined && isId(value) ? value : undefined

/** The record, cut to size and set right where its times contradict each other; undefined when its id is none. */
export function storable(record: CdrRecord): CdrRecord | undefined {
  if (!isId(record.id) || !Number.isFinite(record.startedAt) || !Number.isFinite(record.endedAt)) return undefined
  const answeredAt = record.answeredAt
  return {
    ...record,
    callId: text(record.callId),
    accountId: idOrNone(record.accountId),
    personId: idOrNone(record.personId),
    carrierId: idOrNone(record.carrierId),
    from: text(record.from),
    fromName: text(record.fromName),
    to: text(record.to),
    toName: text(record.toName),
    endedAt: Math.max(record.endedAt, answeredAt ?? record.startedAt),
    hangupCause: text(record.hangupCause, CAUSE_MAX),
    sipCallId: text(record.sipCallId, SIP_CALL_ID_MAX),
    sipStatus: Number.isInteger(record.sipStatus) ? record.sipStatus : 0,
    quality: quality(record.quality),
  }
}
