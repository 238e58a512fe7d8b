/**
 * What every level of the reseller chain pays for a call: the customer by his seller's deck, each partner above him by
 * the deck of whoever stands above that partner.
 */

import type { Currency, Micros } from '../../base/index.ts'
import { sellerPath, type Books } from './books.ts'
import type { Quote } from './reservation.ts'
import { freeReason, rateRecord, type RatedRecord } from './rate-record.ts'
import { findQuote, type PricingParts } from './settle.ts'

/** A charge of one level with the books that its money goes through; level 0 is the customer. */
export type LevelCharge = {
  readonly level: number
  readonly accountId: string
  readonly tenantId: string
  readonly chargeMicros: Micros
  readonly currency: Currency
  readonly reason: string
  readonly billedSeconds: number
  readonly quote: Quote | undefined
  readonly explanation: readonly string[]
  /** Undefined for a charge of zero. */
  readonly books: Books | undefined
}

/** A record to be stored, with what every level pays for it. */
export type Settlement = {
  readonly rated: RatedRecord
  readonly postingId: string
  /** The customer's charge first; empty for a call that costs nobody anything. */
  readonly levels: readonly LevelCharge[]
}

/** The charges of all levels, the customer's first; undefined when a seller has no books in a currency. */
export async function priceLevels(
  parts: PricingParts,
  rated: RatedRecord,
): Promise<readonly LevelCharge[] | undefined> {
  const { credit, terms, log } = parts
  const { record, accountId } = rated
  const own = accountId === undefined ? undefined : credit.account(accountId)?.terms
  if (!own || freeReason(record)) return []
  const held = credit.reservation(record.id)
  const upper = held?.upper.map((share) => credit.account(share.accountId)!.terms) ?? credit.above(own.id)
  const levels: LevelCharge[] = []
  for (const [level, account] of [own, ...upper].entries()) {
    const { id, tenantId, currency } = account
    const quote =
      level === 0 ? rated.quote : (held?.upper[level - 1]?.quote ?? (await findQuote(parts, account, record)))
    const priced = level === 0 ? rated : rateRecord(record, currency, quote)
    const { chargeMicros, reason, billedSeconds, explanation } = priced
    const books = chargeMicros > 0n ? terms.books().find(sellerPath(account), currency) : undefined
    if (chargeMicros > 0n && !books) {
      log.error('the seller has no books in this currency; the record waits', { accountId: id, currency })
      return undefined
    }
    const charge = { chargeMicros, currency, reason, billedSeconds, quote, explanation }
    levels.push({ level, accountId: id, tenantId, ...charge, books })
  }
  return levels
}
