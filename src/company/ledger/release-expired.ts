/** Reservations whose end will never be told are freed: no crash may lock up a customer's money for ever. */

import type { Log } from '../../base/index.ts'
import type { Credit } from './credit.ts'
import type { ForgottenRequest } from './protocol.ts'

/** No network lets a telephone ring longer. */
const RINGING_MAX_MS = 15 * 60_000
/** A record may be spooled for a day on the machine of a switch that is down; one that comes later is still charged. */
const SPOOLED_MAX_MS = 24 * 3_600_000

/** Frees what ran out and returns the CDR ids. */
export function releaseExpired(credit: Credit, now: number, log: Log): readonly string[] {
  const expired: string[] = []
  for (const { cdrId, reservedAt, answeredAt, paidSeconds } of credit.reservations()) {
    const end =
      answeredAt === undefined ? reservedAt + RINGING_MAX_MS : answeredAt + paidSeconds * 1000 + SPOOLED_MAX_MS
    if (now > end) expired.push(cdrId)
  }
  for (const cdrId of expired) {
    credit.release(cdrId)
    log.warn('a reservation was freed: nobody told how its call ended', { cdrId })
  }
  return expired
}

/** Frees what a switch that died had reserved and never told anybody of, and returns the CDR ids. */
export function releaseForgotten(credit: Credit, request: ForgottenRequest, log: Log): readonly string[] {
  const { startedAt } = request
  const kept = new Set(request.cdrIds)
  const all = [...credit.reservations()].filter(({ cdrId, reservedAt }) => reservedAt < startedAt && !kept.has(cdrId))
  const forgotten = all.map(({ cdrId }) => cdrId)
  for (const cdrId of forgotten) credit.release(cdrId)
  if (forgotten.length > 0)
    log.warn('reservations of calls that died with the switch were freed', { cdrIds: forgotten })
  return forgotten
}
