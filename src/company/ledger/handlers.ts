/** What the ledger's operations do. Reads go through the caller's scope; money is posted by `charge` alone. */

import { fail, isId, newId, ok, type Clock, type Failure, type Result } from '../../base/index.ts'
import type { Bus, RequestTopic } from '../../platform/bus/index.ts'
import {
  bindOperations,
  readPage,
  toPage,
  type BoundOperation,
  type CallerContext,
  type Handlers,
  type PageFailure,
} from '../../platform/http/index.ts'
import { isStaff, subjectOf } from '../../platform/identity/index.ts'
import { chargeAway, noSuchAccount, noSuchCall } from './errors.ts'
import { operations } from './operations.ts'
import { postAdjustment, postPayment, type PostingFailure, type PostingRequest } from './protocol.ts'
import { readRange } from './range.ts'
import { isVisibleAccount, readAccounts } from './read-accounts.ts'
import { newestCalls, personFilter, readCall, totalsOf, type CallFilter, type Position } from './read-calls.ts'
import { transactionLines } from './transactions-file.ts'

export type LedgerOperationsParts = { readonly bus: Bus; readonly clock: Clock }

type OwnHandlers = Handlers<typeof operations>

/** The ledger's operations, ready to be mounted. */
export function ledgerOperations(parts: LedgerOperationsParts): readonly BoundOperation[] {
  return bindOperations(operations, { ...callHandlers(), ...accountHandlers(parts) })
}

type Asked = {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly customerId?: string | undefined
}

function filterOf(asked: Asked, { caller, at }: CallerContext): Result<CallFilter, Failure<'ledger.bad_range'>> {
  const range = readRange(asked, caller.zone)
  if (!range.ok) return range
  return ok({ ...range.value, personId: personFilter(caller), customerId: asked.customerId, storedBy: at })
}

/** The year 9999: beyond every record. */
const CURSOR_MS_MAX = 253_402_300_800_000

type PageQuery = { readonly cursor?: string | undefined; readonly limit?: number | undefined }

function pageAfter(query: PageQuery): Result<{ after: Position | undefined; limit: number }, PageFailure> {
  const page = readPage(query, ['number', 'string'])
  if (!page.ok) return page
  const { limit, after } = page.value
  if (after === undefined) return ok({ limit, after })
  // The cursor came back from outside: it must not name an instant or an id that the database cannot read.
  const [at, id] = after as Position
  if (!isId(id) || Math.abs(at) > CURSOR_MS_MAX) return fail('http.bad_cursor', 'the cursor is not one of this list')
  return ok({ limit, after: [at, id] as const })
}

const keyOf = (row: { occurredAt: number; id: string }): Position => [row.occurredAt, row.id]

type CallNames = 'listCalls' | 'readCall' | 'listTransactions' | 'downloadTransactions'

function callHandlers(): Pick<OwnHandlers, CallNames> {
  return {
    async listCalls({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const page = pageAfter(query)
      if (!page.ok) return page
      const { after, limit } = page.value
      const rows = await context.transaction((tx) => newestCalls(tx, filter.value, { after, limit: limit + 1 }))
      return ok(toPage(rows, limit, keyOf))
    },
    async readCall({ params }, { caller, transaction }) {
      const row = await transaction((tx) => readCall(tx, params.id, personFilter(caller)))
      if (!row) return noSuchCall
      return ok({ ...row, explanation: [...row.explanation], carrierId: isStaff(caller.role) ? row.carrierId : null })
    },
    async listTransactions({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return filter
      const page = pageAfter(query)
      if (!page.ok) return page
      const { after, limit } = page.value
      return context.transaction(async (tx) => {
        const rows = await newestCalls(tx, filter.value, { after, limit: limit + 1 })
        const totals = await totalsOf(tx, filter.value)
        const charges = [...totals.charges]
        return ok({ ...toPage(rows, limit, keyOf), totals: { ...totals, charges }, zone: context.caller.zone })
      })
    },
    downloadTransactions({ query }, context) {
      const filter = filterOf(query, context)
      if (!filter.ok) return Promise.resolve(filter)
      const { caller, transaction } = context
      const rows = transactionLines({ filter: filter.value, zone: caller.zone, transaction })
      const fileName = `transactions-${query.from}-${query.to}.csv`
      return Promise.resolve(ok({ fileName, rows }))
    },
  }
}

type AccountNames = 'listAccounts' | 'postAdjustment' | 'postPayment'
type PostingTopic = RequestTopic<PostingRequest, Result<{ balanceMicros: bigint }, PostingFailure>>
type NewPosting = {
  readonly accountId: string
  readonly postingId: string | undefined
  readonly amountMicros: bigint
  readonly occurredAt: number
  readonly reason: string
}

function accountHandlers({ bus, clock }: LedgerOperationsParts): Pick<OwnHandlers, AccountNames> {
  const post = async (topic: PostingTopic, posting: NewPosting, context: CallerContext) => {
    const isVisible = await context.transaction((tx) => isVisibleAccount(tx, posting.accountId))
    if (!isVisible) return noSuchAccount
    const postingId = posting.postingId ?? newId(clock)
    const createdBy = subjectOf(context.caller)
    const answer = await bus.request('charge', topic, { ...posting, postingId, createdBy })
    if (!answer.ok) return chargeAway
    if (!answer.value.ok) {
      const { failure } = answer.value
      return failure.code === 'charge.unavailable' ? chargeAway : refusedPosting(failure.code, failure.message)
    }
    const { accountId, amountMicros, reason } = posting
    context.note({ subjectKind: 'account', subjectId: accountId, after: { postingId, amountMicros }, reason })
    return ok({ postingId, balanceMicros: answer.value.value.balanceMicros })
  }
  return {
    async listAccounts({ query }, { transaction }) {
      const page = readPage(query, ['string', 'string'])
      if (!page.ok) return page
      const rows = await transaction((tx) => readAccounts(tx, query, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.customer, row.tenantId]))
    },
    postAdjustment({ params, body }, context) {
      const posting = { ...body, postingId: body.postingId, accountId: params.id, occurredAt: context.at }
      return post(postAdjustment, posting, context)
    },
    postPayment({ params, body }, context) {
      const { amountMicros, reason, postingId, receivedAt } = body
      const occurredAt = receivedAt ?? context.at
      return post(postPayment, { accountId: params.id, amountMicros, reason, postingId, occurredAt }, context)
    },
  }
}

function refusedPosting<Code extends string>(code: Code, message: string) {
  return { ok: false, failure: { code, message } } as const
}
