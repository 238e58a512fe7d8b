/**
 * Keeps what charging decides by: terms of accounts, books, rate tables. Loaded at start, followed through the
 * change feed, and looked at every two seconds in case a notice was lost.
 */

import type { Clock, Log, Timer } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { activeVersions, loadRateTable, type ActiveVersion } from '../catalog/index.ts'
import { isPlain, type RateDirection, type RateTable } from '../rating/index.ts'
import { shelveBooks, type BookShelf } from './books.ts'
import { loadCarriers, type CarrierTerms } from './carrier-terms.ts'
import { takeEpoch } from './epoch.ts'
import type { Credit } from './credit.ts'
import type { Quote } from './reservation.ts'
import { loadPlans } from './load-plans.ts'
import { loadReservations } from './load-reservations.ts'
import { feedPosition, loadAccounts, loadBooks, readChanges, type Changes } from './load-terms.ts'

const LOOK_MS = 2000

type Deck = ActiveVersion & { readonly table: RateTable }

export type TermsKeeper = {
  /** Everything was loaded once. */
  isReady(): boolean
  /** When the database last said that this is the newest; milliseconds ago. */
  ageMs(): number
  /** The row in force for a number at an instant; undefined when the deck has none. */
  quote(deckId: string, direction: RateDirection, number: string, at: number): Quote | undefined
  /** When the deck's version came into force. */
  activatedAt(deckId: string): number | undefined
  books(): BookShelf
  /** Ours among those who opened the ledger one after the other; undefined before there is a provider. */
  epoch(): bigint | undefined
  /** A carrier's cost deck and its provider's policy; undefined for one that is not known. */
  carrier(carrierId: string): CarrierTerms | undefined
  /** Looks now; resolves when it has, whatever came of it. */
  look(): Promise<void>
  stop(): void
}

export type KeepTermsOptions = { readonly db: Db; readonly clock: Clock; readonly log: Log; readonly credit: Credit }

/** What is kept beside the accounts; replaced, never changed. */
type Kept = {
  epoch: bigint | undefined
  books: BookShelf
  carriers: ReadonlyMap<string, CarrierTerms>
  readonly decks: Map<string, Deck>
}

async function loadDecks(tx: Tx, { decks }: Kept, log: Log, deckIds?: readonly string[]): Promise<void> {
  for (const version of await activeVersions(tx, deckIds)) {
    if (decks.get(version.deckId)?.versionId === version.versionId) continue
    const table = await loadRateTable(tx, version.tenantId, version.versionId)
    decks.set(version.deckId, { ...version, table })
    log.info('a rate deck is in force', { deckId: version.deckId, versionId: version.versionId, rows: table.size })
  }
}

async function loadAll(tx: Tx, kept: Kept, { credit, log, clock }: KeepTermsOptions): Promise<void> {
  for (const one of await loadAccounts(tx, clock.now())) credit.putAccount(one.terms, one.postedMicros, one.spent)
  kept.books = await loadBooks(tx)
  kept.carriers = await loadCarriers(tx)
  await loadPlans(tx, credit.pools, clock.now())
  await loadDecks(tx, kept, log)
  for (const reservation of await loadReservations(tx, credit.pools)) credit.restore(reservation)
}

async function follow(tx: Tx, kept: Kept, changes: Changes, { credit, log, clock }: KeepTermsOptions): Promise<void> {
  const { accountIds, tenantIds, deckIds } = changes
  if (accountIds.length + tenantIds.length > 0) {
    const loaded = await loadAccounts(tx, clock.now(), changes)
    for (const { terms, postedMicros, spent } of loaded) credit.putAccount(terms, postedMicros, spent)
    kept.books = await loadBooks(tx)
  }
  const planned = [...tenantIds, ...changes.planTenantIds]
  if (planned.length > 0) await loadPlans(tx, credit.pools, clock.now(), planned)
  if (changes.carriers) kept.carriers = await loadCarriers(tx)
  if (deckIds.length > 0) await loadDecks(tx, kept, log, deckIds)
}

function quoteFrom(
  { table, versionId }: Deck,
  direction: RateDirection,
  number: string,
  at: number,
): Quote | undefined {
  const row = table.match(direction, number, at)
  if (!row) return undefined
  if (table.isPlain) return { versionId, row }
  const rates = table.rates(direction, number)
  return isPlain(rates) ? { versionId, row } : { versionId, row, rates }
}

/** Starts looking; the first look may fail when the database is away, and is made up for. */
export function keepTerms(options: KeepTermsOptions): TermsKeeper {
  const { db, clock, log } = options
  const kept: Kept = { epoch: undefined, books: shelveBooks([]), carriers: new Map(), decks: new Map() }
  let cursor: string | undefined
  let freshAt = clock.monotonic()
  let looking: Promise<void> | undefined
  let again = false
  let isStopped = false

  const lookOnce = async (): Promise<void> => {
    // Ours only once it is committed: an epoch of a look that failed is nobody's, and would shut us out for ever.
    const looked = await db.asService(async (tx) => {
      // Waits for the last batch of a process that just died, and lets no other one in.
      const epoch = kept.epoch ?? (await takeEpoch(tx, clock))
      // Before the rows are read: what commits meanwhile is seen by the next look.
      const position = await feedPosition(tx)
      if (cursor === undefined) await loadAll(tx, kept, options)
      else await follow(tx, kept, await readChanges(tx, cursor), options)
      return { position, epoch }
    })
    cursor = looked.position
    kept.epoch = looked.epoch
    freshAt = clock.monotonic()
  }
  const lookUntilQuiet = async (): Promise<void> => {
    do {
      again = false
      try {
        await lookOnce()
      } catch (error) {
        log.warn('accounts and prices could not be refreshed; those in memory stay in force', { error })
      }
    } while (again && !isStopped)
    looking = undefined
  }
  const look = (): Promise<void> => {
    if (looking) again = true
    else looking = lookUntilQuiet()
    return looking
  }

  const timer: Timer = clock.every(LOOK_MS, () => void look())
  db.listen('directory', () => void look()).catch((error: unknown) => {
    log.warn('notices of changes are not available; they are looked for every few seconds', { error })
  })
  return {
    isReady: () => cursor !== undefined,
    ageMs: () => clock.monotonic() - freshAt,
    quote(deckId, direction, number, at) {
      const deck = kept.decks.get(deckId)
      return deck && quoteFrom(deck, direction, number, at)
    },
    activatedAt: (deckId) => kept.decks.get(deckId)?.activatedAt,
    books: () => kept.books,
    epoch: () => kept.epoch,
    carrier: (carrierId) => kept.carriers.get(carrierId),
    look,
    stop() {
      isStopped = true
      timer.stop()
    },
  }
}
