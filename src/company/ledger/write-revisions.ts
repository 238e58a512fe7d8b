/**
 * Charges that are made again, written: the revision, what the record shows, and in the ledger reversal and new charge,
 * or an adjustment where the period is closed. A revision that is there already posts nothing.
 */

import { isoInstant, type Micros } from '../../base/index.ts'
import { insertRows, type Columns, type Tx } from '../../platform/db/index.ts'
import type { Revision } from './revision.ts'

type Entry = {
  readonly postingId: string
  readonly line: number
  readonly tenantId: string
  readonly accountId: string
  readonly currency: string
  readonly amountMicros: Micros
}

const entryColumns: Columns<Entry> = {
  posting_id: ['uuid', (one) => one.postingId],
  line: ['smallint', (one) => String(one.line)],
  tenant_id: ['uuid', (one) => one.tenantId],
  account_id: ['uuid', (one) => one.accountId],
  amount_micros: ['bigint', (one) => String(one.amountMicros)],
  currency: ['text', (one) => one.currency],
}

function postingColumns(at: number): Columns<Revision> {
  return {
    id: ['uuid', (one) => one.postingId],
    // The customer's posting, whoever else pays by it; the first line is his when he pays anything.
    tenant_id: ['uuid', (one) => one.tenantId],
    kind: ['text', (one) => (one.adjusted ? 'adjustment' : 'rerate')],
    occurred_at: ['timestamptz', (one) => isoInstant(one.occurredAt)],
    posted_at: ['timestamptz', () => isoInstant(at)],
    cdr_id: ['uuid', (one) => one.cdrId],
    reason: ['text', (one) => one.reason],
    created_by: ['uuid', (one) => one.createdBy ?? null],
  }
}

export type Revised = {
  /** What each account owes now that a revision touched. */
  readonly balances: ReadonlyMap<string, Micros>
  /** Revisions that are in force, by this writing or an earlier one of the same batch. */
  readonly made: readonly Revision[]
}

/** Writes revisions; those whose charge has changed since it was seen are left out. */
export async function writeRevisions(tx: Tx, at: number, revisions: readonly Revision[]): Promise<Revised> {
  if (revisions.length === 0) return { balances: new Map(), made: [] }
  const rows = await tx<{ id: string }[]>`
    select revision_id as id from dialhouse_revise_charges(${tx.json(revisions.map(asked))})`
  const now = new Set(rows.map((row) => row.id))
  const fresh = revisions.filter((one) => now.has(one.id) && one.oldMicros !== one.newMicros)
  if (fresh.length > 0) {
    const heads = new Map(fresh.toReversed().map((one) => [one.postingId, one]))
    await insertRows(tx, 'posting', postingColumns(at), [...heads.values()])
    const entries = [...Map.groupBy(fresh, (one) => one.postingId).values()].flatMap(entriesOf)
    await insertRows(tx, 'ledger_entry', entryColumns, entries)
    await moveBalances(tx, at, fresh)
  }
  return readRevised(tx, revisions)
}

/** Also what an earlier attempt wrote whose commit was not answered. */
async function readRevised(tx: Tx, revisions: readonly Revision[]): Promise<Revised> {
  const [kept, balances] = await Promise.all([
    tx<{ id: string }[]>`select id from cdr_revision where id = any(${revisions.map((one) => one.id)}::uuid[])`,
    tx<{ id: string; micros: Micros }[]>`
      select account_id as id, balance_micros as micros from account_balance
      where account_id = any(${[...new Set(revisions.map((one) => one.accountId))]}::uuid[])`,
  ])
  const ids = new Set(kept.map((row) => row.id))
  const made = revisions.filter((one) => ids.has(one.id))
  return { balances: new Map(balances.map((row) => [row.id, row.micros])), made }
}

function asked(one: Revision) {
  return {
    id: one.id,
    tenant_id: one.tenantId,
    account_id: one.accountId,
    cdr_id: one.cdrId,
    level: one.level,
    rerate_id: one.rerateId ?? null,
    old_micros: String(one.oldMicros),
    new_micros: String(one.newMicros),
    currency: one.currency,
    new_line: one.line,
    adjusted: one.adjusted,
    period: one.period,
    posting_id: one.postingId,
    reason: one.reason,
    created_by: one.createdBy ?? null,
    ended: one.ended ?? null,
  }
}

/** Of one posting: the old charge reversed and the new one made, or the difference; nothing for an amount of zero. */
function entriesOf(revisions: readonly Revision[]): Entry[] {
  const moves = revisions.flatMap((one) => {
    const { oldMicros, newMicros, adjusted } = one
    const amounts = adjusted ? [newMicros - oldMicros] : [-oldMicros, newMicros]
    return amounts.filter((amount) => amount !== 0n).map((amountMicros) => ({ one, amountMicros }))
  })
  return moves.flatMap(({ one, amountMicros }, at): Entry[] => {
    const { postingId, currency, books, tenantId, accountId } = one
    const book = { tenantId: books.tenantId, accountId: one.adjusted ? books.adjustments : books.revenue }
    return [
      { postingId, line: 2 * at + 1, tenantId, accountId, currency, amountMicros },
      { postingId, line: 2 * at + 2, ...book, currency, amountMicros: -amountMicros },
    ]
  })
}

async function moveBalances(tx: Tx, at: number, revisions: readonly Revision[]): Promise<void> {
  const accounts = [...Map.groupBy(revisions, (one) => one.accountId).values()].map((ones) => ({
    tenantId: ones[0]!.tenantId,
    accountId: ones[0]!.accountId,
    micros: ones.reduce((sum, one) => sum + one.newMicros - one.oldMicros, 0n),
  }))
  const columns: Columns<(typeof accounts)[number]> = {
    tenant_id: ['uuid', (one) => one.tenantId],
    account_id: ['uuid', (one) => one.accountId],
    balance_micros: ['bigint', (one) => String(one.micros)],
    updated_at: ['timestamptz', () => isoInstant(at)],
  }
  const suffix = `on conflict (account_id) do update
    set balance_micros = account_balance.balance_micros + excluded.balance_micros, updated_at = excluded.updated_at`
  await insertRows(tx, 'account_balance', columns, accounts, suffix)
}
