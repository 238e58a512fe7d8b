/** Money from outside a call: payments, adjustments, and what billing charges. */

import { ok, type Micros, type Result } from '../../base/index.ts'
import { forget, isAble, once, type Engine, type Item } from './engine.ts'
import { sellerPath } from './books.ts'
import { badAmount, noSuchAccount, unavailable } from './errors.ts'
import type { BillingPosting, PostingFailure, PostingRequest } from './protocol.ts'
import type { MoneyPosting } from './write-batch.ts'

const AMOUNT_MAX = 1_000_000_000n * 1_000_000n

/** `return`: a payment goes back. */
export type MoneyKind = 'payment' | 'adjustment' | 'return'

/** Posts it once; answered when it is on disk, with what is owed then. */
export async function postMoney(
  engine: Engine,
  asked: MoneyKind,
  request: PostingRequest,
): Promise<Result<{ balanceMicros: Micros }, PostingFailure>> {
  const { amountMicros } = request
  if (asked !== 'adjustment' && amountMicros < 0n) return badAmount
  const owedMicros = asked === 'payment' ? -amountMicros : amountMicros
  if (asked === 'adjustment') return postParts(engine, asked, request, [{ book: 'adjustments', owedMicros }])
  return postParts(engine, 'payment', request, [{ book: 'cash', owedMicros }])
}

/** Posts what billing charges, each once, in as few batches as there are; the ids that are on disk. */
export async function postAllBilling(engine: Engine, postings: readonly BillingPosting[]): Promise<readonly string[]> {
  const done = await Promise.all(postings.map((one) => postParts(engine, one.kind, one, one.parts)))
  return postings.filter((_, at) => done[at]!.ok).map(({ postingId }) => postingId)
}

type Asked = Omit<PostingRequest, 'amountMicros'>

async function postParts(
  engine: Engine,
  kind: MoneyPosting['kind'],
  request: Asked,
  parts: MoneyPosting['parts'],
): Promise<Result<{ balanceMicros: Micros }, PostingFailure>> {
  const { credit, terms, commit } = engine
  if (!isAble(engine)) return unavailable
  if (!credit.account(request.accountId)) await terms.look()
  const account = credit.account(request.accountId)?.terms
  const books = account && terms.books().find(sellerPath(account), account.currency)
  if (!account || !books) return noSuchAccount
  const sizes = parts.map(({ owedMicros }) => (owedMicros < 0n ? -owedMicros : owedMicros))
  if (parts.length === 0 || sizes.some((size) => size === 0n || size > AMOUNT_MAX)) return badAmount
  const { tenantId, currency } = account
  const posting: MoneyPosting = { request, kind, tenantId, currency, parts, books }
  const done = await once(engine, request.postingId, async () => {
    const owedMicros = parts.reduce((sum, part) => sum + part.owedMicros, 0n)
    const ahead = owedMicros > 0n ? owedMicros : 0n
    // What is owed counts at once, what was paid when it is on disk: neither can be spent twice.
    const item: Item = { kind: 'post', posting, pending: [{ accountId: account.id, micros: ahead }], isUnsure: false }
    credit.addPending(account.id, ahead)
    try {
      await commit.add(item)
    } catch (thrown) {
      forget(engine, item)
      throw thrown
    }
  })
  return done ? ok({ balanceMicros: credit.account(account.id)!.postedMicros }) : unavailable
}
