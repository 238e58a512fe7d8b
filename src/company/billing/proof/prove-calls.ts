/** "Signalling = rated calls": every call that signalling handed over is there as it was, and no other is. */

import { signalledFacts, recheckCharges, type SignalledCall } from '../../ledger/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Finding } from './finding.ts'
import type { ProvedCall } from './read-month.ts'

/** By the id of the record; a call that was corrected has several lines. */
export type Evidence = ReadonlyMap<string, readonly SignalledCall[]>

/** What is wrong with some calls beside what signalling and their decks say; at most one finding for each. */
export async function proveCalls(
  tx: Tx,
  calls: readonly ProvedCall[],
  evidence: Evidence | undefined,
): Promise<readonly Finding[]> {
  const differing = await recheckCharges(
    tx,
    calls.map((call) => call.id),
  )
  return calls.flatMap((call): Finding[] => {
    const told = evidence && signalledDifference(call, evidence)
    if (told) return [finding(call, 'signalling', 'call', call.id, told)]
    const stored = storedDifference(call)
    if (stored) return [finding(call, 'rating', 'call', call.id, stored)]
    const rated = differing.get(call.id)?.filter((one) => !one.includes('posted in the ledger'))
    if (!rated || rated.length === 0) return []
    const level = /^level (\d+): /.exec(rated[0]!)?.[1]
    const ofCall = level === undefined
    return [
      finding(call, 'rating', ofCall ? 'call' : 'charge', ofCall ? call.id : `${call.id}/${level}`, rated.join('; ')),
    ]
  })
}

function finding(
  { tenantId }: ProvedCall,
  equality: Finding['equality'],
  record: Finding['record'],
  id: string,
  message: string,
): Finding {
  return { equality, record, id, tenantId, message }
}

function signalledDifference(call: ProvedCall, evidence: Evidence): string | undefined {
  const lines = evidence.get(call.id)
  if (!lines) return 'signalling knows of no such call'
  const facts = signalledFacts({
    ...call,
    accountId: call.accountId ?? undefined,
    personId: call.personId ?? undefined,
    answeredAt: call.answeredAt ?? undefined,
    carrierId: call.carrierId ?? undefined,
  })
  const isForgotten = call.anonymisedAt !== null
  const fits = lines.some((line) => line.facts === facts.facts && (isForgotten || line.personal === facts.personal))
  if (fits) return undefined
  const factsFit = lines.some((line) => line.facts === facts.facts)
  return factsFit
    ? 'the numbers or names of the call are not those that signalling handed over'
    : 'times, parties or outcome of the call are not those that signalling handed over'
}

const LATE_MS = 5 * 60_000

function storedDifference(call: ProvedCall): string | undefined {
  if (call.occurredAt !== (call.answeredAt ?? call.startedAt)) return 'it is counted at another instant than its answer'
  if (call.accountCurrency !== null && call.currency !== call.accountCurrency) {
    return `its charge is in ${call.currency}, its account in ${call.accountCurrency}`
  }
  const wasLate = call.storedAt >= call.endedAt + LATE_MS
  if (call.assignedPeriod !== null && !wasLate) return `it came in time, and is assigned to ${call.assignedPeriod}`
  return undefined
}

/** Calls of the month that signalling handed over and that are not there. */
export function missingCalls(
  evidence: Evidence,
  seen: ReadonlySet<string>,
  isOfMonth: (call: SignalledCall) => boolean,
): readonly Finding[] {
  return [...evidence.values()].flatMap(([call]): Finding[] => {
    if (!call || seen.has(call.cdrId) || !isOfMonth(call)) return []
    const message = `signalling handed over a call of ${call.occurredAt}, and there is no record of it`
    return [{ equality: 'signalling', record: 'call', id: call.cdrId, tenantId: call.tenantId, message }]
  })
}
