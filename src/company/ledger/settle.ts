/** Finds what a finished call is priced by: its reservation's quote, the deck in force, or the deck of its day. */

import type { Clock, Currency, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { findRate } from '../catalog/index.ts'
import { costOf } from './carrier-costs.ts'
import type { AccountTerms, Credit, Quote } from './credit.ts'
import type { TermsKeeper } from './keep-terms.ts'
import type { CdrRecord } from './protocol.ts'
import { freeReason, NO_CURRENCY, occurredAt, rateRecord, type RatedRecord } from './rate-record.ts'

export type PricingParts = {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly credit: Credit
  readonly terms: TermsKeeper
}

/** Rates a record. Throws when the database is needed and away: the record stays in the spool of its sender. */
export async function priceRecord(parts: PricingParts, given: CdrRecord): Promise<RatedRecord> {
  const { credit, terms, log } = parts
  let account = accountOf(credit, given)
  if (!account && given.accountId !== undefined) {
    // An account that was opened a moment ago.
    await terms.look()
    account = accountOf(credit, given)
  }
  const record = account ? given : await withKnownTenant(parts, given)
  const currency: Currency = account?.currency ?? NO_CURRENCY
  if (!account && given.accountId !== undefined) {
    log.error('a call record names an account that does not exist; it is stored without a charge', { cdrId: given.id })
  }
  const held = credit.reservation(record.id)?.quote
  const quote = held ?? (account && !freeReason(record) ? await findQuote(parts, account, record) : undefined)
  const rated = rateRecord(record, currency, quote)
  if (rated.reason === 'no_rate') {
    log.error('an answered call has no price; it is stored without a charge', { cdrId: record.id })
  }
  return { ...rated, cost: await costOf(parts, rated) }
}

/** The account, when it is the record's own customer's. */
function accountOf(credit: Credit, record: CdrRecord): AccountTerms | undefined {
  const terms = record.accountId === undefined ? undefined : credit.account(record.accountId)?.terms
  return terms?.tenantId === record.tenantId ? terms : undefined
}

/** The price of a record that holds no reservation: of the deck in force, or of the deck of its day. */
export async function findQuote(
  parts: PricingParts,
  account: AccountTerms,
  record: CdrRecord,
): Promise<Quote | undefined> {
  const { terms, db } = parts
  const direction = record.direction === 'inbound' ? 'inbound' : 'outbound'
  const at = occurredAt(record)
  if ((terms.activatedAt(account.deckId) ?? Infinity) <= at)
    return terms.quote(account.deckId, direction, record.to, at)
  const deckId = account.deckId
  return db.asService((tx) => findRate(tx, { deckId, direction, number: record.to, at }))
}

/** A record of an unknown customer is kept under the provider: nothing that happened is lost. */
async function withKnownTenant({ db }: PricingParts, record: CdrRecord): Promise<CdrRecord> {
  const tenantId = await db.asService((tx) => knownTenant(tx, record.tenantId))
  return { ...record, tenantId, accountId: undefined }
}

async function knownTenant(tx: Tx, tenantId: string): Promise<string> {
  const [row] = await tx<{ id: string }[]>`
    select id from tenant where id::text = ${tenantId} or kind = 'provider'
    order by id::text = ${tenantId} desc, created_at limit 1`
  return row?.id ?? tenantId
}
