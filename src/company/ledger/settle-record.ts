/** Finished calls: priced, counted in memory, stored once. */

import { newId } from '../../base/index.ts'
import { correctEstimated } from './correct-estimated.ts'
import { forget, once, type Engine, type Item } from './engine.ts'
import type { CdrRecord } from './protocol.ts'
import { priceLevels, type LevelCharge, type Settlement } from './price-levels.ts'
import type { RatedRecord } from './rate-record.ts'
import { priceRecord, ratePlanned } from './settle.ts'
import { storable } from './storable.ts'

/** Finished calls beyond this number stay with their sender until some are written. */
const WAITING_MAX = 20_000

/** Whether the record is on disk, by this attempt or one that is on its way. */
export function settleOnce(engine: Engine, given: CdrRecord): Promise<boolean> {
  const record = storable(given)
  if (!record) {
    engine.log.error('a call record without id or times was dropped', { callId: given.callId })
    return Promise.resolve(true)
  }
  if (!engine.terms.isReady() || engine.commit.waiting() > WAITING_MAX) return Promise.resolve(false)
  return once(engine, record.id, () => settleRecord(engine, record))
}

async function settleRecord(engine: Engine, record: CdrRecord): Promise<void> {
  const { credit, clock, commit } = engine
  const priced = await priceRecord(engine, record)
  const found = await priceLevels(engine, priced)
  if (!found) {
    await engine.terms.look()
    throw new Error('no books')
  }
  // From here to the queue nothing is awaited: what was set aside becomes a charge at once.
  credit.release(record.id)
  const rated = ratePlanned(engine, priced)
  const levels = rated === priced ? found : withCharge(found, rated)
  const { planned, occurredAt } = rated
  if (planned) credit.pools.addPending(planned.plan, occurredAt, planned.changes, 1n)
  for (const { accountId, chargeMicros } of levels) credit.addPending(accountId, chargeMicros)
  count(engine, rated, levels, 1n)
  const pending = levels.map(({ accountId, chargeMicros }) => ({ accountId, micros: chargeMicros }))
  const settlement: Settlement = { rated, postingId: newId(clock), levels }
  const item: Item = { kind: 'settle', settlement, pending, isUnsure: false }
  try {
    await commit.add(item)
  } catch (thrown) {
    forget(engine, item)
    if (planned) credit.pools.addPending(planned.plan, occurredAt, planned.changes, -1n)
    count(engine, rated, levels, -1n)
    throw thrown
  }
  if (item.kind === 'settle' && item.isKnown && !record.estimated) await correctEstimated(engine, rated)
}

/** The levels with what the customer pays under his plan. */
function withCharge([own, ...upper]: readonly LevelCharge[], rated: RatedRecord): readonly LevelCharge[] {
  if (!own) return []
  const { chargeMicros, reason, billedSeconds, explanation, quote } = rated
  const books = chargeMicros > 0n ? own.books : undefined
  return [{ ...own, chargeMicros, reason, billedSeconds, explanation, quote, books }, ...upper]
}

/** Towards the limits of every level, or back. */
function count({ credit }: Engine, { occurredAt }: RatedRecord, levels: readonly LevelCharge[], sign: 1n | -1n): void {
  for (const { accountId, chargeMicros, quote } of levels) {
    if (quote) credit.spend(accountId, { at: occurredAt, class: quote.row.class, micros: sign * chargeMicros })
  }
}
