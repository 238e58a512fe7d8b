/**
 * The ledger at work: decides in memory, writes in batches, answers when what it promised is on disk. One
 * process owns it; everybody else asks over the bus.
 */

import type { Micros, Result } from '../../base/index.ts'
import { noteBelowCost } from './below-cost.ts'
import { createCredit } from './credit.ts'
import { later, type Engine, type Item, type LedgerParts } from './engine.ts'
import { createGroupCommit } from './group-commit.ts'
import { keepTerms } from './keep-terms.ts'
import { meterLedger } from './meter.ts'
import { postAllBilling, postMoney, type MoneyKind } from './post-money.ts'
import type {
  BillingPosting,
  CdrRecord,
  ForgottenRequest,
  Grant,
  PostingFailure,
  PostingRequest,
  Refusal,
  ReserveFailure,
  ReserveRequest,
} from './protocol.ts'
import { noteRefusals } from './refusals.ts'
import { releaseExpired } from './release-expired.ts'
import { readRunning, type RunningCharges } from './running-charges.ts'
import { freeForgotten, holdOn, reserveCall } from './reserve-call.ts'
import { workOffRerates } from './rerate.ts'
import { settleOnce } from './settle-record.ts'
import { writeItems } from './write-items.ts'

const SWEEP_MS = 60_000
const STALE_MS = 30_000

export type Ledger = {
  /** Decided at once; durable with the next batch, which `confirm` waits for. */
  reserve(request: ReserveRequest): Result<Grant, ReserveFailure>
  confirm(cdrId: string, answeredAt: number): Promise<Result<true, ReserveFailure>>
  extend(cdrId: string, elapsedSeconds: number): Promise<Result<Grant, ReserveFailure>>
  /** Ids of the records that are on disk now, whenever they got there. */
  settle(records: readonly CdrRecord[]): Promise<readonly string[]>
  post(kind: MoneyKind, request: PostingRequest): Promise<Result<{ balanceMicros: Micros }, PostingFailure>>
  /** Ids of the postings that are on disk now, whenever they got there. */
  postBilling(postings: readonly BillingPosting[]): Promise<readonly string[]>
  /** Frees what a former switch reserved and has no record of; answered when that is on disk. */
  freeForgotten(request: ForgottenRequest): Promise<Result<{ freed: number }, ReserveFailure>>
  /** Calls that were refused for money lately, and by whom; for the provider's people. */
  refusals(): readonly Refusal[]
  /** What an account's calls in progress have cost so far. */
  running(accountId: string): RunningCharges
  /** Works off the reratings that were asked for; resolves when nothing is left. */
  rerate(): Promise<void>
  notes(): readonly string[]
  /** Writes what waits and stops. */
  close(): Promise<void>
}

/** Opens the ledger. It answers `ledger.unavailable` until accounts and prices were loaded. */
export function openLedger(parts: LedgerParts): Ledger {
  const { db, clock, log } = parts
  const credit = createCredit()
  const terms = keepTerms({ db, clock, log, credit })
  const meter = meterLedger(parts.metrics, credit)
  const commit = createGroupCommit<Item>({
    clock,
    log,
    write: (items) => writeItems(engine, items),
    onBatch: meter.batch,
  })
  meter.waiting(commit.waiting)
  const belowCost = noteBelowCost(parts)
  const refusals = noteRefusals(credit)
  const engine: Engine = { ...parts, credit, terms, commit, meter, belowCost, refusals, onTheWay: new Map() }
  const rerates = workOffRerates(engine)
  void terms.look()
  const sweep = clock.every(SWEEP_MS, () => {
    for (const cdrId of releaseExpired(credit, clock.now(), log)) later(engine, { kind: 'release', cdrId })
  })
  return {
    reserve: (request) => reserveCall(engine, request),
    confirm: (cdrId, answeredAt) => holdOn(engine, cdrId, () => credit.confirm(cdrId, answeredAt)),
    extend: (cdrId, elapsedSeconds) => holdOn(engine, cdrId, () => credit.extend(cdrId, elapsedSeconds)),
    async settle(records) {
      const stored = await Promise.all(records.map((record) => settleOnce(engine, record)))
      return records.filter((_, at) => stored[at]).map((record) => record.id)
    },
    post: (kind, request) => postMoney(engine, kind, request),
    postBilling: (postings) => postAllBilling(engine, postings),
    freeForgotten: (request) => freeForgotten(engine, request),
    refusals: () => refusals.latest(),
    running: (accountId) => readRunning(credit, accountId, clock.now()),
    rerate: () => rerates.look(),
    notes: () => notesOf(engine),
    async close() {
      sweep.stop()
      terms.stop()
      const stopped = rerates.close()
      await belowCost.close()
      await commit.close()
      await stopped
    },
  }
}

function notesOf({ terms, commit }: Engine): readonly string[] {
  const notes: string[] = []
  if (!terms.isReady()) notes.push('accounts and prices are not loaded yet: paid calls are refused')
  else if (terms.ageMs() > STALE_MS) notes.push('accounts and prices could not be refreshed')
  if (commit.isAway())
    notes.push(`the database does not take postings: ${commit.waiting()} wait, paid calls are refused`)
  return notes
}
