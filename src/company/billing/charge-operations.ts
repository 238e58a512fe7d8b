/** What the API can do beside the months: one-off charges, credit notes, where somebody is billed. */

import { z } from 'zod'
import { isMailAddress } from '../../platform/mail/index.ts'
import { defineOperations, id, instant, micros } from '../../platform/http/index.ts'

/** A hundred thousand: more is a typing error. */
const AMOUNT_MAX = 100_000n * 1_000_000n

const cents = micros.refine((amount) => amount % 10_000n === 0n, 'whole cents')
const profile = z.object({
  region: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as ON'),
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters, such as CA'),
  postalAddress: z.string().trim().max(400),
  email: z.string().max(254).refine(isMailAddress, 'a mail address'),
  billDay: z.int().min(1).max(31).default(1),
  /** Why no tax is due. */
  taxExempt: z.string().trim().min(3).max(200).nullable().default(null),
})
const noSuchCustomer = { 'tenant.no_such_customer': 404 } as const

export const chargeOperations = defineOperations({
  readBillingProfile: {
    method: 'GET',
    path: '/api/v1/customers/{id}/billing-profile',
    summary: 'Where and how a customer is billed; null until it was entered',
    permission: 'billing.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({ profile: profile.nullable() }),
    failures: noSuchCustomer,
  },
  setBillingProfile: {
    method: 'PUT',
    path: '/api/v1/customers/{id}/billing-profile',
    summary: 'Set where and how a customer is billed',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: profile,
    output: profile,
    failures: noSuchCustomer,
  },
  chargeOnce: {
    method: 'POST',
    path: '/api/v1/customers/{id}/charges',
    summary: 'A fee, or with a negative amount a credit: on the balance at once, on the next invoice as a line',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      amountMicros: cents.refine((amount) => amount !== 0n && amount <= AMOUNT_MAX && amount >= -AMOUNT_MAX, 'not 0'),
      description: z.string().trim().min(3).max(200),
      taxCode: z.enum(['telecom', 'goods', 'service', 'none']).default('service'),
    }),
    output: z.object({ id }),
    failures: { ...noSuchCustomer, 'billing.no_account': 409 },
  },
  creditInvoice: {
    method: 'POST',
    path: '/api/v1/invoices/{id}/credit-notes',
    summary: 'Take back a part of an invoice, with the taxes that it had',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({
      /** Before taxes; positive. */
      netMicros: cents.refine((amount) => amount > 0n && amount <= AMOUNT_MAX, 'more than nothing'),
      reason: z.string().trim().min(3).max(500),
    }),
    output: z.object({
      id,
      number: z.string(),
      netMicros: micros,
      taxMicros: micros,
      totalMicros: micros,
      issuedAt: instant,
    }),
    failures: { 'billing.no_such_invoice': 404, 'billing.not_issued': 409, 'billing.credit_too_large': 409 },
  },
})
