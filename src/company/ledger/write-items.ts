/** One batch: what waits becomes rows, and memory forgets what it counted ahead of them. */

import { assert, FailureError } from '../../base/index.ts'
import type { Credit } from './credit.ts'
import type { Engine, Item, Uncertain } from './engine.ts'
import { LEDGER_LOCK } from './keep-terms.ts'
import { writeBatch, type Batch, type Written } from './write-batch.ts'

/** Writes the items in one transaction, all or none. */
export async function writeItems(engine: Engine, items: readonly Item[]): Promise<void> {
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
