/** What the operations on money that came in do. */

import { newId, ok, type Failure, type Result } from '../../base/index.ts'
import type { CallerContext, Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import type { Actor } from '../../platform/transitions/index.ts'
import { actorOf } from '../tenant/index.ts'
import { reallocate } from './payments/allocation/allocate.ts'
import { invoicesOf } from './payments/allocation/open-invoices.ts'
import { listExpected } from './payments/announce.ts'
import { enterPayment } from './payments/bank/enter-payment.ts'
import { importStatement } from './payments/bank/import-statement.ts'
import { proposeMatches } from './payments/bank/match-line.ts'
import { postLine } from './payments/bank/post-line.ts'
import { readCandidates } from './payments/bank/read-candidates.ts'
import type { CsvMapping } from './payments/bank/read-csv.ts'
import { readLines } from './payments/bank/statement-lines.ts'
import { noAccount, noSuchLine, noSuchPayment, noSuchRefund, notPosted, nothingDue } from './payments/errors.ts'
import { handledPayer, handledPayment } from './payments/handled-by.ts'
import type { PaymentParts } from './payments/parts.ts'
import { postReceived } from './payments/post-payment.ts'
import { readPayment, type PaymentRow } from './payments/read-payments.ts'
import { askRefund, decideRefund, listRefunds, type RefundRow } from './payments/refund.ts'
import { reversePayment } from './payments/take-back.ts'
import type { postingOperations } from './posting-operations.ts'

type All = Handlers<typeof postingOperations>
type Person = Actor & { readonly id: string }

const personOf = ({ caller, source }: CallerContext): Person => ({
  ...actorOf(caller, source),
  id: subjectOf(caller),
})

/** Failures of these acts that the operation does not list are faults of ours. */
function listed<T, F extends Failure>(result: Result<T, Failure>): Result<T, F> {
  return result as Result<T, F>
}

/** Handlers of the posting queue, of statements and of refunds. */
export function postingHandlers(parts: PaymentParts): All {
  return { ...queueHandlers(parts), ...refundHandlers(parts), ...statementHandlers(parts) }
}

type Queue = Pick<
  All,
  'enterPayment' | 'postPaymentNow' | 'returnPayment' | 'reallocatePayment' | 'listExpectedPayments'
>

function queueHandlers(parts: PaymentParts): Queue {
  const { clock } = parts
  const noted = (context: CallerContext, { id, status, amountMicros }: PaymentRow, reason?: string): void =>
    context.note({
      subjectKind: 'payment',
      subjectId: id,
      after: { status, amountMicros },
      ...(reason === undefined ? {} : { reason }),
    })
  return {
    enterPayment: ({ body }, context) =>
      context.transaction(async (tx) => {
        const { customerId: tenantId, cheque, invoiceId, ...rest } = body
        if (!(await handledPayer(tx, tenantId))) return noAccount
        const scan = cheque?.scan && { type: cheque.scan.type, bytes: Buffer.from(cheque.scan.base64, 'base64') }
        const entered = await enterPayment(tx, clock, {
          ...rest,
          tenantId,
          invoiceId: invoiceId ?? null,
          cheque: cheque && { number: cheque.number, datedOn: cheque.datedOn, scan },
          createdBy: subjectOf(context.caller),
        })
        if (!entered.ok) return listed(entered)
        const row = (await readPayment(tx, entered.value))!
        noted(context, row)
        return ok(row)
      }),
    async postPaymentNow({ params }, context) {
      if (!(await context.transaction((tx) => handledPayment(tx, params.id)))) return noSuchPayment
      const posted = await postReceived(parts, params.id, { actor: personOf(context), rule: undefined })
      if (posted.ok) noted(context, posted.value)
      return listed(posted)
    },
    async returnPayment({ params, body }, context) {
      if (!(await context.transaction((tx) => handledPayment(tx, params.id)))) return noSuchPayment
      const back = await reversePayment(parts, params.id, { actor: personOf(context), why: body.reason })
      if (back.ok) noted(context, back.value, body.reason)
      return listed(back)
    },
    reallocatePayment: ({ params, body }, context) =>
      context.transaction(async (tx) => {
        const payment = await handledPayment(tx, params.id)
        if (!payment) return noSuchPayment
        if (payment.status !== 'posted') return notPosted
        const { id, tenantId, accountId } = payment
        const known = (await invoicesOf(tx, accountId, true)).some((one) => one.id === body.invoiceId)
        if (!known) return nothingDue
        const actor = personOf(context)
        await reallocate(tx, clock, { id, tenantId, accountId, invoiceId: body.invoiceId, actor, reason: body.reason })
        noted(context, payment, body.reason)
        return ok((await readPayment(tx, id))!)
      }),
    async listExpectedPayments(_, { transaction }) {
      return ok({ items: [...(await transaction((tx) => listExpected(tx)))] })
    },
  }
}

function refundHandlers(parts: PaymentParts): Pick<All, 'askRefund' | 'listRefunds' | 'decideRefund'> {
  const noted = (context: CallerContext, { id, status, amountMicros, reason }: RefundRow): void =>
    context.note({ subjectKind: 'refund', subjectId: id, after: { status, amountMicros }, reason })
  return {
    async askRefund({ params, body }, context) {
      if (!(await context.transaction((tx) => handledPayment(tx, params.id)))) return noSuchPayment
      const asked = await askRefund(parts, { paymentId: params.id, ...body, actor: personOf(context) })
      if (asked.ok) noted(context, asked.value)
      return listed(asked)
    },
    async listRefunds(_, { transaction }) {
      return ok({ items: [...(await transaction((tx) => listRefunds(tx)))] })
    },
    async decideRefund({ params, body }, context) {
      const isMine = await context.transaction(async (tx) => {
        const refund = (await listRefunds(tx)).find((one) => one.id === params.id)
        return refund !== undefined && (await handledPayment(tx, refund.paymentId)) !== undefined
      })
      if (!isMine) return noSuchRefund
      const actor = personOf(context)
      const decided = await decideRefund(parts, { refundId: params.id, isApproved: body.isApproved, actor })
      if (decided.ok) noted(context, decided.value)
      return listed(decided)
    },
  }
}

type Statements = Pick<
  All,
  | 'importStatement'
  | 'listStatementLines'
  | 'postStatementLine'
  | 'ignoreStatementLine'
  | 'saveStatementMapping'
  | 'listStatementMappings'
>

function statementHandlers(parts: PaymentParts): Statements {
  const { clock } = parts
  return {
    async importStatement({ body }, context) {
      const sellerId = context.caller.tenantId
      const { fileName, content: source, mappingId } = body
      const given = { sellerId, fileName, source, mappingId, importedBy: subjectOf(context.caller) }
      const imported = await importStatement(parts, given)
      if (imported.ok) context.note({ subjectKind: 'bank_statement', after: { fileName, ...imported.value } })
      return listed(imported)
    },
    async listStatementLines({ query }, { caller, transaction }) {
      const items = await transaction(async (tx) => {
        const status = query.status ?? 'open'
        const lines = await readLines(tx, { sellerId: caller.tenantId, status })
        const candidates = status === 'open' ? await readCandidates(tx, caller.tenantId) : []
        const names = new Map(candidates.map(({ customerId, name }) => [customerId, name]))
        return lines.slice(0, LINES_SHOWN).map((line) => ({
          ...line,
          proposals: proposeMatches(line, candidates).map(({ invoiceId, evidence, ...rest }) => ({
            ...rest,
            evidence: [...evidence],
            invoiceId: invoiceId ?? null,
            customerName: names.get(rest.customerId) ?? '',
          })),
        }))
      })
      return ok({ items })
    },
    async postStatementLine({ params, body }, context) {
      const isMine = await context.transaction(async (tx) => {
        const [line] = await readLines(tx, { id: params.id, sellerId: context.caller.tenantId })
        return line === undefined ? 'line' : (await handledPayer(tx, body.customerId)) ? undefined : 'payer'
      })
      if (isMine === 'line') return noSuchLine
      if (isMine === 'payer') return noAccount
      const by = { actor: personOf(context), rule: undefined }
      const wanted = { lineId: params.id, customerId: body.customerId, invoiceId: body.invoiceId, by }
      const posted = await postLine(parts, wanted)
      if (posted.ok) {
        const { id, amountMicros, tenantId } = posted.value
        context.note({ subjectKind: 'payment', subjectId: id, after: { amountMicros, tenantId } })
      }
      return listed(posted)
    },
    ignoreStatementLine: ({ params, body }, context) =>
      context.transaction(async (tx) => {
        const set = await tx`
          update statement_line set status = 'ignored', decided_by = ${subjectOf(context.caller)},
            decided_at = ${clock.now()}, reason = ${body.reason}
          where id = ${params.id} and status = 'open' returning id`
        if (set.length === 0) return noSuchLine
        context.note({ subjectKind: 'statement_line', subjectId: params.id, reason: body.reason })
        return ok(undefined)
      }),
    ...mappingHandlers(parts),
  }
}

function mappingHandlers({ clock }: PaymentParts): Pick<All, 'saveStatementMapping' | 'listStatementMappings'> {
  return {
    saveStatementMapping: ({ body }, context) =>
      context.transaction(async (tx) => {
        const [saved] = await tx<{ id: string }[]>`
          insert into statement_mapping (id, tenant_id, name, mapping, created_at)
          values (${newId(clock)}, ${context.caller.tenantId}, ${body.name},
                  ${JSON.stringify(body.mapping)}::text::jsonb, ${clock.now()})
          on conflict (tenant_id, name) do update set mapping = excluded.mapping returning id`
        context.note({ subjectKind: 'statement_mapping', subjectId: saved!.id, after: { name: body.name } })
        return ok({ id: saved!.id })
      }),
    async listStatementMappings(_, { transaction }) {
      const items = await transaction(
        (tx) => tx<{ id: string; name: string; mapping: CsvMapping }[]>`
          select id, name, mapping from statement_mapping order by name collate "C", id limit 200`,
      )
      return ok({ items: items.map((one) => ({ ...one, mapping: toWire(one.mapping) })) })
    },
  }
}

const LINES_SHOWN = 300

function toWire(mapping: CsvMapping) {
  return { ...mapping, remittance: [...mapping.remittance] }
}
