/** Finished calls: priced, counted in memory, stored once. */

import { newId } from '../../base/index.ts'
import { forget, once, type Engine, type Item } from './engine.ts'
import type { CdrRecord } from './protocol.ts'
import { priceRecord } from './settle.ts'
import { storable } from './storable.ts'
import type { Settlement } from './write-batch.ts'

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
