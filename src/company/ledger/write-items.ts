/** One batch: what waits becomes rows, and memory forgets what it counted ahead of them. */

import { assert, FailureError } from '../../base/index.ts'
import type { Credit } from './credit.ts'
import type { Engine, Item, Uncertain } from './engine.ts'
import { lockEpoch } from './epoch.ts'
import { writeBatch, type Batch, type Written } from './write-batch.ts'
import { rateClasses, type RateClass } from '../rating/index.ts'
import { writeRevisions, type Revised } from './write-revisions.ts'

/** Writes the items in one transaction, all or none. */
export async function writeItems(engine: Engine, items: readonly Item[]): Promise<void> {
  const { db, clock, terms } = engine
  const batch = gather(engine.credit, items)
  const revisions = items.flatMap((item) => (item.kind === 'revise' ? item.revisions : []))
  let written: Written
  let revised: Revised = { balances: new Map(), made: [] }
  try {
    written = await db.asService(async (tx) => {
      // Sent first, looked at last: the server refuses nothing meanwhile, and nothing is committed without it.
      const locked = lockEpoch(tx, terms.epoch())
      locked.catch(() => {})
      const result = await writeBatch(tx, clock, batch)
      if (revisions.length > 0) revised = await writeRevisions(tx, clock.now(), revisions)
      await locked
      return result
    })
  } catch (thrown) {
    const isUnsure = thrown instanceof FailureError && thrown.failure.details?.['isCommitting'] === true
    for (const item of items) if ('isUnsure' in item) item.isUnsure ||= isUnsure
    throw thrown
  }
  for (const item of items) {
    if (item.kind === 'settle') settled(engine, item, written)
    if (item.kind === 'post') forgetPending(engine, item, written)
  }
  for (const [accountId, micros] of revised.balances) engine.credit.written(accountId, 0n, micros)
  countRevised(engine.credit, revised)
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

/** Limits beside the credit count what a charge has become; an adjustment leaves the record alone, and so them. */
function countRevised(credit: Credit, { made }: Revised): void {
  for (const { accountId, adjusted, occurredAt: at, class: rateClass, oldMicros, newMicros } of made) {
    if (!adjusted && isRateClass(rateClass)) {
      credit.spend(accountId, { at, class: rateClass, micros: newMicros - oldMicros })
    }
  }
}

function isRateClass(text: string): text is RateClass {
  return (rateClasses as readonly string[]).includes(text)
}

function forgetPending({ credit }: Engine, item: Uncertain, written: Written): void {
  for (const { accountId, micros } of item.pending) {
    assert(micros >= 0n, 'only what is owed is counted ahead')
    credit.written(accountId, micros, written.balances.get(accountId))
  }
  item.pending = []
}

function settled(engine: Engine, item: Item & { kind: 'settle' }, written: Written): void {
  const { record, chargeMicros, currency, reason, planned } = item.settlement.rated
  forgetPending(engine, item, written)
  if (planned) engine.credit.pools.written(planned.plan, planned.changes, written.counters)
  item.isKnown = !written.stored.has(record.id)
  if (item.isKnown && !item.isUnsure) return
  engine.meter.stored(reason)
  const { id: cdrId, tenantId, personId } = record
  engine.onRated({ cdrId, tenantId, personId, chargeMicros, currency })
}
