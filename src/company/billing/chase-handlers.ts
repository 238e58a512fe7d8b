/** What the operations on chasing and on terms do. */

import { epochMsToLocal, newToken, ok, type Micros } from '../../base/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import { actorOf } from '../tenant/index.ts'
import type { chaseOperations } from './chase-operations.ts'
import { invoicesOf } from './payments/allocation/open-invoices.ts'
import { agreeDebits } from './payments/bank/debit-mandates.ts'
import { depositCheques } from './payments/bank/deposits.ts'
import { makeDebitFile } from './payments/bank/make-debit-file.ts'
import { setGatewayKeys } from './payments/cards/gateway-keys.ts'
import { openSession } from './payments/cards/pay-session.ts'
import { limitAdvice } from './payments/dunning/credit-limit.ts'
import { moveDunning, type DunningStage } from './payments/dunning/dunning-status.ts'
import { heldBefore, noAccount, noDebits, noGateway, nothingDue } from './payments/errors.ts'
import { handledPayer } from './payments/handled-by.ts'
import { tellPayer } from './payments/notices.ts'
import type { PaymentParts } from './payments/parts.ts'
import { policyOf, setPolicy, type PaymentPolicy } from './payments/policy.ts'

type All = Handlers<typeof chaseOperations>

const LINK_DAYS = 7

/** Handlers of dunning, limits, links, deposits, debits and the terms of a seller. */
export function chaseHandlers(parts: PaymentParts): All {
  return { ...dunningHandlers(parts), ...limitHandlers(parts), ...bankHandlers(parts), ...termsHandlers(parts) }
}

function dunningHandlers({ clock }: PaymentParts): Pick<All, 'listDunning' | 'holdDunning' | 'moveDunning'> {
  return {
    async listDunning(_, { transaction }) {
      const items = await transaction(
        (tx) => tx<
          {
            id: string
            customerId: string
            customerName: string
            accountId: string
            stage: DunningStage
            currency: string
            overdueMicros: Micros
            oldestDueAt: number | null
            holdUntil: number | null
            toldPercent: number
          }[]
        >`
          select dunning.id, dunning.tenant_id as "customerId", tenant.name as "customerName",
                 dunning.account_id as "accountId", stage, account.currency, overdue_micros as "overdueMicros",
                 oldest_due_at as "oldestDueAt", hold_until as "holdUntil", told_percent as "toldPercent"
          from dunning join tenant on tenant.id = dunning.tenant_id join account on account.id = dunning.account_id
          where stage <> 'current' or overdue_micros > 0 or told_percent > 0
          order by oldest_due_at nulls last, dunning.id limit 500`,
      )
      return ok({ items: [...items] })
    },
    holdDunning: ({ params, body }, context) =>
      context.transaction(async (tx) => {
        const [row] = await tx<{ tenantId: string; heldAt: number | null }[]>`
          select tenant_id as "tenantId", held_at as "heldAt" from dunning where id = ${params.id} for update`
        if (!row || !(await handledPayer(tx, row.tenantId))) return noAccount
        if (row.heldAt !== null) return heldBefore
        await tx`update dunning set hold_until = ${body.until}, held_at = ${clock.now()} where id = ${params.id}`
        const after = { holdUntil: body.until }
        context.note({ subjectKind: 'dunning', subjectId: params.id, after, reason: body.reason })
        return ok(undefined)
      }),
    moveDunning: ({ params, body }, context) =>
      context.transaction(async (tx) => {
        const [row] = await tx<{ tenantId: string }[]>`
          select tenant_id as "tenantId" from dunning where id = ${params.id} for update`
        if (!row || !(await handledPayer(tx, row.tenantId))) return noAccount
        const actor = actorOf(context.caller, context.source)
        const { to, reason } = body
        const moved = await moveDunning(tx, clock, { id: params.id, tenantId: row.tenantId, to, reason, actor })
        if (!moved.ok) return moved
        context.note({ subjectKind: 'dunning', subjectId: params.id, after: { stage: to }, reason })
        return ok(undefined)
      }),
  }
}

function limitHandlers(parts: PaymentParts): Pick<All, 'readLimitAdvice' | 'sendPayLink'> {
  const { clock, random } = parts
  return {
    async readLimitAdvice({ params }, { caller, transaction }) {
      const today = epochMsToLocal(clock.now(), caller.zone).slice(0, 10)
      const advice = await transaction((tx) => limitAdvice(tx, params.id, today))
      return advice ? ok(advice) : noAccount
    },
    async sendPayLink({ params, body }, context) {
      const payer = await context.transaction((tx) => handledPayer(tx, params.id))
      if (!payer) return noAccount
      if (!(await parts.gatewayOf(payer.sellerId))) return noGateway
      return context.transaction(async (tx) => {
        const invoices = await invoicesOf(tx, payer.accountId)
        const named = invoices.find(({ id }) => id === body.invoiceId) ?? invoices[0]
        const isStore = body.purpose === 'store'
        if (!isStore && !named) return nothingDue
        const token = newToken(random)
        const invoiceId = isStore ? null : named!.id
        const amountMicros = isStore ? null : named!.openMicros
        const terms = { payer, token, purpose: body.purpose, invoiceId, amountMicros }
        const createdBy = subjectOf(context.caller)
        const id = await openSession(tx, clock, { ...terms, isLink: true, createdBy, days: LINK_DAYS })
        const subject = isStore ? 'Enter your card' : `Pay invoice ${named!.number}`
        const text = 'this link works once, for seven days. The number of your card is never seen or heard by us.'
        const blocks = [{ kind: 'paragraph' as const, text }]
        const action = { label: subject, path: `/pay/${token}` }
        const mails = await tellPayer(parts, tx, payer.tenantId, { subject, blocks, isSecret: true }, action)
        context.note({ subjectKind: 'pay_session', subjectId: id, after: { purpose: body.purpose } })
        return ok({ mails })
      })
    },
  }
}

function bankHandlers(parts: PaymentParts): Pick<All, 'depositCheques' | 'agreeDebits' | 'makeDebitFile'> {
  const { clock } = parts
  return {
    depositCheques: ({ body }, context) =>
      context.transaction(async (tx) => {
        const by = { sellerId: context.caller.tenantId, createdBy: subjectOf(context.caller) }
        const made = await depositCheques(tx, clock, { ...body, ...by })
        if (!made.ok) return made
        context.note({
          subjectKind: 'deposit_batch',
          subjectId: made.value,
          after: { cheques: body.paymentIds.length },
        })
        return ok({ id: made.value })
      }),
    agreeDebits: ({ params, body }, context) =>
      context.transaction(async (tx) => {
        if (!(await handledPayer(tx, params.id))) return noAccount
        const by = { agreedBy: subjectOf(context.caller), source: context.source }
        const agreed = await agreeDebits(tx, parts, { tenantId: params.id, ...body, ...by })
        if (!agreed.ok) return agreed
        context.note({ subjectKind: 'mandate', subjectId: agreed.value, after: { country: body.place.country } })
        return ok({ id: agreed.value })
      }),
    async makeDebitFile({ body }, context) {
      const by = { sellerId: context.caller.tenantId, createdBy: subjectOf(context.caller), dueOn: body.dueOn }
      const { originator } = body
      const asked =
        originator.format === 'cpa005'
          ? ({ ...by, format: 'cpa005', originator } as const)
          : ({ ...by, format: 'nacha', originator } as const)
      const made = await makeDebitFile(parts, asked)
      if (!made.ok) return noDebits
      const { id, items, totalMicros } = made.value
      context.note({ subjectKind: 'debit_file', subjectId: id, after: { items, totalMicros } })
      return ok(made.value)
    },
  }
}

function termsHandlers(parts: PaymentParts): Pick<All, 'readPaymentPolicy' | 'setPaymentPolicy' | 'setCardGateway'> {
  const { clock, secretBox } = parts
  return {
    async readPaymentPolicy(_, { caller, transaction }) {
      return ok(toWire(await transaction((tx) => policyOf(tx, caller.tenantId))))
    },
    setPaymentPolicy: ({ body }, context) =>
      context.transaction(async (tx) => {
        const before = await policyOf(tx, context.caller.tenantId)
        await setPolicy(tx, context.caller.tenantId, body, { setBy: subjectOf(context.caller), at: clock.now() })
        const subjectId = context.caller.tenantId
        context.note({ subjectKind: 'payment_policy', subjectId, before: { ...before }, after: { ...body } })
        return ok(body)
      }),
    setCardGateway: ({ body }, context) =>
      context.transaction(async (tx) => {
        const sellerId = context.caller.tenantId
        const by = { sellerId, setBy: subjectOf(context.caller), at: clock.now() }
        await setGatewayKeys(tx, secretBox, { ...body, ...by })
        context.note({ subjectKind: 'card_gateway', subjectId: sellerId, after: { apiUrl: body.apiUrl } })
        return ok({ webhookPath: `/webhooks/cards/${sellerId}` })
      }),
  }
}

function toWire(policy: PaymentPolicy) {
  const acceptedCards = policy.acceptedCards.flatMap((brand) => (brand === 'other' ? [] : brand))
  return { ...policy, acceptedCards, dunningDays: { ...policy.dunningDays } }
}
