/** What the API can do with products and prices. */

import { z } from 'zod'
import { csv, defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'

/** Room for all the rows that a deck may have. */
const DECK_BYTES_MAX = 32 * 1_048_576

const direction = z.enum(['outbound', 'inbound'])
const rateClass = z.enum(['domestic', 'international', 'premium', 'tollfree'])
/** A decimal text such as `0.0125`: money and prices never travel as floating point numbers. */
const decimal = z.string().regex(/^\d{1,7}(\.\d{1,9})?$/, 'a decimal such as 0.0125')
const seconds = z.int().min(1).max(86_400)

const product = z.object({
  id,
  code: z.string(),
  name: z.string(),
  kind: z.enum(['extension', 'device', 'number', 'trunk']),
  currency: z.string(),
  monthlyMicros: micros,
  setupMicros: micros,
  status: z.enum(['offered', 'withdrawn']),
})

const deck = z.object({
  id,
  name: z.string(),
  currency: z.string(),
  activeVersionId: id.nullable(),
  versions: z.array(
    z.object({ id, number: z.int(), rows: z.int(), importedAt: instant, activatedAt: instant.nullable() }),
  ),
})

const rateRow = z.object({
  prefix: z.string().regex(/^[1-9]\d{0,14}$/, '1 to 15 digits'),
  destination: z.string().min(1).max(120),
  class: rateClass,
  direction: direction.default('outbound'),
  connect: decimal.default('0'),
  firstSeconds: seconds,
  firstPrice: decimal,
  nextSeconds: seconds,
  nextPrice: decimal,
  graceSeconds: z.int().min(0).max(86_400).default(0),
  minimum: decimal.default('0'),
  blocked: z.boolean().default(false),
})

const simulation = z.object({
  deck: z.object({
    currency: z.string().regex(/^[A-Z]{3}$/, 'a currency code such as CAD'),
    rows: z.array(rateRow).min(1).max(10_000),
  }),
  plan: z
    .object({
      /** Classes that cost nothing under this plan. */
      freeClasses: z.array(rateClass).default([]),
      rounding: z
        .object({ mode: z.enum(['half-up', 'half-even', 'up', 'down']), digits: z.int().min(2).max(6) })
        .default({ mode: 'half-up', digits: 6 }),
    })
    .prefault({}),
  calls: z
    .array(
      z.object({
        /** Returned with the answer; anything. */
        id: z.string().max(100).optional(),
        direction: direction.default('outbound'),
        /** The far end as E.164: the dialled number, or the called toll-free number. */
        to: z.string().regex(/^\+?[1-9]\d{2,14}$/, 'a number such as +14165550142'),
        /** Of the conversation; 0 for a call that was not answered. Begun seconds count whole. */
        durationMs: z.int().min(0).max(86_400_000),
        /** The far end is one of our own customers. */
        onnet: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(10_000),
})

const simulated = z.object({
  currency: z.string(),
  calls: z.array(
    z.object({
      id: z.string().nullable(),
      to: z.string(),
      direction,
      outcome: z.enum(['charged', 'free', 'refused']),
      /** `rated`, `minimum`, `grace`, `unanswered`, `onnet`, `free_class`, `blocked`, `no_rate`. */
      reason: z.string(),
      prefix: z.string().nullable(),
      destination: z.string().nullable(),
      class: rateClass.nullable(),
      durationSeconds: z.int(),
      billedSeconds: z.int(),
      chargeMicros: micros,
      explanation: z.array(z.string()),
    }),
  ),
  totals: z.object({ count: z.int(), durationSeconds: z.int(), billedSeconds: z.int(), chargeMicros: micros }),
})

/** What is sold, and what a call would cost. */
export const productOperations = defineOperations({
  listProducts: {
    method: 'GET',
    path: '/api/v1/products',
    summary: 'What is sold, with its prices',
    permission: 'catalog.read',
    audit: 'none',
    query: z.object(pageQuery),
    output: pageOf(product),
    failures: { 'http.bad_cursor': 400 },
  },
  simulateRating: {
    method: 'POST',
    path: '/api/v1/rating/simulate',
    summary: 'Price calls against a deck and plan in the request; nothing is stored',
    permission: 'rating.simulate',
    audit: 'none',
    body: simulation,
    output: simulated,
    failures: { 'catalog.deck_invalid': 422 },
  },
})

/** Rate decks and their versions. */
export const deckOperations = defineOperations({
  listDecks: {
    method: 'GET',
    path: '/api/v1/decks',
    summary: 'Rate decks and their versions, the newest version first',
    permission: 'catalog.read',
    audit: 'none',
    query: z.object(pageQuery),
    output: pageOf(deck),
    failures: { 'http.bad_cursor': 400 },
  },
  importDeck: {
    method: 'POST',
    path: '/api/v1/decks/{id}/versions',
    summary: 'Import a CSV file as the next version of a deck, all of it or nothing',
    permission: 'catalog.write',
    audit: 'write',
    params: z.object({ id }),
    bodyBytesMax: DECK_BYTES_MAX,
    body: z.object({
      csv: z.string().min(1),
      activate: z.boolean().default(false),
      /** Only say what would change. */
      preview: z.boolean().default(false),
    }),
    output: z.object({
      versionId: id.nullable(),
      rows: z.int(),
      /** Against the version in force. */
      changes: z.object({ added: z.int(), removed: z.int(), changed: z.int(), same: z.int() }),
    }),
    failures: { 'catalog.no_such_deck': 404, 'catalog.deck_invalid': 422, 'catalog.deck_too_large': 413 },
  },
  activateDeck: {
    method: 'POST',
    path: '/api/v1/decks/{id}/active-version',
    summary: 'Put a version in force for calls that begin from now on',
    permission: 'catalog.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ versionId: id }),
    output: z.void(),
    failures: { 'catalog.no_such_deck': 404, 'catalog.no_such_version': 404 },
  },
  exportDeck: {
    method: 'GET',
    path: '/api/v1/decks/{id}/versions/{versionId}/rows.csv',
    summary: 'A version of a deck as the file that would import it again',
    permission: 'catalog.read',
    audit: 'none',
    params: z.object({ id, versionId: id }),
    output: csv('The columns of an import'),
    failures: { 'catalog.no_such_version': 404 },
  },
})

export const operations = { ...productOperations, ...deckOperations }
