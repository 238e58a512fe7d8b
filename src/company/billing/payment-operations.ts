/** What the API can do with paying: what a payer sees and does himself. */

import { z } from 'zod'
import { defineOperations, id, instant, micros, pageOf, pageQuery } from '../../platform/http/index.ts'

const status = z.enum([
  'created',
  'action',
  'processing',
  'failed',
  'canceled',
  'received',
  'posted',
  'disputed',
  'reversed',
  'refunded',
])
const method = z.enum(['card', 'etransfer', 'eft', 'cheque', 'debit', 'other'])

export const payment = z.object({
  id,
  tenantId: id,
  customerName: z.string(),
  method,
  origin: z.enum(['manual', 'automatic']),
  status,
  amountMicros: micros,
  refundedMicros: micros,
  currency: z.string(),
  invoiceId: id.nullable(),
  attempt: z.int(),
  declineKind: z.enum(['hard', 'soft', 'action']).nullable(),
  declineText: z.string().nullable(),
  reference: z.string(),
  valueDate: z.string().nullable(),
  /** The rule that posted it; null when a person did. */
  postedRule: z.string().nullable(),
  postedBy: id.nullable(),
  reversedWhy: z.string().nullable(),
  cardBrand: z.string().nullable(),
  cardLast4: z.string().nullable(),
  createdAt: instant,
  receivedAt: instant.nullable(),
  postedAt: instant.nullable(),
})

const openInvoice = z.object({
  id,
  number: z.string(),
  status: z.string(),
  issuedAt: instant,
  dueAt: instant,
  totalMicros: micros,
  openMicros: micros,
})

const paymentInfo = z.object({
  customerId: id,
  customerName: z.string(),
  accountCode: z.string(),
  accountId: id,
  currency: z.string(),
  creditLimitMicros: micros,
  /** What is open of the invoices: the amount to pay, whatever the balance is. */
  amountToPayMicros: micros,
  invoices: z.array(openInvoice),
  balance: z.object({
    unpaidMicros: micros,
    callsMicros: micros,
    otherMicros: micros,
    creditMicros: micros,
    balanceMicros: micros,
    since: instant.nullable(),
  }),
  takesCards: z.boolean(),
  card: z.object({ brand: z.string(), last4: z.string(), expMonth: z.int(), expYear: z.int() }).nullable(),
  mandate: z.object({ consentText: z.string(), consentedAt: instant }).nullable(),
  consentText: z.string(),
  instructions: z.object({
    mailbox: z.string(),
    answer: z.string(),
    note: z.string(),
    postalAddress: z.string(),
    payee: z.string(),
  }),
  stage: z.string(),
})

const page = z.object({ path: z.string() })
const mine = { 'payments.no_account': 404 } as const
const customerId = id.optional()

export const paymentOperations = defineOperations({
  readPaymentInfo: {
    method: 'GET',
    path: '/api/v1/payment-info',
    summary: 'What there is to pay and how: open invoices, the balance explained, the card, the other ways',
    permission: 'invoices.read',
    audit: 'none',
    query: z.object({ customerId }),
    output: paymentInfo,
    failures: mine,
  },
  openCardPage: {
    method: 'POST',
    path: '/api/v1/payment-info/card',
    summary: 'Open the page on which a card is entered to be charged every month',
    permission: 'payments.make',
    audit: 'write',
    body: z.object({ customerId }),
    output: page,
    isSecret: true,
    failures: { ...mine, 'payments.no_gateway': 409 },
  },
  openPayPage: {
    method: 'POST',
    path: '/api/v1/payment-info/pay',
    summary: 'Open the page on which an invoice, or an amount, is paid once by card',
    permission: 'payments.make',
    audit: 'write',
    body: z.object({ customerId, invoiceId: id.optional(), amountMicros: micros.optional() }),
    output: page,
    isSecret: true,
    failures: {
      ...mine,
      'payments.no_gateway': 409,
      'payments.nothing_due': 409,
      'payments.bad_amount': 422,
    },
  },
  endMandate: {
    method: 'DELETE',
    path: '/api/v1/payment-info/mandate',
    summary: 'Withdraw the leave to charge the card every month',
    permission: 'payments.make',
    audit: 'write',
    query: z.object({ customerId }),
    output: z.void(),
    failures: { ...mine, 'payments.no_card': 409 },
  },
  announcePayment: {
    method: 'POST',
    path: '/api/v1/payment-info/notices',
    summary: 'Say that money is on its way through the bank; it is posted when it arrives',
    permission: 'payments.make',
    audit: 'write',
    body: z.object({
      customerId,
      method: z.enum(['etransfer', 'eft', 'cheque']),
      amountMicros: micros.optional(),
      reference: z.string().trim().max(200).default(''),
      note: z.string().trim().max(1000).default(''),
    }),
    output: z.object({ id }),
    failures: { ...mine, 'payments.bad_amount': 422 },
  },
  requestLimitReview: {
    method: 'POST',
    path: '/api/v1/payment-info/limit-review',
    summary: 'Ask for a review of the credit limit',
    permission: 'payments.make',
    audit: 'write',
    body: z.object({ customerId, reason: z.string().trim().min(3).max(500) }),
    output: z.void(),
    failures: mine,
  },
  listPayments: {
    method: 'GET',
    path: '/api/v1/payments',
    summary: 'Payments, the newest first',
    permission: 'invoices.read',
    audit: 'none',
    query: z.object({ ...pageQuery, customerId, status: status.optional(), method: method.optional() }),
    output: pageOf(payment),
    failures: { 'http.bad_cursor': 400 },
  },
  readPayment: {
    method: 'GET',
    path: '/api/v1/payments/{id}',
    summary: 'One payment with what it paid',
    permission: 'invoices.read',
    audit: 'none',
    params: z.object({ id }),
    output: payment.extend({
      allocations: z.array(
        z.object({ invoiceId: id, number: z.string(), amountMicros: micros, createdAt: instant, reason: z.string() }),
      ),
    }),
    failures: { 'payments.no_such_payment': 404 },
  },
})
