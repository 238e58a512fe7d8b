/**
 * What was decided, made durable: call records, postings with their entries, balances and reservations of one
 * batch in one transaction of a few statements. Writing the same batch again changes nothing, so a batch whose
 * commit was not answered is simply written again.
 */

import { assert, isoInstant, type Clock, type Currency, type Micros } from '../../base/index.ts'
import { arraysOf, type Columns, type Tx } from '../../platform/db/index.ts'
import type { Book, Books } from './books.ts'
import type { Reservation } from './reservation.ts'
import { planText } from './plan-state.ts'
import type { WrittenCounter } from './pools.ts'
import type { BillingKind, PostingRequest } from './protocol.ts'
import type { Settlement } from './price-levels.ts'
import { insertCharges } from './write-charges.ts'
import { writePlanned } from './write-plans.ts'
import { removeReservations, upsertReservations } from './write-reservations.ts'

/** Money from outside a call, its amount as it changes what the customer owes. */
export type MoneyPosting = {
  readonly request: Omit<PostingRequest, 'amountMicros'>
  readonly kind: 'payment' | 'adjustment' | BillingKind
  readonly tenantId: string
  readonly currency: Currency
  /** What is owed more, by the book that it goes to; each is a pair of entries. */
  readonly parts: readonly { readonly book: Book; readonly owedMicros: Micros }[]
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
  /** What is used of each counter of the batch now. */
  readonly counters: readonly WrittenCounter[]
}

type Posting = {
  readonly id: string
  readonly tenantId: string
  readonly kind: 'usage' | MoneyPosting['kind']
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

/** Writes a batch in statements that are all on their way at once; the caller commits. */
export async function writeBatch(tx: Tx, clock: Clock, batch: Batch): Promise<Written> {
  const at = clock.now()
  const touched = [
    ...batch.settlements.flatMap(({ levels }) => levels.map((level) => level.accountId)),
    ...batch.postings.map((posting) => posting.request.accountId),
  ]
  const [stored, balances] = await Promise.all([
    writeMoney(tx, at, batch),
    readBalances(tx, touched),
    upsertReservations(tx, batch.reservations),
    removeReservations(tx, batch.released),
    insertCharges(tx, batch.settlements),
  ])
  const counters = await writePlanned(tx, at, batch.settlements, stored)
  await reopenAccounts(tx, at, batch.postings)
  return { stored, balances, counters }
}

/** Service is restored with the payment that pays what was overdue; one that was posted before restores nothing. */
async function reopenAccounts(tx: Tx, at: number, postings: readonly MoneyPosting[]): Promise<void> {
  const ids = postings.filter(({ request }) => request.reopensAccount).map(({ request }) => request.postingId)
  if (ids.length === 0) return
  await tx`
    update account set status = 'open'
    where status = 'suspended' and id in (
      select entry.account_id from posting
      join ledger_entry as entry on entry.posting_id = posting.id and entry.line = 1
      where posting.id = any(${ids}::uuid[]) and posting.posted_at = ${at})`
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

function moneyPosting({ request, kind, tenantId, currency, parts, books }: MoneyPosting): Posting {
  const { postingId: id, accountId, occurredAt, reason, createdBy = null } = request
  const moves = parts.map(({ book, owedMicros }): Move => {
    return { tenantId, accountId, currency, owedMicros, book: { accountId: books[book], tenantId: books.tenantId } }
  })
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
    plan: ['jsonb', ({ rated }) => (rated.planned ? planText(rated.planned) : null)],
    stored_at: ['timestamptz', () => storedAt],
  }
}

/** Odd lines are of those who owe, even ones of the books: opposite amounts, so that a posting sums to zero. */
function entriesOf({ id: postingId, moves }: Posting): Entry[] {
  return moves.flatMap(({ tenantId, accountId, currency, owedMicros, book }, at): Entry[] => [
    { postingId, line: 2 * at + 1, tenantId, accountId, currency, amountMicros: owedMicros },
    { postingId, line: 2 * at + 2, ...book, currency, amountMicros: -owedMicros },
  ])
}

const entryColumns: Columns<Entry> = {
  posting_id: ['uuid', (one) => one.postingId],
  line: ['smallint', (one) => String(one.line)],
  tenant_id: ['uuid', (one) => one.tenantId],
  account_id: ['uuid', (one) => one.accountId],
  amount_micros: ['bigint', (one) => String(one.amountMicros)],
  currency: ['text', (one) => one.currency],
}

function postingColumns(at: number): Columns<Posting> {
  const postedAt = isoInstant(at)
  return {
    id: ['uuid', (one) => one.id],
    tenant_id: ['uuid', (one) => one.tenantId],
    kind: ['text', (one) => one.kind],
    occurred_at: ['timestamptz', (one) => instant(one.occurredAt)],
    posted_at: ['timestamptz', () => postedAt],
    cdr_id: ['uuid', (one) => one.cdrId],
    reason: ['text', (one) => one.reason],
    created_by: ['uuid', (one) => one.createdBy],
  }
}

/**
 * Records, postings, entries and balances in one statement: a record that is there already is left alone, and so is its
 * posting; entries and balances follow the postings that are new. Of the accounts only those of who owes have a
 * balance: a book that every call updates would make calls wait for each other. Gives the ids of the new records.
 */
async function writeMoney(tx: Tx, at: number, { settlements, postings }: Batch): Promise<Set<string>> {
  if (settlements.length + postings.length === 0) return new Set()
  const all = [...settlements.flatMap(usagePosting), ...postings.map(moneyPosting)]
  const records = arraysOf(recordColumns(at), settlements)
  const posting = arraysOf(postingColumns(at), all, records.values.length)
  const entry = arraysOf(entryColumns, all.flatMap(entriesOf), records.values.length + posting.values.length)
  const values = [...records.values, ...posting.values, ...entry.values]
  const statement = `
    with stored as (
      insert into cdr (${records.list}) select ${records.list} from ${records.source}
      on conflict (id) do nothing returning id),
    posted as (
      insert into posting (${posting.list}) select ${posting.list} from ${posting.source}
      where cdr_id is null or cdr_id in (select id from stored)
      on conflict (id) do nothing returning id),
    fresh as materialized (select ${entry.list} from ${entry.source} where posting_id in (select id from posted)),
    entries as (insert into ledger_entry (${entry.list}) select ${entry.list} from fresh),
    balances as (
      insert into account_balance (tenant_id, account_id, balance_micros, updated_at)
      select tenant_id, account_id, sum(amount_micros)::bigint, $${values.length + 1}::text::timestamptz
      from fresh where line % 2 = 1 group by tenant_id, account_id
      on conflict (account_id) do update
      set balance_micros = account_balance.balance_micros + excluded.balance_micros, updated_at = excluded.updated_at)
    select id from stored`
  const rows = await tx.unsafe<{ id: string }[]>(statement, [...values, isoInstant(at)] as never[], { prepare: true })
  return new Set(rows.map((row) => row.id))
}

async function readBalances(tx: Tx, accountIds: readonly string[]): Promise<Map<string, Micros>> {
  if (accountIds.length === 0) return new Map()
  const rows = await tx<{ account_id: string; balance_micros: bigint }[]>`
    select account_id, balance_micros from account_balance where account_id = any(${accountIds}::uuid[])`
  return new Map(rows.map((row) => [row.account_id, row.balance_micros]))
}
