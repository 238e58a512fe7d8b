/** Decks and their versions: a file becomes a version, which is never changed; one update puts it in force. */

import { createHash } from 'node:crypto'
import { newId, ok, type Clock, type Currency, type Result } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { enqueue, handling, jobKind, type JobHandling } from '../../platform/jobs/index.ts'
import { plainTariff, type Interval, type RateRow, type Tariff } from '../rating/index.ts'
import { noSuchDeck, noSuchVersion, type DeckFileFailure, type NoSuchDeck, type NoSuchVersion } from './errors.ts'
import { insertRows } from './rate-columns.ts'
import { readDeck } from './read-deck.ts'

export type NewDeck = { readonly tenantId: string; readonly name: string; readonly currency: Currency }

/** Creates a deck without prices; gives its id. Calls by it are refused until a version is in force. */
export async function createDeck(tx: Tx, clock: Clock, deck: NewDeck): Promise<string> {
  const id = newId(clock)
  await tx`
    insert into rate_deck (id, tenant_id, name, currency, created_at)
    values (${id}, ${deck.tenantId}, ${deck.name}, ${deck.currency}, ${clock.now()})`
  return id
}

export type DeckImport = {
  readonly tenantId: string
  readonly deckId: string
  /** The file: a header line and a line for each prefix (see `deckColumns`). */
  readonly csv: string
  /** What was read of the file already. */
  readonly rows?: readonly RateRow[]
  readonly importedBy?: string | undefined
  /** Puts the version in force in the same transaction. */
  readonly activate: boolean
  /** Puts it in force by itself at this instant. */
  readonly activatesAt?: number | undefined
  /** Zone, times of day, rounding; the custom of the house without it. */
  readonly tariff?: Tariff | undefined
  /** How further blocks are counted where no cell of the file says it. */
  readonly interval?: Interval | undefined
}

export type ImportedDeck = { readonly versionId: string; readonly rows: number }

/** Imports a file as the deck's next version, all of it or nothing. */
export async function importDeck(
  tx: Tx,
  clock: Clock,
  request: DeckImport,
): Promise<Result<ImportedDeck, DeckFileFailure | NoSuchDeck>> {
  const { tenantId, deckId, tariff = plainTariff } = request
  const read = (): Result<RateRow[], DeckFileFailure> =>
    readDeck(request.csv, { ...tariff, interval: request.interval ?? 'after_first' })
  const rows = request.rows ? ok(request.rows) : read()
  if (!rows.ok) return rows
  // The lock makes two imports into one deck take turns, so that each gets a number of its own.
  const decks = await tx`select id from rate_deck where id = ${deckId} and tenant_id = ${tenantId} for update`
  if (decks.length === 0) return noSuchDeck
  const versionId = newId(clock)
  const sha256 = createHash('sha256').update(request.csv).digest()
  await tx`
    insert into rate_deck_version
      (id, tenant_id, deck_id, number, row_count, sha256, imported_at, imported_by, activates_at, zone, periods,
       reprice_at_period, reprice_at_effective, rounding_mode, rounding_digits)
    select ${versionId}, ${tenantId}, ${deckId}, coalesce(max(number), 0) + 1, ${rows.value.length}, ${sha256},
           ${clock.now()}, ${request.importedBy ?? null}::uuid, ${request.activatesAt ?? null}::timestamptz,
           ${tariff.zone}, ${JSON.stringify(tariff.periods)}::text::jsonb, ${tariff.repriceAtPeriod}::boolean,
           ${tariff.repriceAtEffective}::boolean, ${tariff.rounding.mode}, ${tariff.rounding.digits}::int
    from rate_deck_version where deck_id = ${deckId}`
  await insertRows(tx, { tenantId, versionId }, rows.value)
  if (request.activate) await activateVersion(tx, clock, { tenantId, deckId, versionId })
  else if (request.activatesAt !== undefined) {
    const [owner] = await tx<{ path: string }[]>`select path from tenant where id = ${tenantId}`
    const payload = { tenantId, deckId, versionId, tenantPath: owner?.path ?? '' }
    await enqueue(tx, clock, deckActivation, { tenantId, payload, runAt: request.activatesAt, uniqueKey: versionId })
  }
  return ok({ versionId, rows: rows.value.length })
}

export type Activation = { readonly tenantId: string; readonly deckId: string; readonly versionId: string }

/** Puts a version in force for calls that begin from now on; calls in progress keep their price. */
export async function activateVersion(tx: Tx, clock: Clock, of: Activation): Promise<Result<true, NoSuchVersion>> {
  const found = await tx`
    update rate_deck_version set activated_at = ${clock.now()}
    where id = ${of.versionId} and deck_id = ${of.deckId} and tenant_id = ${of.tenantId} returning id`
  if (found.length === 0) return noSuchVersion
  await tx`
    update rate_deck set active_version_id = ${of.versionId} where id = ${of.deckId} and tenant_id = ${of.tenantId}`
  return ok(true)
}

const deckActivation = jobKind<Activation & { readonly tenantPath: string }>('catalog.activate')

/** Puts versions in force at the instants that were set for them. */
export function deckActivations(db: Db, clock: Clock): JobHandling {
  return handling(deckActivation, async (of) => {
    const activated = await db.as({ tenantPath: of.tenantPath }, (tx) => activateVersion(tx, clock, of))
    return activated.ok ? undefined : { ...activated, final: true }
  })
}
