/** What the ledger's operations do. Reads go through the caller's scope; money is posted by `charge` alone. */

import { dialledDigits, nanp, newId, ok, toE164, type Clock, type Failure, type Result } from '../../base/index.ts'
import type { Bus, RequestTopic } from '../../platform/bus/index.ts'
import {
  bindOperations,
  readPage,
  toPage,
  type BoundOperation,
  type CallerContext,
  type Handlers,
} from '../../platform/http/index.ts'
import { isStaff, subjectOf, type Caller } from '../../platform/identity/index.ts'
import { badDate, chargeAway, noSuchAccount, noSuchCall, postingIdTaken } from './errors.ts'
import { balanceHandlers } from './balance-handlers.ts'
import { explanationHandlers } from './explanation-handlers.ts'
import { findPosting } from './find-posting.ts'
import { limitHandlers } from './limit-handlers.ts'
import { marginHandlers } from './margin-handlers.ts'
import { operations, type accountOperations, type callOperations } from './operations.ts'
import { postAdjustment, postPayment, type PostingFailure, type PostingRequest } from './protocol.ts'
import { readRange } from './range.ts'
import { isVisibleAccount, readAccounts } from './read-accounts.ts'
import { newestCalls, personFilter, readCall, totalsOf, type CallFilter, type Position } from './read-calls.ts'
import { rerateHandlers } from './rerate-handlers.ts'
import { retentionHandlers } from './retention-handlers.ts'
import { transactionLines, transactionNumbers } from './transactions-file.ts'

export type LedgerOperationsParts = { readonly bus: Bus; readonly clock: Clock }

/** The ledger's operations, ready to be mounted. */
export function ledgerOperations(parts: LedgerOperationsParts): readonly BoundOperation[] {
  return bindOperations(operations, {
    ...callHandlers(),
    ...accountHandlers(parts),
    ...limitHandlers(parts),
    ...marginHandlers(),
    ...explanationHandlers(parts.bus),
    ...retentionHandlers(parts.clock),
    ...balanceHandlers(parts.bus),
    ...rerateHandlers(parts),
  })
}

type Asked = {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly customerId?: string | undefined
  readonly direction?: CallFilter['direction']
  readonly class?: CallFilter['class']
  readonly number?: string | undefined
}

function filterOf(asked: Asked, { caller, at }: CallerContext): Result<CallFilter, Failure<'ledger.bad_range'>> {
  const range = readRange(asked, caller.zone)
  if (!range.ok) return range
  const customerId = asked.customerId ?? ownCustomer(caller)
  const isPart = !isStaff(caller.role)
  const { direction, number } = asked
  return ok({
    ...range.value,
    personId: personFilter(caller),
    customerId,
    direction,
    class: asked.class,
    number: number === undefined ? undefined : storedForm(number),
    isPart,
    storedBy: at,
  })
}

/** A number as records have it, however it was typed; what is none stays as it is. */
function storedForm(typed: string): string {
  const digits = dialledDigits(typed)
  return digits === undefined ? typed : (toE164(digits, nanp) ?? digits)
}

/** The customer whose people look at their own calls; undefined for those who serve several. */
function ownCustomer({ role, tenantId }: Caller): string | undefined {
  return isStaff(role) || role.startsWith('partner_') ? undefined : tenantId
}

const keyOf = (row: { occurredAt: number; id: string }): Position => [row.occurredAt, row.id]

function callHandlers(): Handlers<typeof callOperations> {
  return {
    async listCalls({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      const rows = await context.transaction((tx) => newestCalls(tx, filter.value, page.value))
      return ok(toPage(rows, page.value.limit, keyOf))
    },
    async readCall({ params }, { caller, transaction }) {
      const row = await transaction((tx) => readCall(tx, params.id, personFilter(caller)))
      if (!row) return noSuchCall
      return ok({ ...row, explanation: [...row.explanation], carrierId: isStaff(caller.role) ? row.carrierId : null })
    },
    async listTransactions({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      return context.transaction(async (tx) => {
        const rows = await newestCalls(tx, filter.value, page.value)
        const totals = await totalsOf(tx, filter.value)
        const charges = [...totals.charges]
        return ok({
          ...toPage(rows, page.value.limit, keyOf),
          totals: { ...totals, charges },
          zone: context.caller.zone,
        })
      })
    },
    downloadTransactions({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return Promise.resolve(filter)
      const { caller, transaction } = context
      const rows = transactionLines({ filter: filter.value, zone: caller.zone, transaction })
      const fileName = `transactions-${query.from}-${query.to}.csv`
      return Promise.resolve(ok({ fileName, rows, numbers: transactionNumbers }))
    },
  }
}

/** 2000-01-01: money of another century is a typing error. */
const DATED_FROM_MS = 946_684_800_000
const DATED_AHEAD_MS = 86_400_000

type PostingTopic = RequestTopic<PostingRequest, Result<{ balanceMicros: bigint }, PostingFailure>>
type NewPosting = {
  readonly accountId: string
  readonly postingId: string | undefined
  readonly amountMicros: bigint
  readonly occurredAt: number
  readonly reason: string
}

function accountHandlers({ bus, clock }: LedgerOperationsParts): Handlers<typeof accountOperations> {
  const post = async (topic: PostingTopic, posting: NewPosting, context: CallerContext) => {
    const isVisible = await context.transaction((tx) => isVisibleAccount(tx, posting.accountId))
    if (!isVisible) return noSuchAccount
    const postingId = posting.postingId ?? context.repeatId ?? newId(clock)
    const createdBy = subjectOf(context.caller)
    const answer = await bus.request('charge', topic, { ...posting, postingId, createdBy })
    if (!answer.ok) return chargeAway
    if (!answer.value.ok) {
      const { failure } = answer.value
      return failure.code === 'ledger.unavailable' ? chargeAway : refusedPosting(failure.code, failure.message)
    }
    const { accountId, amountMicros, reason } = posting
    // `charge` leaves an id that is there already alone; whoever chose one twice for different money must hear of it.
    const stored = await context.transaction((tx) => findPosting(tx, postingId))
    const owedMicros = topic === postPayment ? -amountMicros : amountMicros
    if (stored?.accountId !== accountId || stored.owedMicros !== owedMicros) return postingIdTaken
    context.note({ subjectKind: 'account', subjectId: accountId, after: { postingId, amountMicros }, reason })
    return ok({ postingId, balanceMicros: answer.value.value.balanceMicros })
  }
  return {
    async listAccounts({ query }, { transaction }) {
      const page = readPage(query, ['text', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => readAccounts(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.customer, row.tenantId]))
    },
    postAdjustment({ params, body }, context) {
      const posting = { ...body, postingId: body.postingId, accountId: params.id, occurredAt: context.at }
      return post(postAdjustment, posting, context)
    },
    async postPayment({ params, body }, context) {
      const { amountMicros, reason, postingId, receivedAt } = body
      const occurredAt = receivedAt ?? context.at
      if (occurredAt < DATED_FROM_MS || occurredAt > context.at + DATED_AHEAD_MS) return badDate
      return post(postPayment, { accountId: params.id, amountMicros, reason, postingId, occurredAt }, context)
    },
  }
}

function refusedPosting<Code extends string>(code: Code, message: string) {
  return { ok: false, failure: { code, message } } as const
}
