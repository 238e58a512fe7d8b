/** The process that owns the ledger: answers `signal` and `office` over the bus, tells of every stored record. */

import { ok, type Result } from '../../base/index.ts'
import { openDb } from '../../platform/db/index.ts'
import {
  callRated,
  confirmReservation,
  explainCharge,
  explainTransaction,
  extendReservation,
  freeForgotten,
  latestRefusals,
  ledgerFaults,
  lookAtRerates,
  openLedger,
  postAdjustment,
  postBilling,
  postPayment,
  reserve,
  returnPayment,
  runningCharges,
  settleCalls,
} from '../../company/ledger/index.ts'
import type { ProcessParts, RunningProcess } from '../parts.ts'
import { startProving } from './prove-books.ts'

/** A batch, a look at the change feed, and a late record's price at the same time. */
const CONNECTIONS = 3
/** A server that is away is found out quickly: callers wait two seconds at most. */
const PATIENCE_MS = 400
const STATEMENT_TIMEOUT_MS = 10_000

/** Starts charging; without PostgreSQL it refuses paid calls, and catches up when the server comes. */
export async function runCharge(parts: ProcessParts): Promise<Result<RunningProcess>> {
  const { databaseUrl, bus, clock, log, metrics } = parts
  const db = await openDb({
    url: databaseUrl,
    role: 'charge',
    clock,
    log,
    max: CONNECTIONS,
    connect: 'later',
    patienceMs: PATIENCE_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  if (!db.ok) return db
  const prover = await startProving({ url: databaseUrl, clock, log })
  if (!prover.ok) {
    await db.value.close()
    return prover
  }
  const ledger = openLedger({
    db: db.value,
    clock,
    log,
    metrics,
    onRated: (rated) => bus.publish(callRated, rated),
  })
  bus.serve(reserve, (request) => ledger.reserve(request))
  bus.serve(confirmReservation, ({ cdrId, answeredAt }) => ledger.confirm(cdrId, answeredAt))
  bus.serve(extendReservation, ({ cdrId, elapsedSeconds }) => ledger.extend(cdrId, elapsedSeconds))
  bus.serve(freeForgotten, (request) => ledger.freeForgotten(request))
  bus.serve(runningCharges, ({ accountId }) => ledger.running(accountId))
  bus.serve(settleCalls, async ({ records }) => ({ stored: await ledger.settle(records) }))
  bus.serve(postPayment, (request) => ledger.post('payment', request))
  bus.serve(returnPayment, (request) => ledger.post('return', request))
  bus.serve(postBilling, async ({ postings }) => ({ posted: await ledger.postBilling(postings) }))
  bus.serve(postAdjustment, (request) => ledger.post('adjustment', request))
  bus.serve(
    explainCharge,
    async ({ cdrId }) => (await db.value.asService((tx) => explainTransaction(tx, cdrId))) ?? null,
  )
  bus.serve(lookAtRerates, () => {
    void ledger.rerate()
    return true
  })
  bus.serve(latestRefusals, () => ledger.refusals())
  bus.serve(ledgerFaults, () => prover.value.prove())
  return ok({
    notes: () => [...ledger.notes(), ...prover.value.notes()],
    async close() {
      await ledger.close()
      await prover.value.close()
      await db.value.close()
    },
  })
}
