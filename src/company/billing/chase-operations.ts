/** What the API can do with chasing and with terms: dunning, credit limits, deposits, debits, cards of a seller. */

import { z } from 'zod'
import { day, defineOperations, id, instant, micros } from '../../platform/http/index.ts'

const stage = z.enum(['current', 'overdue', 'reminder', 'final_notice', 'restricted', 'suspended', 'terminated'])
const reason = z.string().trim().min(3).max(300)
const days = z.int().min(0).max(365)
const policy = z.object({
  acceptedCards: z
    .array(z.enum(['visa', 'visa_debit', 'mastercard', 'amex', 'discover', 'diners', 'jcb', 'unionpay']))
    .max(10),
  automaticPosting: z.boolean(),
  refundLimitMicros: micros,
  transferAnswer: z.string().trim().max(60),
  chequeHoldDays: z.int().min(0).max(30),
  returnedFeeMicros: micros,
  dunningDays: z.object({
    overdue: days,
    reminder: days,
    final_notice: days,
    restricted: days,
    suspended: days,
    terminated: days,
  }),
})
const place = z.discriminatedUnion('country', [
  z.object({
    country: z.literal('CA'),
    institution: z.string().regex(/^\d{3}$/),
    transit: z.string().regex(/^\d{5}$/),
    account: z.string().regex(/^\d{5,12}$/),
  }),
  z.object({
    country: z.literal('US'),
    routing: z.string().regex(/^\d{9}$/),
    account: z.string().regex(/^[0-9A-Za-z]{4,17}$/),
    kind: z.enum(['checking', 'savings']),
  }),
])
const text = (max: number) => z.string().trim().min(1).max(max)
const originator = z.discriminatedUnion('format', [
  z.object({
    format: z.literal('cpa005'),
    originatorId: text(10),
    dataCentre: z.string().regex(/^\d{5}$/),
    shortName: text(15),
    longName: text(30),
    returns: z.object({
      institution: z.string().regex(/^\d{3}$/),
      transit: z.string().regex(/^\d{5}$/),
      account: z.string().regex(/^\d{5,12}$/),
    }),
    currency: z.enum(['CAD', 'USD']),
  }),
  z.object({
    format: z.literal('nacha'),
    bankRouting: z.string().regex(/^\d{9}$/),
    bankName: text(23),
    companyId: text(10),
    companyName: text(23),
  }),
])

export const chaseOperations = defineOperations({
  listDunning: {
    method: 'GET',
    path: '/api/v1/dunning',
    summary: 'Accounts that are chased, the longest overdue first',
    permission: 'billing.read',
    audit: 'none',
    output: z.object({
      items: z.array(
        z.object({
          id,
          customerId: id,
          customerName: z.string(),
          accountId: id,
          stage,
          currency: z.string(),
          overdueMicros: micros,
          oldestDueAt: instant.nullable(),
          holdUntil: instant.nullable(),
          toldPercent: z.int(),
        }),
      ),
    }),
    failures: {},
  },
  holdDunning: {
    method: 'POST',
    path: '/api/v1/dunning/{id}/hold',
    summary: 'Hold the ladder for a promise to pay, once',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ until: instant, reason }),
    output: z.void(),
    failures: { 'payments.no_account': 404, 'payments.held_before': 409 },
  },
  moveDunning: {
    method: 'POST',
    path: '/api/v1/dunning/{id}/move',
    summary: 'Move an account on the ladder by hand',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ to: stage, reason }),
    output: z.void(),
    failures: {
      'payments.no_account': 404,
      'transition.not_allowed': 409,
      'transition.forbidden': 403,
      'transition.refused': 409,
      'transition.not_found': 404,
    },
  },
  readLimitAdvice: {
    method: 'GET',
    path: '/api/v1/customers/{id}/limit-advice',
    summary: 'What the credit limit of a customer should be: 2.5 expected months; outside 2 to 3 it says so',
    permission: 'accounts.read',
    audit: 'none',
    params: z.object({ id }),
    output: z.object({
      accountId: id,
      currency: z.string(),
      creditLimitMicros: micros,
      expectedMonthlyMicros: micros,
      recommendedMicros: micros,
      coversTenths: z.int().nullable(),
      verdict: z.enum(['fits', 'too_low', 'too_high', 'unknown']),
    }),
    failures: { 'payments.no_account': 404 },
  },
  sendPayLink: {
    method: 'POST',
    path: '/api/v1/customers/{id}/pay-link',
    summary: 'Mail a customer a link that works once: to enter a card, or to pay. Nobody says a number aloud',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ purpose: z.enum(['store', 'pay']), invoiceId: id.optional() }),
    output: z.object({ mails: z.int() }),
    failures: { 'payments.no_account': 404, 'payments.no_gateway': 409, 'payments.nothing_due': 409 },
  },
  depositCheques: {
    method: 'POST',
    path: '/api/v1/deposit-batches',
    summary: 'Note which cheques went to the bank together',
    permission: 'billing.write',
    audit: 'write',
    body: z.object({
      paymentIds: z.array(id).min(1).max(200),
      bank: z.string().trim().min(1).max(100),
      depositedOn: day,
    }),
    output: z.object({ id }),
    failures: { 'payments.no_batch': 409 },
  },
  agreeDebits: {
    method: 'PUT',
    path: '/api/v1/customers/{id}/debit-mandate',
    summary: 'Note that a customer agreed in writing to pre-authorised debits of a bank account',
    permission: 'billing.write',
    audit: 'write',
    params: z.object({ id }),
    body: z.object({ place, consentText: z.string().trim().min(20).max(2000) }),
    output: z.object({ id }),
    isSecret: true,
    failures: { 'payments.no_account': 404, 'payments.bad_account': 422 },
  },
  makeDebitFile: {
    method: 'POST',
    path: '/api/v1/debit-files',
    summary: 'Make the next file of debits for the bank: CPA 005 or NACHA; its debits wait in the posting queue',
    permission: 'billing.write',
    audit: 'write',
    body: z.object({ originator, dueOn: day }),
    output: z.object({ id, fileName: z.string(), content: z.string(), items: z.int(), totalMicros: micros }),
    isSecret: true,
    failures: { 'payments.no_debits': 409 },
  },
  readPaymentPolicy: {
    method: 'GET',
    path: '/api/v1/payment-policy',
    summary: 'How the caller’s company takes and chases money',
    permission: 'billing.read',
    audit: 'none',
    output: policy,
    failures: {},
  },
  setPaymentPolicy: {
    method: 'PUT',
    path: '/api/v1/payment-policy',
    summary: 'Decide how the caller’s company takes and chases money',
    permission: 'billing.write',
    audit: 'write',
    body: policy,
    output: policy,
    failures: {},
  },
  setCardGateway: {
    method: 'PUT',
    path: '/api/v1/card-gateway',
    summary: 'Connect the caller’s company to its card processor; the keys are kept sealed',
    permission: 'brands.write',
    audit: 'write',
    body: z.object({
      apiUrl: z
        .string()
        .trim()
        .regex(/^(https?:\/\/\S{1,190})?$/, 'an address, or nothing for the processor’s own'),
      publishableKey: z.string().trim().min(8).max(200),
      secretKey: z.string().trim().min(8).max(200),
      webhookSecret: z.string().trim().min(8).max(200),
    }),
    output: z.object({ webhookPath: z.string() }),
    isSecret: true,
    failures: {},
  },
})
