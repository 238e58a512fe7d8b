/** Decks and their versions: a file becomes a version, which is never changed; one update puts it in force. */

import { createHash } from 'node:crypto'
import { newId, ok, type Clock, type Currency, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { RateRow } from '../rating/index.ts'
import { noSuchDeck, noSuchVersion, type DeckFileFailure, type NoSuchDeck, type NoSuchVersion } from './errors.ts'
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
  readonly importedBy?: string | undefined
  /** Puts the version in force in the same transaction. */
  readonly activate: boolean
}

export type ImportedDeck = { readonly versionId: string; readonly rows: number }

/** Imports a file as the deck's next version, all of it or nothing. */
export async function importDeck(
  tx: Tx,
  clock: Clock,
  request: DeckImport,
): Promise<Result<ImportedDeck, DeckFileFailure | NoSuchDeck>> {
  const rows = readDeck(request.csv)
  if (!rows.ok) return rows
  const { tenantId, deckId } = request
  // The lock makes two imports into one deck take turns, so that each gets a number of its own.
  const decks = await tx`select id from rate_deck where id = ${deckId} and tenant_id = ${tenantId} for update`
  if (decks.length === 0) return noSuchDeck
  const versionId = newId(clock)
  const sha256 = createHash('sha256').update(request.csv).digest()
  await tx`
    insert into rate_deck_version (id, tenant_id, deck_id, number, row_count, sha256, imported_at, imported_by)
    select ${versionId}, ${tenantId}, ${deckId}, coalesce(max(number), 0) + 1, ${rows.value.length}, ${sha256},
           ${clock.now()}, ${request.importedBy ?? null}::uuid
    from rate_deck_version where deck_id = ${deckId}`
  for (let at = 0; at < rows.value.length; at += ROWS_PER_STATEMENT) {
    await insertRows(tx, tenantId, versionId, rows.value.slice(at, at + ROWS_PER_STATEMENT))
  }
  if (request.activate) await activateVersion(tx, clock, { tenantId, deckId, versionId })
  return ok({ versionId, rows: rows.value.length })
}

const ROWS_PER_STATEMENT = 10_000

async function insertRows(tx: Tx, tenantId: string, versionId: string, rows: readonly RateRow[]): Promise<void> {
  const texts = <K extends keyof RateRow>(key: K): string[] => rows.map((row) => String(row[key]))
  await tx`
    insert into rate_row
      (tenant_id, version_id, prefix, direction, destination, class, connect_micros, first_seconds, first_nanos,
       next_seconds, next_nanos, grace_seconds, minimum_micros, blocked)
    select ${tenantId}, ${versionId}, prefix, direction, destination, class, connect_micros, first_seconds, first_nanos,
           next_seconds, next_nanos, grace_seconds, minimum_micros, blocked
    from unnest(
      ${texts('prefix')}::text[], ${texts('direction')}::text[], ${texts('destination')}::text[],
      ${texts('class')}::text[], ${texts('connectMicros')}::text[]::bigint[], ${texts('firstSeconds')}::text[]::int[],
      ${texts('firstNanos')}::text[]::bigint[], ${texts('nextSeconds')}::text[]::int[],
      ${texts('nextNanos')}::text[]::bigint[], ${texts('graceSeconds')}::text[]::int[],
      ${texts('minimumMicros')}::text[]::bigint[], ${texts('blocked')}::text[]::boolean[]
    ) as line (prefix, direction, destination, class, connect_micros, first_seconds, first_nanos,
               next_seconds, next_nanos, grace_seconds, minimum_micros, blocked)`
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
