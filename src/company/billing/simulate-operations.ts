/** What the API computes of billing without storing anything: the invoices of a history. */

import { z } from 'zod'
import { isZone } from '../../base/index.ts'
import { day, defineOperations, instant, micros } from '../../platform/http/index.ts'
import { line, tax } from './invoice-operations.ts'

/** Money as a decimal with at most `digits` decimals. */
const cents = z.string().regex(/^-?\d{1,9}(\.\d{1,2})?$/, 'an amount such as 30.00')
const exact = z.string().regex(/^-?\d{1,9}(\.\d{1,6})?$/, 'an amount such as 0.716667')
const code = z.enum(['telecom', 'goods', 'service', 'none'])

const history = z.object({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency code such as CAD')
    .default('CAD'),
  /** Where days begin. */
  zone: z.string().max(64).refine(isZone, 'an IANA zone such as America/Toronto').default('America/Toronto'),
  billDay: z.int().min(1).max(31).default(1),
  /** Place of supply. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .default('CA'),
  region: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .default('ON'),
  taxExempt: z.string().min(3).max(200).nullable().default(null),
  /** Invoices of the bill days in this half-open range. */
  from: day,
  to: day,
  subscriptions: z
    .array(
      z.object({
        id: z.string().min(1).max(60).optional(),
        description: z.string().min(1).max(200).default('Service'),
        startedOn: day,
        /** The first day without it, and the day from which that is known: that day itself without it. */
        endedOn: day.nullable().default(null),
        endKnownOn: day.optional(),
        monthly: cents,
        setup: cents.default('0'),
        proration: z.enum(['days', 'thirty']).default('days'),
        creditsUnused: z.boolean().default(true),
        taxCode: code.default('telecom'),
      }),
    )
    .max(500)
    .default([]),
  /** Charges of calls as the ledger has them. */
  usage: z
    .array(
      z.object({
        answeredAt: instant,
        amount: exact,
        destination: z.string().min(1).max(120).default('Calls'),
        class: z.string().min(1).max(20).default('domestic'),
        seconds: z.int().min(0).max(86_400).default(0),
      }),
    )
    .max(20_000)
    .default([]),
  oneOffs: z
    .array(
      z.object({
        day,
        description: z.string().min(1).max(200),
        amount: cents,
        taxCode: code.default('service'),
      }),
    )
    .max(500)
    .default([]),
})

const simulated = z.object({
  date: z.string(),
  /** Usage of these days, half-open. */
  periodFrom: z.string(),
  periodTo: z.string(),
  windowFrom: instant,
  windowTo: instant,
  lines: z.array(line.omit({ subscriptionId: true }).extend({ subscriptionId: z.string().nullable() })),
  taxes: z.array(tax),
  usageMicros: micros,
  roundingMicros: micros,
  netMicros: micros,
  taxMicros: micros,
  totalMicros: micros,
})

export const simulateOperations = defineOperations({
  simulateBilling: {
    method: 'POST',
    path: '/api/v1/billing/simulate',
    summary: 'Lines, taxes and totals of the invoices that a history of subscriptions and charges would produce',
    permission: 'rating.simulate',
    audit: 'none',
    body: history,
    bodyBytesMax: 4 * 1_048_576,
    output: z.object({
      currency: z.string(),
      zone: z.string(),
      invoices: z.array(simulated),
      totals: z.object({ netMicros: micros, taxMicros: micros, totalMicros: micros }),
    }),
    failures: { 'billing.bad_history': 422, 'billing.no_tax_rates': 422 },
  },
})
