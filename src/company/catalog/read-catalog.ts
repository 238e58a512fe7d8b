/** Products, decks and their rows, as the API reads them; row-level security decides whose. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'
import { rowsAfter, type RowPosition } from './load-rates.ts'
import { cellsOf } from './compare-deck.ts'
import { deckColumns, furtherColumns } from './read-deck.ts'
import type { ProductKind } from './sell.ts'

export type ProductRow = {
  readonly id: string
  readonly code: string
  readonly name: string
  readonly kind: ProductKind
  readonly currency: string
  readonly monthlyMicros: Micros
  readonly setupMicros: Micros
  readonly status: 'offered' | 'withdrawn'
}

/** Products in the order of their creation, one more than the page holds. */
export function readProducts(tx: Tx, { after, limit }: PageRequest<['id']>): Promise<readonly ProductRow[]> {
  return tx<ProductRow[]>`
    select id, code, name, kind, currency, monthly_micros as "monthlyMicros", setup_micros as "setupMicros", status
    from product ${after ? tx`where id > ${after[0]}` : tx``} order by id limit ${limit + 1}`
}

export type DeckVersion = {
  readonly id: string
  readonly number: number
  readonly rows: number
  readonly importedAt: number
  readonly activatedAt: number | null
  /** When it is to come into force by itself. */
  readonly activatesAt: number | null
}

export type DeckRow = {
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly currency: string
  readonly activeVersionId: string | null
  readonly versions: readonly DeckVersion[]
}

/** Decks in the order of their creation with all their versions, one more than the page holds. */
export async function readDecks(tx: Tx, { after, limit }: PageRequest<['id']>): Promise<readonly DeckRow[]> {
  const decks = await tx<Omit<DeckRow, 'versions'>[]>`
    select id, tenant_id as "tenantId", name, currency, active_version_id as "activeVersionId"
    from rate_deck ${after ? tx`where id > ${after[0]}` : tx``} order by id limit ${limit + 1}`
  const versions = await tx<(DeckVersion & { deckId: string })[]>`
    select id, deck_id as "deckId", number, row_count as rows, imported_at as "importedAt",
           activated_at as "activatedAt", activates_at as "activatesAt"
    from rate_deck_version where deck_id = any(${decks.map((deck) => deck.id)}::uuid[]) order by number desc`
  return decks.map((deck) => ({
    ...deck,
    versions: versions.filter((one) => one.deckId === deck.id),
  }))
}

/** A seller's deck by which calls can be priced today: the named one, else his first. */
export async function deckInForce(
  tx: Tx,
  sellerId: string,
  deckId: string | undefined,
): Promise<Pick<DeckRow, 'id' | 'currency'> | undefined> {
  const [deck] = await tx<Pick<DeckRow, 'id' | 'currency'>[]>`
    select id, currency from rate_deck
    where tenant_id = ${sellerId} and active_version_id is not null
      ${deckId === undefined ? tx`` : tx`and id = ${deckId}`}
    order by created_at, id limit 1`
  return deck
}

/** One deck's owner and version in force; undefined when the caller may not see it. */
export async function readDeckHead(
  tx: Tx,
  deckId: string,
): Promise<Pick<DeckRow, 'tenantId' | 'activeVersionId' | 'currency'> | undefined> {
  const [row] = await tx<Pick<DeckRow, 'tenantId' | 'activeVersionId' | 'currency'>[]>`
    select tenant_id as "tenantId", currency, active_version_id as "activeVersionId"
    from rate_deck where id = ${deckId}`
  return row
}

/** Owner and number of a deck's version. */
export async function readVersionHead(
  tx: Tx,
  deckId: string,
  versionId: string,
): Promise<{ readonly tenantId: string; readonly number: number } | undefined> {
  const [row] = await tx<{ tenantId: string; number: number }[]>`
    select tenant_id as "tenantId", number from rate_deck_version where id = ${versionId} and deck_id = ${deckId}`
  return row
}

type Transaction = <T>(act: (tx: Tx) => Promise<T>) => Promise<T>

/** A version as the file that would import it again; each portion is a short transaction. */
export async function* deckLines(
  transaction: Transaction,
  version: { readonly tenantId: string; readonly versionId: string },
): AsyncGenerator<readonly string[]> {
  yield [...deckColumns, ...furtherColumns]
  let after: RowPosition | undefined
  do {
    const position = after
    const portion = await transaction((tx) => rowsAfter(tx, version, position))
    for (const row of portion.rows) yield cellsOf(row)
    after = portion.next
  } while (after)
}
