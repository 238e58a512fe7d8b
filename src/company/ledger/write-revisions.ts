/**
 * Charges that are made again, written: the revision, what the record shows, and in the ledger reversal and new charge,
 * or an adjustment where the period is closed. A revision that is there already posts nothing.
 */

import { isoInstant, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { insertRows, type Columns } from './insert-rows.ts'
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

/** What each account owes now that a revision touched. */
export async function writeRevisions(
  tx: Tx,
  at: number,
  revisions: readonly Revision[],
): Promise<ReadonlyMap<string, Micros>> {
  if (revisions.length === 0) return new Map()
  const rows = await tx<{ id: string }[]>`
    select revision_id as id from dialhouse_revise_charges(${tx.json(revisions.map(asked))})`
  const made = new Set(rows.map((row) => row.id))
  const fresh = revisions.filter((one) => made.has(one.id) && one.oldMicros !== one.newMicros)
  if (fresh.length === 0) return new Map()
  const heads = new Map(fresh.toReversed().map((one) => [one.postingId, one]))
  await insertRows(tx, 'posting', postingColumns(at), [...heads.values()])
  const entries = [...Map.groupBy(fresh, (one) => one.postingId).values()].flatMap(entriesOf)
  await insertRows(tx, 'ledger_entry', entryColumns, entries)
  return moveBalances(tx, at, fresh)
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

async function moveBalances(tx: Tx, at: number, revisions: readonly Revision[]): Promise<Map<string, Micros>> {
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
  const rows = await insertRows<(typeof accounts)[number], { account_id: string; balance_micros: bigint }>(
    tx,
    'account_balance',
    columns,
    accounts,
    `on conflict (account_id) do update
     set balance_micros = account_balance.balance_micros + excluded.balance_micros, updated_at = excluded.updated_at
     returning account_id, balance_micros`,
  )
  return new Map(rows.map((row) => [row.account_id, row.balance_micros]))
}
