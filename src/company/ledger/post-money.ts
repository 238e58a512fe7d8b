/** Money from outside a call: payments and adjustments. */

import { ok, type Micros, type Result } from '../../base/index.ts'
import { forget, isAble, once, type Engine, type Item } from './engine.ts'
import { sellerPath } from './books.ts'
import { badAmount, noSuchAccount, unavailable } from './errors.ts'
import type { PostingFailure, PostingRequest } from './protocol.ts'
import type { MoneyPosting } from './write-batch.ts'

const AMOUNT_MAX = 1_000_000_000n * 1_000_000n

/** `return`: a payment goes back. */
export type MoneyKind = MoneyPosting['kind'] | 'return'

/** Posts it once; answered when it is on disk, with what is owed then. */
export async function postMoney(
  engine: Engine,
  asked: MoneyKind,
  request: PostingRequest,
): Promise<Result<{ balanceMicros: Micros }, PostingFailure>> {
  const { credit, terms, commit } = engine
  if (!isAble(engine)) return unavailable
  if (!credit.account(request.accountId)) await terms.look()
  const account = credit.account(request.accountId)?.terms
  const books = account && terms.books().find(sellerPath(account), account.currency)
  if (!account || !books) return noSuchAccount
  const { amountMicros } = request
  const size = amountMicros < 0n ? -amountMicros : amountMicros
  if (size === 0n || size > AMOUNT_MAX || (asked !== 'adjustment' && amountMicros < 0n)) return badAmount
  const kind = asked === 'return' ? 'payment' : asked
  const owedMicros = asked === 'payment' ? -amountMicros : amountMicros
  const { tenantId, currency } = account
  const posting: MoneyPosting = { request, kind, tenantId, currency, owedMicros, books }
  const done = await once(engine, request.postingId, async () => {
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
