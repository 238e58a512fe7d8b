/** What the API can do with products and prices. */

import { z } from 'zod'
import { csv, defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'
import {
  component,
  counterState,
  direction,
  inlineDiscount,
  inlineQuota,
  interval,
  rateClass,
  rateRow,
  rounding,
  tariff,
} from './schemas.ts'

/** Room for all the rows that a deck may have. */
const DECK_BYTES_MAX = 32 * 1_048_576

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
    z.object({
      id,
      number: z.int(),
      rows: z.int(),
      importedAt: instant,
      activatedAt: instant.nullable(),
      activatesAt: instant.nullable(),
    }),
  ),
})

const simulation = z.object({
  deck: z.object({
    currency: z.string().regex(/^[A-Z]{3}$/, 'a currency code such as CAD'),
    /** Zone, times of day, rounding. */
    ...tariff.shape,
    /** How further blocks are counted in rows that do not say it. */
    interval: interval.default('after_first'),
    rows: z.array(rateRow).min(1).max(10_000),
  }),
  plan: z
    .object({
      /** Classes that cost nothing under this plan. */
      freeClasses: z.array(rateClass).default([]),
      /** In place of the deck's. */
      rounding: rounding.optional(),
      /** Where periods begin, and since when the customer has the plan. */
      zone: tariff.shape.zone,
      billDay: z.int().min(1).max(31).default(1),
      startedAt: instant.optional(),
      quotas: z.array(inlineQuota).max(50).default([]),
      discounts: z.array(inlineDiscount).max(50).default([]),
      /** What is used already; periods that are not named are fresh. */
      counters: z.array(counterState).max(200).default([]),
    })
    .prefault({}),
  /** In this order: what one uses of the plan, the next one does not find. */
  calls: z
    .array(
      z.object({
        /** Returned with the answer; anything. */
        id: z.string().max(100).optional(),
        direction: direction.default('outbound'),
        /** The far end as E.164: the dialled number, or the called toll-free number. */
        to: z.string().regex(/^\+?[1-9]\d{2,14}$/, 'a number such as +14165550142'),
        /** Now, without it. */
        answeredAt: instant.optional(),
        /** Of the conversation; 0 for a call that was not answered. Begun seconds count whole. */
        durationMs: z.int().min(0).max(86_400_000),
        /** Seconds of the conversation at which it is cut into slices, as a call is that asks for more time. */
        splitAt: z.array(z.int().min(1).max(86_400)).max(1000).default([]),
        /** The far end is one of our own customers. */
        onnet: z.boolean().default(false),
      }),
    )
    .min(1)
    .max(10_000),
})

const simulatedCall = z.object({
  id: z.string().nullable(),
  to: z.string(),
  direction,
  answeredAt: instant,
  outcome: z.enum(['charged', 'free', 'refused']),
  /** How it was rated (`rated`, `minimum`, `grace`, `free_seconds`, `quota`), or why it was not. */
  reason: z.string(),
  prefix: z.string().nullable(),
  destination: z.string().nullable(),
  class: rateClass.nullable(),
  durationSeconds: z.int(),
  /** Whole blocks at a price, and what quotas gave. */
  billedSeconds: z.int(),
  quotaSeconds: z.int(),
  chargeMicros: micros,
  /** What a quota that blocks leaves of the call; null where none does. */
  allowedSeconds: z.int().nullable(),
  components: z.array(component),
  /** What each slice adds; they sum to the charge. Empty for a call that is not split. */
  slices: z.array(z.object({ untilSecond: z.int(), chargeMicros: micros })),
  /** Counters that the call changed. */
  counters: z.array(z.object({ itemId: z.string(), periodFrom: instant, before: z.string(), after: z.string() })),
  explanation: z.array(z.string()),
})

const simulated = z.object({
  currency: z.string(),
  calls: z.array(simulatedCall),
  /** After the last call, those open at its answer. */
  counters: z.array(
    z.object({
      itemId: z.string(),
      periodFrom: instant,
      periodTo: instant,
      expiresAt: instant,
      granted: z.string(),
      used: z.string(),
      reserved: z.string(),
    }),
  ),
  totals: z.object({
    count: z.int(),
    durationSeconds: z.int(),
    billedSeconds: z.int(),
    quotaSeconds: z.int(),
    chargeMicros: micros,
  }),
})

const plan = z.object({
  id,
  name: z.string(),
  currency: z.string(),
  quotas: z.array(
    z.object({
      id,
      name: z.string(),
      unit: z.enum(['seconds', 'money']),
      /** Seconds, or micros, for each period. */
      amount: z.string(),
      renewal: z.string(),
      rollover: z.int(),
      atExhaustion: z.enum(['bill', 'block']),
      priority: z.int(),
      destinations: z.string(),
    }),
  ),
  discounts: z.array(
    z.object({
      id,
      name: z.string(),
      unit: z.enum(['seconds', 'money']),
      renewal: z.string(),
      priority: z.int(),
      destinations: z.string(),
      tiers: z.array(z.object({ from: z.string(), percent: z.string() })),
    }),
  ),
})

const deckChanges = z.object({
  added: z.int(),
  removed: z.int(),
  /** Those with another cell; of them, those whose price went up or down. */
  changed: z.int(),
  up: z.int(),
  down: z.int(),
  same: z.int(),
  /** The first 200; prices of a minute, null where there is no row. */
  rows: z.array(
    z.object({
      change: z.enum(['added', 'removed', 'up', 'down', 'changed']),
      direction: z.string(),
      prefix: z.string(),
      destination: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
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
    failures: { 'catalog.deck_invalid': 422, 'catalog.plan_invalid': 422 },
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
    summary: 'Import a CSV or XLSX file as the next version of a deck, all of it or nothing',
    permission: 'catalog.write',
    audit: 'write',
    params: z.object({ id }),
    bodyBytesMax: DECK_BYTES_MAX,
    body: z.object({
      /** The text of a CSV file, or a CSV or XLSX file as base64. */
      csv: z.string().min(1).optional(),
      file: z.base64().optional(),
      /** Zone, times of day and rounding of the version; those of the version in force without it. */
      tariff: tariff.optional(),
      /** How further blocks are counted where no cell says it. */
      interval: interval.default('after_first'),
      /** Puts the version in force by itself at this instant. */
      activatesAt: instant.optional(),
      activate: z.boolean().default(false),
      /** Only say what would change. */
      preview: z.boolean().default(false),
    }),
    output: z.object({
      versionId: id.nullable(),
      rows: z.int(),
      /** Against the version in force. */
      changes: deckChanges,
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
  testCall: {
    method: 'POST',
    path: '/api/v1/decks/{id}/test-call',
    summary: 'What a call would cost by the version in force, and by the plan of a customer',
    permission: 'rating.simulate',
    audit: 'none',
    params: z.object({ id }),
    body: z.object({
      ...simulation.shape.calls.element.omit({ id: true, onnet: true }).shape,
      /** Whose plan, with what is left of it; none without. */
      customerId: id.optional(),
    }),
    output: z.object({ versionId: id, currency: z.string(), call: simulatedCall }),
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

/** Plans, and who has them. */
export const planOperations = defineOperations({
  listPlans: {
    method: 'GET',
    path: '/api/v1/plans',
    summary: 'Plans with their quotas and volume discounts',
    permission: 'catalog.read',
    audit: 'none',
    query: z.object(pageQuery),
    output: pageOf(plan),
    failures: { 'http.bad_cursor': 400 },
  },
  createPlan: {
    method: 'POST',
    path: '/api/v1/sellers/{id}/plans',
    summary: 'Offer a plan: quotas and volume discounts for groups of destinations; it is never changed afterwards',
    permission: 'catalog.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      name: z.string().min(1).max(100),
      currency: z.string().regex(/^[A-Z]{3}$/, 'a currency code such as CAD'),
      quotas: z
        .array(inlineQuota.omit({ id: true }))
        .max(50)
        .default([]),
      discounts: z
        .array(inlineDiscount.omit({ id: true }))
        .max(50)
        .default([]),
    }),
    output: z.object({ id }),
    failures: { 'catalog.no_such_seller': 404, 'catalog.plan_invalid': 422 },
  },
  assignPlan: {
    method: 'PUT',
    path: '/api/v1/customers/{id}/plan',
    summary: 'Give a customer another plan from now on, or none',
    permission: 'catalog.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ planId: id.nullable(), billDay: z.int().min(1).max(31).default(1) }),
    output: z.void(),
    failures: { 'catalog.no_such_customer': 404, 'catalog.no_such_plan': 404 },
  },
})

export const operations = { ...productOperations, ...deckOperations, ...planOperations }
