/** What the operations of payers do. */

import { newToken, ok, type Failure, type Micros, type Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { readPage, toPage, type CallerContext, type Handlers } from '../../platform/http/index.ts'
import { writeEvents } from '../../platform/jobs/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import type { paymentOperations } from './payment-operations.ts'
import { announcePayment } from './payments/announce.ts'
import { invoicesOf } from './payments/allocation/open-invoices.ts'
import { endMandate } from './payments/cards/methods.ts'
import { openSession } from './payments/cards/pay-session.ts'
import { badAmount, noAccount, noCard, noGateway, noSuchPayment, nothingDue } from './payments/errors.ts'
import { inHouse, type PaymentParts } from './payments/parts.ts'
import { payerOf, type PayerAccount } from './payments/payer.ts'
import { readPaymentInfo } from './payments/payment-info.ts'
import { policyOf } from './payments/policy.ts'
import { listPayments, readPayment } from './payments/read-payments.ts'

/** In the portal the page is used at once. */
const PAGE_DAYS = 1

/** Whose money it is about: the one named, else the caller's own. */
async function payerFor(tx: Tx, context: CallerContext, customerId: string | undefined) {
  return payerOf(tx, customerId ?? context.caller.tenantId)
}

/** Handlers of what payers do. */
export function paymentHandlers(parts: PaymentParts): Handlers<typeof paymentOperations> {
  const { clock, random } = parts
  const open = async <F extends Failure>(
    context: CallerContext,
    customerId: string | undefined,
    terms: (tx: Tx, payer: PayerAccount) => Promise<Result<Terms, F>>,
  ): Promise<Result<{ path: string }, F | OpenFailure>> => {
    const payer = await context.transaction((tx) => payerFor(tx, context, customerId))
    if (!payer) return noAccount
    if (!(await parts.gatewayOf(payer.sellerId))) return noGateway
    const token = newToken(random)
    return context.transaction(async (tx) => {
      const wanted = await terms(tx, payer)
      if (!wanted.ok) return wanted
      const createdBy = subjectOf(context.caller)
      const session = { payer, token, ...wanted.value, isLink: false, createdBy, days: PAGE_DAYS }
      const id = await openSession(tx, clock, session)
      context.note({ subjectKind: 'pay_session', subjectId: id, after: { purpose: wanted.value.purpose } })
      return ok({ path: `/pay/${token}` })
    })
  }
  return {
    ...readHandlers(parts),
    ...actHandlers(parts),
    openCardPage: ({ body }, context) =>
      open<never>(context, body.customerId, () =>
        Promise.resolve(ok({ purpose: 'store', invoiceId: null, amountMicros: null })),
      ),
    openPayPage: ({ body }, context) =>
      open<(typeof nothingDue | typeof badAmount)['failure']>(context, body.customerId, async (tx, { accountId }) => {
        const invoices = await invoicesOf(tx, accountId)
        const named = invoices.find((one) => one.id === body.invoiceId)
        if (body.invoiceId !== undefined && !named) return nothingDue
        const all = invoices.reduce((sum, { openMicros }) => sum + openMicros, 0n)
        const amountMicros = body.amountMicros ?? named?.openMicros ?? all
        if (amountMicros === 0n) return nothingDue
        if (amountMicros < 0n || amountMicros % 10_000n !== 0n || amountMicros > AMOUNT_MAX) return badAmount
        return ok({ purpose: 'pay' as const, invoiceId: named?.id ?? null, amountMicros })
      }),
  }
}

type Acts = Pick<Handlers<typeof paymentOperations>, 'endMandate' | 'announcePayment' | 'requestLimitReview'>

function actHandlers(parts: PaymentParts): Acts {
  const { clock } = parts
  return {
    endMandate: ({ query }, context) =>
      context.transaction(async (tx) => {
        const payer = await payerFor(tx, context, query.customerId)
        if (!payer) return noAccount
        if (!(await endMandate(tx, clock, payer.tenantId))) return noCard
        context.note({ subjectKind: 'customer', subjectId: payer.tenantId, after: { mandate: 'withdrawn' } })
        return ok(undefined)
      }),
    async announcePayment({ body }, context) {
      const payer = await context.transaction((tx) => payerFor(tx, context, body.customerId))
      if (!payer) return noAccount
      const amountMicros = body.amountMicros ?? null
      if (amountMicros !== null && amountMicros <= 0n) return badAmount
      const { method, reference, note } = body
      const { tenantId: customerId, sellerId, name } = payer
      const about = { sellerId, customerId, method, amountMicros, payer: name, reference, note }
      const by = { source: 'portal' as const, createdBy: subjectOf(context.caller) }
      // The queue is the seller's, above the customer's scope.
      const id = await inHouse(parts, (tx) => announcePayment(tx, clock, { ...about, ...by }))
      context.note({ subjectKind: 'expected_payment', subjectId: id, after: { method, amountMicros } })
      return ok({ id })
    },
    requestLimitReview: ({ body }, context) =>
      context.transaction(async (tx) => {
        const payer = await payerFor(tx, context, body.customerId)
        if (!payer) return noAccount
        const { tenantId, accountId, creditLimitMicros } = payer
        const payload = { tenantId, accountId, creditLimitMicros: String(creditLimitMicros), reason: body.reason }
        await writeEvents(tx, clock, [{ tenantId, topic: 'billing.review_requested', payload }])
        context.note({ subjectKind: 'account', subjectId: accountId, reason: body.reason })
        return ok(undefined)
      }),
  }
}

const AMOUNT_MAX = 100_000_000_000n

type Terms = {
  readonly purpose: 'store' | 'pay'
  readonly invoiceId: string | null
  readonly amountMicros: Micros | null
}
type OpenFailure = (typeof noAccount | typeof noGateway)['failure']
type Reads = Pick<Handlers<typeof paymentOperations>, 'readPaymentInfo' | 'listPayments' | 'readPayment'>

function readHandlers(parts: PaymentParts): Reads {
  return {
    async readPaymentInfo({ query }, context) {
      const payer = await context.transaction((tx) => payerFor(tx, context, query.customerId))
      if (!payer) return noAccount
      const policy = await inHouse(parts, (tx) => policyOf(tx, payer.sellerId))
      const takesCards = (await parts.gatewayOf(payer.sellerId)) !== undefined
      const info = await context.transaction((tx) => readPaymentInfo(tx, payer.tenantId, policy))
      if (!info) return noAccount
      const { card, invoices, payer: who, ...rest } = info
      return ok({
        ...rest,
        customerId: who.tenantId,
        customerName: who.name,
        accountCode: who.accountCode,
        accountId: who.accountId,
        currency: who.currency,
        creditLimitMicros: who.creditLimitMicros,
        invoices: [...invoices],
        takesCards,
        card: card ? { brand: card.brand, last4: card.last4, expMonth: card.expMonth, expYear: card.expYear } : null,
        mandate: card?.mandate
          ? { consentText: card.mandate.consentText, consentedAt: card.mandate.consentedAt }
          : null,
      })
    },
    async listPayments({ query }, { transaction }) {
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => listPayments(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.createdAt, row.id]))
    },
    async readPayment({ params }, { transaction }) {
      const found = await transaction(async (tx) => {
        const row = await readPayment(tx, params.id)
        const allocations = await tx<
          { invoiceId: string; number: string; amountMicros: Micros; createdAt: number; reason: string }[]
        >`
          select allocation.invoice_id as "invoiceId", invoice.number, allocation.amount_micros as "amountMicros",
                 allocation.created_at as "createdAt", allocation.reason
          from allocation join invoice on invoice.id = allocation.invoice_id
          where payment_id = ${params.id} order by allocation.created_at, invoice.due_at, allocation.id`
        return row && { ...row, allocations: [...allocations] }
      })
      return found ? ok(found) : noSuchPayment
    },
  }
}
