/**
 * The ledger at work: decides in memory, writes in batches, answers when what it promised is on disk. One
 * process owns it; everybody else asks over the bus.
 */

import {
  assert,
  FailureError,
  messageOf,
  newId,
  ok,
  type Clock,
  type Log,
  type Metrics,
  type Micros,
  type Result,
} from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import { createCredit, type Credit } from './credit.ts'
import { badAmount, noSuchAccount, unavailable } from './errors.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { keepTerms, LEDGER_LOCK, type TermsKeeper } from './keep-terms.ts'
import { meterLedger, type LedgerMeter } from './meter.ts'
import type {
  CallRated,
  CdrRecord,
  ForgottenRequest,
  Grant,
  PostingFailure,
  PostingRequest,
  ReserveFailure,
  ReserveRequest,
} from './protocol.ts'
import { releaseExpired, releaseForgotten } from './release-expired.ts'
import { priceRecord } from './settle.ts'
import { storable } from './storable.ts'
import { writeBatch, type Batch, type MoneyPosting, type Settlement, type Written } from './write-batch.ts'

export type LedgerParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** A record was stored. */
  readonly onRated: (rated: CallRated) => void
}

export type Ledger = {
  /** Decided at once; durable with the next batch, which `confirm` waits for. */
  reserve(request: ReserveRequest): Result<Grant, ReserveFailure>
  confirm(cdrId: string, answeredAt: number): Promise<Result<true, ReserveFailure>>
  extend(cdrId: string, elapsedSeconds: number): Promise<Result<Grant, ReserveFailure>>
  /** Ids of the records that are on disk now, whenever they got there. */
  settle(records: readonly CdrRecord[]): Promise<readonly string[]>
  post(kind: MoneyPosting['kind'], request: PostingRequest): Promise<Result<{ balanceMicros: Micros }, PostingFailure>>
  /** Frees what a former switch reserved and has no record of; answered when that is on disk. */
  freeForgotten(request: ForgottenRequest): Promise<Result<{ freed: number }, ReserveFailure>>
  notes(): readonly string[]
  /** Writes what waits and stops. */
  close(): Promise<void>
}

/** What waits for the disk. `pending` is the charge that memory counts until the database does. */
type Item =
  | { readonly kind: 'hold' | 'release'; readonly cdrId: string }
  | ({ readonly kind: 'settle'; readonly settlement: Settlement } & Uncertain)
  | ({ readonly kind: 'post'; readonly posting: MoneyPosting } & Uncertain)

type Uncertain = {
  pending: Micros
  /** It was in a batch whose commit was not answered, so that it may be there already. */
  isUnsure: boolean
}

/** Finished calls beyond this number stay with their sender until some are written. */
const WAITING_MAX = 20_000
/** Shorter than the caller's, so that it is told why. */
const PATIENCE_MS = 2500
const SWEEP_MS = 60_000
const STALE_MS = 30_000
const AMOUNT_MAX = 1_000_000_000n * 1_000_000n

type Engine = LedgerParts & {
  readonly credit: Credit
  readonly terms: TermsKeeper
  readonly commit: GroupCommit<Item>
  readonly meter: LedgerMeter
  /** Records and postings on their way, so that one that is sent again waits for the first. */
  readonly onTheWay: Map<string, Promise<boolean>>
}

/** Opens the ledger. It answers `charge.unavailable` until accounts and prices were loaded. */
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
  const engine: Engine = { ...parts, credit, terms, commit, meter, onTheWay: new Map() }
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
    freeForgotten: (request) => freeForgotten(engine, request),
    notes: () => notesOf(engine),
    async close() {
      sweep.stop()
      terms.stop()
      await commit.close()
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

function isAble({ terms, commit }: Engine): boolean {
  return terms.isReady() && !commit.isAway()
}

/** Writes something that nobody waits for. */
function later({ commit, log }: Engine, item: Item): void {
  commit.add(item).catch((error: unknown) => log.error('a reservation could not be written', { error }))
}

function reserveCall(engine: Engine, request: ReserveRequest): Result<Grant, ReserveFailure> {
  const { credit, terms, meter } = engine
  if (!isAble(engine)) return meter.decided(unavailable)
  const account = credit.account(request.accountId)?.terms
  const direction = request.direction === 'inbound' ? 'inbound' : 'outbound'
  const quote = account && terms.quote(account.deckId, direction, request.destination)
  const granted = credit.reserve(request, quote)
  if (granted.ok) later(engine, { kind: 'hold', cdrId: request.cdrId })
  return meter.decided(granted)
}

/**
 * Changes a reservation and answers when the change is on disk. A disk that is slow delays the call, as long as its
 * switch has patience; only new reservations are refused meanwhile.
 */
async function holdOn<T>(
  engine: Engine,
  cdrId: string,
  change: () => Result<T, ReserveFailure>,
): Promise<Result<T, ReserveFailure>> {
  if (!engine.terms.isReady()) return unavailable
  const changed = change()
  if (!changed.ok) return changed
  const { promise, resolve } = Promise.withResolvers<Result<T, ReserveFailure>>()
  const patience = engine.clock.after(PATIENCE_MS, () => resolve(unavailable))
  engine.commit.add({ kind: 'hold', cdrId }).then(
    () => resolve(changed),
    () => resolve(unavailable),
  )
  return promise.finally(() => patience.stop())
}

async function freeForgotten(
  engine: Engine,
  request: ForgottenRequest,
): Promise<Result<{ freed: number }, ReserveFailure>> {
  if (!isAble(engine)) return unavailable
  const forgotten = releaseForgotten(engine.credit, request, engine.log)
  try {
    await Promise.all(forgotten.map((cdrId) => engine.commit.add({ kind: 'release', cdrId })))
    return ok({ freed: forgotten.length })
  } catch {
    return unavailable
  }
}

/** Keeps one attempt for an id on its way; false when it came to nothing. */
function once(engine: Engine, id: string, act: () => Promise<void>): Promise<boolean> {
  const known = engine.onTheWay.get(id)
  if (known) return known
  const work = act()
    .then(
      () => true,
      (error: unknown) => {
        engine.log.warn('not written yet; it will be sent again', { id, error: messageOf(error) })
        return false
      },
    )
    .finally(() => engine.onTheWay.delete(id))
  engine.onTheWay.set(id, work)
  return work
}

function settleOnce(engine: Engine, given: CdrRecord): Promise<boolean> {
  const record = storable(given)
  if (!record) {
    engine.log.error('a call record without id or times was dropped', { callId: given.callId })
    return Promise.resolve(true)
  }
  if (!engine.terms.isReady() || engine.commit.waiting() > WAITING_MAX) return Promise.resolve(false)
  return once(engine, record.id, () => settleRecord(engine, record))
}

async function settleRecord(engine: Engine, record: CdrRecord): Promise<void> {
  const { credit, terms, clock, commit, log } = engine
  const rated = await priceRecord(engine, record)
  const { accountId, chargeMicros, currency } = rated
  const account = accountId === undefined ? undefined : credit.account(accountId)?.terms
  const books = account && terms.books().find(account.tenantPath, currency)
  if (chargeMicros > 0n && !books) {
    log.error('the seller has no books in this currency; the record waits', { accountId, currency })
    await terms.look()
    throw new Error('no books')
  }
  // From here to the queue nothing is awaited: what was set aside becomes a charge at once.
  credit.release(record.id)
  if (accountId !== undefined && chargeMicros > 0n) credit.addPending(accountId, chargeMicros)
  const settlement: Settlement = { rated, postingId: newId(clock), books }
  const item: Item = { kind: 'settle', settlement, pending: chargeMicros, isUnsure: false }
  try {
    await commit.add(item)
  } catch (thrown) {
    forget(engine, accountId, item)
    throw thrown
  }
}

async function postMoney(
  engine: Engine,
  kind: MoneyPosting['kind'],
  request: PostingRequest,
): Promise<Result<{ balanceMicros: Micros }, PostingFailure>> {
  const { credit, terms, commit } = engine
  if (!isAble(engine)) return unavailable
  if (!credit.account(request.accountId)) await terms.look()
  const account = credit.account(request.accountId)?.terms
  const books = account && terms.books().find(account.tenantPath, account.currency)
  if (!account || !books) return noSuchAccount
  const { amountMicros } = request
  const size = amountMicros < 0n ? -amountMicros : amountMicros
  if (size === 0n || size > AMOUNT_MAX || (kind === 'payment' && amountMicros < 0n)) return badAmount
  const owedMicros = kind === 'payment' ? -amountMicros : amountMicros
  const { tenantId, currency } = account
  const posting: MoneyPosting = { request, kind, tenantId, currency, owedMicros, books }
  const done = await once(engine, request.postingId, async () => {
    // What is owed counts at once, what was paid when it is on disk: neither can be spent twice.
    const item: Item = { kind: 'post', posting, pending: owedMicros > 0n ? owedMicros : 0n, isUnsure: false }
    credit.addPending(account.id, item.pending)
    try {
      await commit.add(item)
    } catch (thrown) {
      forget(engine, account.id, item)
      throw thrown
    }
  })
  return done ? ok({ balanceMicros: credit.account(account.id)!.postedMicros }) : unavailable
}

/** Takes back what memory counted for an item that will not be written. */
function forget({ credit }: Engine, accountId: string | undefined, item: Uncertain): void {
  if (accountId !== undefined && item.pending > 0n) credit.written(accountId, item.pending, undefined)
  item.pending = 0n
}

async function writeItems(engine: Engine, items: readonly Item[]): Promise<void> {
  const { db, clock } = engine
  const batch = gather(engine.credit, items)
  let written: Written
  try {
    written = await db.asService(async (tx) => {
      await tx`select pg_advisory_xact_lock(${LEDGER_LOCK})`
      return writeBatch(tx, clock, batch)
    })
  } catch (thrown) {
    const isUnsure = thrown instanceof FailureError && thrown.failure.details?.['isCommitting'] === true
    for (const item of items) if ('isUnsure' in item) item.isUnsure ||= isUnsure
    throw thrown
  }
  for (const item of items) {
    if (item.kind === 'settle') settled(engine, item, written)
    if (item.kind === 'post') forgetPending(engine, item, item.posting.request.accountId, written)
  }
}

/** What a batch writes: reservations as they are now, not as they were when they were queued. */
function gather(credit: Credit, items: readonly Item[]): Batch {
  const settlements = items.flatMap((item) => (item.kind === 'settle' ? item.settlement : []))
  const postings = items.flatMap((item) => (item.kind === 'post' ? item.posting : []))
  const held = new Set(items.flatMap((item) => (item.kind === 'hold' ? item.cdrId : [])))
  const released = items.flatMap((item) => (item.kind === 'release' ? item.cdrId : []))
  return {
    settlements,
    postings,
    reservations: [...held].flatMap((cdrId) => credit.reservation(cdrId) ?? []),
    released: [...released, ...settlements.map(({ rated }) => rated.record.id)],
  }
}

function forgetPending({ credit }: Engine, item: Uncertain, accountId: string | undefined, written: Written): void {
  if (accountId === undefined) return
  assert(item.pending >= 0n, 'only what is owed is counted ahead')
  credit.written(accountId, item.pending, written.balances.get(accountId))
  item.pending = 0n
}

function settled(engine: Engine, item: Item & { kind: 'settle' }, written: Written): void {
  const { record, accountId, chargeMicros, currency, reason } = item.settlement.rated
  forgetPending(engine, item, accountId, written)
  if (!written.stored.has(record.id) && !item.isUnsure) return
  engine.meter.stored(reason)
  const { id: cdrId, tenantId, personId } = record
  engine.onRated({ cdrId, tenantId, personId, chargeMicros, currency })
}
