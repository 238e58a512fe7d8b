/** What a call would cost today: by a deck's version in force and the plan that a customer has. Changes nothing. */

import { ok, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { InputOf, OutputOf } from '../../platform/http/index.ts'
import { compileRateTable } from '../rating/index.ts'
import { noSuchDeck, noSuchVersion, type NoSuchDeck, type NoSuchVersion } from './errors.ts'
import { rowsFor } from './load-rates.ts'
import type { operations } from './operations.ts'
import { readTariff } from './rate-columns.ts'
import { readDeckHead } from './read-catalog.ts'
import { assignedPlans, readCounters } from './read-plans.ts'
import { simulateCalls } from './simulate.ts'

type Asked = InputOf<typeof operations.testCall>['body']
type Tested = OutputOf<typeof operations.testCall>

/** Rates one call; `now` is when it is answered if it does not say so. */
export async function testCall(
  tx: Tx,
  deckId: string,
  asked: Asked,
  now: number,
): Promise<Result<Tested, NoSuchDeck | NoSuchVersion>> {
  const deck = await readDeckHead(tx, deckId)
  if (!deck) return noSuchDeck
  if (deck.activeVersionId === null) return noSuchVersion
  const version = { tenantId: deck.tenantId, versionId: deck.activeVersionId }
  const { customerId, ...call } = asked
  const rows = await rowsFor(tx, version, { direction: call.direction, number: call.to })
  const table = compileRateTable(rows, await readTariff(tx, version))
  const at = call.answeredAt ?? now
  const assigned = customerId === undefined ? undefined : await planAt(tx, customerId, at)
  const { currency } = deck
  const stage = { table, plan: assigned?.terms, freeClasses: [], currency, counters: assigned?.counters ?? [] }
  const simulated = simulateCalls(stage, [{ ...call, onnet: false }], now)
  return ok({ versionId: version.versionId, currency, call: simulated.calls[0]! })
}

/** A customer's plan at an instant, with what is used of it. */
async function planAt(tx: Tx, customerId: string, at: number) {
  const plans = await assignedPlans(tx, { since: at, tenantIds: [customerId] })
  const assigned = plans.find((one) => one.terms.startedAt <= at)
  if (!assigned) return undefined
  const used = await readCounters(tx, { since: at, assignmentIds: [assigned.assignmentId] })
  return { terms: assigned.terms, counters: used.get(assigned.assignmentId) ?? [] }
}
