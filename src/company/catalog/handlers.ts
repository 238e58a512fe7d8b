/** What the catalog's operations do. */

import { ok, type Clock } from '../../base/index.ts'
import { plainTariff } from '../rating/index.ts'
import { bindOperations, readPage, toPage, type BoundOperation, type Handlers } from '../../platform/http/index.ts'
import { noSuchDeck, noSuchVersion } from './errors.ts'
import { activateVersion, importDeck } from './import-deck.ts'
import { operations, type deckOperations, type productOperations } from './operations.ts'
import { compareDeck } from './compare-deck.ts'
import { deckText } from './deck-text.ts'
import { readTariff } from './rate-columns.ts'
import { tariffOf } from './read-terms.ts'
import { deckLines, readDeckHead, readDecks, readProducts, readVersionHead } from './read-catalog.ts'
import { readDeck } from './read-deck.ts'
import { simulateRating } from './simulate.ts'
import { planHandlers } from './plan-handlers.ts'
import { testCall } from './test-call.ts'

export type CatalogOperationsParts = { readonly clock: Clock }

/** The catalog's operations, ready to be mounted. */
export function catalogOperations({ clock }: CatalogOperationsParts): readonly BoundOperation[] {
  return bindOperations(operations, { ...productHandlers(clock), ...deckHandlers(clock), ...planHandlers(clock) })
}

function productHandlers(clock: Clock): Handlers<typeof productOperations> {
  return {
    async listProducts({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => readProducts(tx, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.id]))
    },
    simulateRating: ({ body }) => Promise.resolve(simulateRating(body, clock.now())),
  }
}

function deckHandlers(clock: Clock): Handlers<typeof deckOperations> {
  return {
    async listDecks({ query }, { transaction }) {
      const page = readPage(query, ['id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => readDecks(tx, page.value))
      const { items, next } = toPage(rows, page.value.limit, (row) => [row.id])
      return ok({
        next,
        items: items.map((deck) => ({ ...deck, versions: [...deck.versions] })),
      })
    },
    async importDeck({ params, body }, { caller, transaction, note }) {
      const text = body.file === undefined ? ok(body.csv ?? '') : await deckText(Buffer.from(body.file, 'base64'))
      if (!text.ok) return text
      return transaction(async (tx) => {
        const deck = await readDeckHead(tx, params.id)
        if (!deck) return noSuchDeck
        const { tenantId, activeVersionId } = deck
        const active = activeVersionId === null ? undefined : { tenantId, versionId: activeVersionId }
        const inForce = active && (await readTariff(tx, active))
        const tariff = body.tariff ? tariffOf(body.tariff) : (inForce ?? plainTariff)
        const rows = readDeck(text.value, { ...tariff, interval: body.interval })
        if (!rows.ok) return rows
        const changes = await compareDeck(tx, rows.value, active)
        if (body.preview) return ok({ versionId: null, rows: rows.value.length, changes })
        const { activate, activatesAt, interval } = body
        const file = { csv: text.value, activate, activatesAt, interval, tariff }
        const request = { tenantId, deckId: params.id, importedBy: caller.loginId, rows: rows.value, ...file }
        const imported = await importDeck(tx, clock, request)
        if (!imported.ok) return imported
        const { rows: _, ...counts } = changes
        note({ subjectKind: 'rate_deck', subjectId: params.id, after: { ...imported.value, ...counts } })
        return ok({ ...imported.value, changes })
      })
    },
    async activateDeck({ params, body }, { transaction, note }) {
      return transaction(async (tx) => {
        const deck = await readDeckHead(tx, params.id)
        if (!deck) return noSuchDeck
        const of = { tenantId: deck.tenantId, deckId: params.id, versionId: body.versionId }
        const activated = await activateVersion(tx, clock, of)
        if (!activated.ok) return activated
        const [before, after] = [{ versionId: deck.activeVersionId }, { versionId: body.versionId }]
        note({ subjectKind: 'rate_deck', subjectId: params.id, before, after })
        return ok(undefined)
      })
    },
    testCall: ({ params, body }, { transaction }) => transaction((tx) => testCall(tx, params.id, body, clock.now())),
    async exportDeck({ params }, { transaction }) {
      const { id: deckId, versionId } = params
      const version = await transaction((tx) => readVersionHead(tx, deckId, versionId))
      if (!version) return noSuchVersion
      const rows = deckLines(transaction, { tenantId: version.tenantId, versionId })
      return ok({ fileName: `deck-version-${version.number}.csv`, rows })
    },
  }
}
