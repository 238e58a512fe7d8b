/** What the acts of the ledger share: memory, terms, the queue to the disk, and how an item is given up. */

import { messageOf, type Clock, type Log, type Metrics, type Micros } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { BelowCostNotes } from './below-cost.ts'
import type { Credit } from './credit.ts'
import type { GroupCommit } from './group-commit.ts'
import type { TermsKeeper } from './keep-terms.ts'
import type { LedgerMeter } from './meter.ts'
import type { Settlement } from './price-levels.ts'
import type { CallRated } from './protocol.ts'
import type { Refusals } from './refusals.ts'
import type { Revision } from './revision.ts'
import type { MoneyPosting } from './write-batch.ts'

export type LedgerParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  /** A record was stored. */
  readonly onRated: (rated: CallRated) => void
}

/** What waits for the disk. `pending` are the charges that memory counts until the database does. */
export type Item =
  | { readonly kind: 'hold' | 'release'; readonly cdrId: string }
  | ({ readonly kind: 'settle'; readonly settlement: Settlement; isKnown?: boolean } & Uncertain)
  | ({ readonly kind: 'post'; readonly posting: MoneyPosting } & Uncertain)
  | { readonly kind: 'revise'; readonly revisions: readonly Revision[] }

export type Pending = { readonly accountId: string; readonly micros: Micros }

export type Uncertain = {
  pending: readonly Pending[]
  /** It was in a batch whose commit was not answered, so that it may be there already. */
  isUnsure: boolean
}

export type Engine = LedgerParts & {
  readonly credit: Credit
  readonly terms: TermsKeeper
  readonly commit: GroupCommit<Item>
  readonly meter: LedgerMeter
  readonly belowCost: BelowCostNotes
  readonly refusals: Refusals
  /** Records and postings on their way, so that one that is sent again waits for the first. */
  readonly onTheWay: Map<string, Promise<boolean>>
}

/** Whether something new can be promised: prices are known and the disk takes what is decided. */
export function isAble({ terms, commit }: Engine): boolean {
  return terms.isReady() && !commit.isAway()
}

/** Writes something that nobody waits for. */
export function later({ commit, log }: Engine, item: Item): void {
  commit.add(item).catch((error: unknown) => log.error('a reservation could not be written', { error }))
}

/** Keeps one attempt for an id on its way; false when it came to nothing. */
export function once(engine: Engine, id: string, act: () => Promise<void>): Promise<boolean> {
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

/** Takes back what memory counted for an item that will not be written. */
export function forget({ credit }: Engine, item: Uncertain): void {
  for (const { accountId, micros } of item.pending) credit.written(accountId, micros, undefined)
  item.pending = []
}
