/**
 * What signalling says of a finished call, as a line of its own beside the books: written where calls end, never read
 * by charging, so that a record that is changed or lost afterwards does not fit it any more. Numbers and names are in a
 * hash of their own, which is not asked any more when they were forgotten.
 */

import { createHash } from 'node:crypto'
import { isoInstant } from '../../base/index.ts'
import type { CdrRecord } from './protocol.ts'
import { storable } from './storable.ts'

export type SignalledCall = {
  readonly cdrId: string
  readonly tenantId: string
  /** The answer, or the start of a call without one, as an instant in UTC. */
  readonly occurredAt: string
  readonly facts: string
  readonly personal: string
}

/** The facts of a record that both sides have. */
export type CallFacts = Pick<
  CdrRecord,
  | 'id'
  | 'tenantId'
  | 'accountId'
  | 'personId'
  | 'callId'
  | 'direction'
  | 'from'
  | 'fromName'
  | 'to'
  | 'toName'
  | 'startedAt'
  | 'answeredAt'
  | 'endedAt'
  | 'endedBy'
  | 'hangupCause'
  | 'sipStatus'
  | 'sipCallId'
  | 'carrierId'
>

function hashOf(parts: readonly (string | number | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)
}

/** The facts of a record as hashes. */
export function signalledFacts(call: CallFacts): SignalledCall {
  const { id, tenantId, accountId, direction, startedAt, answeredAt, endedAt, endedBy, hangupCause, sipStatus } = call
  const times = [startedAt, answeredAt ?? null, endedAt].map((at) => (at === null ? '' : isoInstant(at)))
  return {
    cdrId: id,
    tenantId,
    occurredAt: isoInstant(answeredAt ?? startedAt),
    facts: hashOf([id, tenantId, accountId, direction, ...times, endedBy, hangupCause, sipStatus, call.carrierId]),
    personal: hashOf([call.callId, call.personId, call.from, call.fromName, call.to, call.toName, call.sipCallId]),
  }
}

/** The line that signalling keeps of a record it handed over; undefined for one that cannot be stored. */
export function signalledLine(record: CdrRecord): string | undefined {
  const kept = storable(record)
  if (!kept) return undefined
  const { cdrId, tenantId, occurredAt, facts, personal } = signalledFacts(kept)
  return `${occurredAt} ${cdrId} ${tenantId} ${facts} ${personal}\n`
}

/** Reads such a line; undefined for one that is cut or none. */
export function readSignalledLine(line: string): SignalledCall | undefined {
  const [occurredAt, cdrId, tenantId, facts, personal, ...more] = line.split(' ')
  if (!occurredAt || !cdrId || !tenantId || !facts || personal?.length !== 22 || more.length > 0) return undefined
  return { cdrId, tenantId, occurredAt, facts, personal }
}
