/**
 * What was decided, made durable: call records, postings with their entries, balances and reservations of one
 * batch in one transaction of a few statements. Writing the same batch again changes nothing, so a batch whose
 * commit was not answered is simply written again.
 */

import { assert, isoInstant, type Clock, type Currency, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Books } from './books.ts'
import type { Reservation } from './credit.ts'
import { insertRows, type Columns } from './insert-rows.ts'
import type { PostingRequest } from './protocol.ts'
import type { Settlement } from './price-levels.ts'
import { insertCharges } from './write-charges.ts'
import { removeReservations, upsertReservations } from './write-reservations.ts'

/** Money from outside a call, its amount as it changes what the customer owes. */
export type MoneyPosting = {
  readonly request: PostingRequest
  readonly kind: 'payment' | 'adjustment'
  readonly tenantId: string
  readonly currency: Currency
  readonly owedMicros: Micros
  readonly books: Books
}

export type Batch = {
  readonly settlements: readonly Settlement[]
  readonly postings: readonly MoneyPosting[]
  readonly reservations: readonly Reservation[]
  /** CDR ids whose reservations are gone. */
  readonly released: readonly string[]
}

export type Written = {
  /** Records that were not stored before. */
  readonly stored: ReadonlySet<string>
  /** What each account of the batch owes now. */
  readonly balances: ReadonlyMap<string, Micros>
}

type Posting = {
  readonly id: string
  readonly tenantId: string
  readonly kind: 'usage' | 'payment' | 'adjustment'
  readonly occurredAt: number
  readonly cdrId: string | null
  readonly reason: string
  readonly createdBy: string | null
  readonly moves: readonly Move[]
}

/** What one account owes more, and the book of its seller that the money comes from. */
type Move = {
  readonly tenantId: string
  readonly accountId: string
  readonly currency: Currency
  readonly owedMicros: Micros
  readonly book: { readonly accountId: string; readonly tenantId: string }
}

type Entry = {
  readonly postingId: string
  readonly line: number
  readonly tenantId: string
  readonly accountId: string
  readonly currency: Currency
  readonly amountMicros: Micros
}

/** Writes a batch; the caller commits. */
export async function writeBatch(tx: Tx, clock: Clock, batch: Batch): Promise<Written> {
  const at = clock.now()
  const [stored] = await Promise.all([
    insertRecords(tx, at, batch.settlements),
    upsertReservations(tx, batch.reservations),
    removeReservations(tx, batch.released),
    insertCharges(tx, batch.settlements),
  ])
  const usage = batch.settlements.filter(({ rated }) => stored.has(rated.record.id)).flatMap(usagePosting)
  const fresh = await insertPostings(tx, at, [...usage, ...batch.postings.map(moneyPosting)])
  await insertEntries(tx, fresh)
  await addToBalances(tx, at, fresh)
  const touched = [
    ...batch.settlements.flatMap(({ levels }) => levels.map((level) => level.accountId)),
    ...batch.postings.map((posting) => posting.request.accountId),
  ]
  return { stored, balances: await readBalances(tx, touched) }
}

function usagePosting({ rated, postingId: id, levels }: Settlement): Posting[] {
  const { record, occurredAt } = rated
  const moves = levels.flatMap(({ tenantId, accountId, currency, chargeMicros, books }): Move[] => {
    if (chargeMicros === 0n) return []
    assert(books, 'what is charged goes through the books of a seller')
    const book = { accountId: books.revenue, tenantId: books.tenantId }
    return [{ tenantId, accountId, currency, owedMicros: chargeMicros, book }]
  })
  if (moves.length === 0) return []
  const { tenantId, id: cdrId } = record
  return [{ id, tenantId, kind: 'usage', occurredAt, cdrId, reason: '', createdBy: null, moves }]
}

function moneyPosting({ request, kind, tenantId, currency, owedMicros, books }: MoneyPosting): Posting {
  const { postingId: id, accountId, occurredAt, reason, createdBy = null } = request
  const book = { accountId: kind === 'payment' ? books.cash : books.adjustments, tenantId: books.tenantId }
  const moves = [{ tenantId, accountId, currency, owedMicros, book }]
  return { id, tenantId, kind, occurredAt, cdrId: null, reason, createdBy, moves }
}

const instant = (epochMs: number): string => isoInstant(epochMs)
const optional = (epochMs: number | undefined): string | null => (epochMs === undefined ? null : isoInstant(epochMs))

function recordColumns(at: number): Columns<Settlement> {
  const storedAt = isoInstant(at)
  return {
    id: ['uuid', ({ rated }) => rated.record.id],
    tenant_id: ['uuid', ({ rated }) => rated.record.tenantId],
    call_id: ['text', ({ rated }) => rated.record.callId],
    account_id: ['uuid', ({ rated }) => rated.accountId ?? null],
    person_id: ['uuid', ({ rated }) => rated.record.personId ?? null],
    direction: ['text', ({ rated }) => rated.record.direction],
    class: ['text', ({ rated }) => rated.class],
    from_number: ['text', ({ rated }) => rated.record.from],
    from_name: ['text', ({ rated }) => rated.record.fromName],
    to_number: ['text', ({ rated }) => rated.record.to],
    to_name: ['text', ({ rated }) => rated.record.toName],
    started_at: ['timestamptz', ({ rated }) => instant(rated.record.startedAt)],
    ringing_at: ['timestamptz', ({ rated }) => optional(rated.record.ringingAt)],
    answered_at: ['timestamptz', ({ rated }) => optional(rated.record.answeredAt)],
    ended_at: ['timestamptz', ({ rated }) => instant(rated.record.endedAt)],
    occurred_at: ['timestamptz', ({ rated }) => instant(rated.occurredAt)],
    duration_seconds: ['int', ({ rated }) => String(rated.durationSeconds)],
    ended_by: ['text', ({ rated }) => rated.record.endedBy],
    hangup_cause: ['text', ({ rated }) => rated.record.hangupCause],
    sip_status: ['int', ({ rated }) => String(rated.record.sipStatus)],
    estimated: ['boolean', ({ rated }) => String(rated.record.estimated)],
    carrier_id: ['uuid', ({ rated }) => rated.record.carrierId ?? null],
    sip_call_id: ['text', ({ rated }) => rated.record.sipCallId],
    verstat: ['text', ({ rated }) => rated.record.verstat ?? null],
    quality: ['jsonb', ({ rated }) => rated.record.quality || null],
    charge_micros: ['bigint', ({ rated }) => String(rated.chargeMicros)],
    currency: ['text', ({ rated }) => rated.currency],
    charge_reason: ['text', ({ rated }) => rated.reason],
    billed_seconds: ['int', ({ rated }) => String(rated.billedSeconds)],
    version_id: ['uuid', ({ rated }) => rated.quote?.versionId ?? null],
    prefix: ['text', ({ rated }) => rated.quote?.row.prefix ?? null],
    destination_name: ['text', ({ rated }) => rated.quote?.row.destination ?? null],
    explanation: ['jsonb', ({ rated }) => JSON.stringify(rated.explanation)],
    cost_micros: ['bigint', ({ rated }) => rated.cost?.chargeMicros.toString() ?? null],
    cost_currency: ['text', ({ rated }) => rated.cost?.currency ?? null],
    cost_version_id: ['uuid', ({ rated }) => rated.cost?.versionId ?? null],
    cost_prefix: ['text', ({ rated }) => rated.cost?.prefix ?? null],
    stored_at: ['timestamptz', () => storedAt],
  }
}

async function insertRecords(tx: Tx, at: number, settlements: readonly Settlement[]): Promise<Set<string>> {
  if (settlements.length === 0) return new Set()
  const rows = await insertRows<Settlement, { id: string }>(
    tx,
    'cdr',
    recordColumns(at),
    settlements,
    'on conflict (id) do nothing returning id',
  )
  return new Set(rows.map((row) => row.id))
}

/** Writes those that are not there yet and returns them: whatever was posted before is left alone. */
async function insertPostings(tx: Tx, at: number, postings: readonly Posting[]): Promise<readonly Posting[]> {
  if (postings.length === 0) return []
  const postedAt = isoInstant(at)
  const columns: Columns<Posting> = {
    id: ['uuid', (one) => one.id],
    tenant_id: ['uuid', (one) => one.tenantId],
    kind: ['text', (one) => one.kind],
    occurred_at: ['timestamptz', (one) => instant(one.occurredAt)],
    posted_at: ['timestamptz', () => postedAt],
    cdr_id: ['uuid', (one) => one.cdrId],
    reason: ['text', (one) => one.reason],
    created_by: ['uuid', (one) => one.createdBy],
  }
  const suffix = 'on conflict (id) do nothing returning id'
  const rows = await insertRows<Posting, { id: string }>(tx, 'posting', columns, postings, suffix)
  const ids = new Set(rows.map((row) => row.id))
  return postings.filter((one) => ids.has(one.id))
}

/** Odd lines are of those who owe, even ones of the books: opposite amounts, so that a posting sums to zero. */
function entriesOf({ id: postingId, moves }: Posting): Entry[] {
  return moves.flatMap(({ tenantId, accountId, currency, owedMicros, book }, at): Entry[] => [
    { postingId, line: 2 * at + 1, tenantId, accountId, currency, amountMicros: owedMicros },
    { postingId, line: 2 * at + 2, ...book, currency, amountMicros: -owedMicros },
  ])
}

async function insertEntries(tx: Tx, postings: readonly Posting[]): Promise<void> {
  if (postings.length === 0) return
  const columns: Columns<Entry> = {
    posting_id: ['uuid', (one) => one.postingId],
    line: ['smallint', (one) => String(one.line)],
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    amount_micros: ['bigint', (one) => String(one.amountMicros)],
    currency: ['text', (one) => one.currency],
  }
  await insertRows(tx, 'ledger_entry', columns, postings.flatMap(entriesOf))
}

type Change = { readonly tenantId: string; readonly accountId: string; owedMicros: Micros }

/** Balances of those who owe: a book that every call updates would make calls wait for each other. */
async function addToBalances(tx: Tx, at: number, postings: readonly Posting[]): Promise<void> {
  if (postings.length === 0) return
  const changes = new Map<string, Change>()
  for (const { accountId, tenantId, owedMicros } of postings.flatMap(({ moves }) => moves)) {
    const known = changes.get(accountId)
    if (known) known.owedMicros += owedMicros
    else changes.set(accountId, { tenantId, accountId, owedMicros })
  }
  const updatedAt = isoInstant(at)
  const columns: Columns<Change> = {
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    balance_micros: ['bigint', (one) => String(one.owedMicros)],
    updated_at: ['timestamptz', () => updatedAt],
  }
  const suffix = `on conflict (account_id) do update
    set balance_micros = account_balance.balance_micros + excluded.balance_micros, updated_at = excluded.updated_at`
  await insertRows(tx, 'account_balance', columns, [...changes.values()], suffix)
}

async function readBalances(tx: Tx, accountIds: readonly string[]): Promise<Map<string, Micros>> {
  if (accountIds.length === 0) return new Map()
  const rows = await tx<{ account_id: string; balance_micros: bigint }[]>`
    select account_id, balance_micros from account_balance where account_id = any(${accountIds}::uuid[])`
  return new Map(rows.map((row) => [row.account_id, row.balance_micros]))
}
