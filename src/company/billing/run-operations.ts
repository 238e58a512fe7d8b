/** What the API can do with the way a seller bills: policy, taxes, runs. */

import { z } from 'zod'
import { isZone } from '../../base/index.ts'
import { day, defineOperations, id, instant, micros } from '../../platform/http/index.ts'

const kind = z.enum(['customer', 'wholesale'])
const policy = z.object({
  /** The hour of the bill day at which invoices are made, in `zone`. */
  runAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 06:00'),
  zone: z.string().max(64).refine(isZone, 'an IANA zone such as America/Toronto'),
  dueDays: z.int().min(0).max(120),
  invoicePrefix: z.string().regex(/^[A-Z0-9-]{0,12}$/, 'capital letters, digits and dashes'),
  /** `approved`: a person looks at the drafts first. */
  issuing: z.enum(['automatic', 'approved']),
  callsListedMax: z.int().min(0).max(2000),
})
const registration = z.object({
  tax: z.string().trim().min(2).max(40),
  number: z.string().trim().min(2).max(40),
  validFrom: day,
})
const run = z.object({
  id,
  sellerId: id,
  sellerName: z.string(),
  periodTo: z.string(),
  kind,
  state: z.enum(['drafting', 'drafted', 'issuing', 'issued']),
  startedAt: instant,
  approvedAt: instant.nullable(),
  issuedAt: instant.nullable(),
  drafts: z.int(),
  issued: z.int(),
  unposted: z.int(),
  /** Of drafts and invoices together, by currency. */
  totals: z.array(z.object({ currency: z.string(), netMicros: micros, taxMicros: micros, totalMicros: micros })),
})

/** Policy and taxes of the caller's own company. */
export const policyOperations = defineOperations({
  readBillingPolicy: {
    method: 'GET',
    path: '/api/v1/billing/policy',
    summary: "How the caller's company bills",
    permission: 'billing.read',
    audit: 'none',
    output: policy,
    failures: { 'billing.no_seller': 404 },
  },
  changeBillingPolicy: {
    method: 'PUT',
    path: '/api/v1/billing/policy',
    summary: "Change how the caller's company bills, from the next run on",
    permission: 'billing.write',
    audit: 'write',
    body: policy,
    output: policy,
    failures: { 'billing.no_seller': 404 },
  },
  listTaxes: {
    method: 'GET',
    path: '/api/v1/billing/taxes',
    summary: 'The taxes of a day by province, and under which number each is collected',
    permission: 'billing.read',
    audit: 'none',
    query: z.object({ day: day.optional() }),
    output: z.object({
      day: z.string(),
      rates: z.array(
        z.object({
          region: z.string(),
          tax: z.string(),
          ratePpm: z.int(),
          validFrom: z.string(),
          registration: z.string().nullable(),
        }),
      ),
    }),
    failures: { 'billing.no_seller': 404 },
  },
  registerTax: {
    method: 'POST',
    path: '/api/v1/billing/taxes',
    summary: 'Note the number under which a tax is collected; it is printed beside it',
    permission: 'billing.write',
    audit: 'write',
    body: registration,
    output: registration,
    failures: { 'billing.no_seller': 404 },
  },
})

/** Billing runs. */
export const runOperations = defineOperations({
  listBillingRuns: {
    method: 'GET',
    path: '/api/v1/billing/runs',
    summary: 'Billing runs, the newest first',
    permission: 'billing.read',
    audit: 'none',
    output: z.object({ items: z.array(run) }),
    failures: {},
  },
  startBillingRun: {
    method: 'POST',
    path: '/api/v1/billing/runs',
    summary: 'Make the drafts of periods that end on a day; under an automatic policy issue them too',
    permission: 'billing.write',
    audit: 'write',
    body: z.object({ day, kind: kind.default('customer') }),
    output: z.object({ queued: z.literal(true) }),
    failures: { 'billing.no_seller': 404, 'billing.not_over': 409 },
  },
  approveBillingRun: {
    method: 'POST',
    path: '/api/v1/billing/runs/{id}/approve',
    summary: 'Issue and post the drafts of a run',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    output: z.object({ queued: z.literal(true) }),
    failures: { 'billing.no_such_run': 404 },
  },
})
