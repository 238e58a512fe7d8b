/** Finds what a finished call is priced by: its reservation's quote, the deck in force, or the deck of its day. */

import type { Clock, Currency, Log } from '../../base/index.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import { findRate } from '../catalog/index.ts'
import { costOf } from './carrier-costs.ts'
import type { AccountTerms, Credit } from './credit.ts'
import type { Quote } from './reservation.ts'
import type { TermsKeeper } from './keep-terms.ts'
import { loadOldPlans } from './load-plans.ts'
import { withPlan } from './plan-of-call.ts'
import { KEPT_MS } from './pools.ts'
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
  const quote = held ?? (account && !freeReason(record) ? await findPlanned(parts, account, record) : undefined)
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

/** The same with the plan that the customer had at the answer. */
async function findPlanned(parts: PricingParts, account: AccountTerms, record: CdrRecord): Promise<Quote | undefined> {
  const { credit, clock, db } = parts
  const quote = await findQuote(parts, account, record)
  const at = occurredAt(record)
  if (at < clock.now() - KEPT_MS) await db.asService((tx) => loadOldPlans(tx, credit.pools, account.tenantId, at))
  return withPlan(credit.pools, account, quote, { destination: record.to, at })
}

/**
 * A record under its plan, by what the counters have at this instant. It follows the first rating, which was without
 * them and so cost no less; nothing is awaited between this and the queue.
 */
export function ratePlanned({ credit }: Pick<PricingParts, 'credit'>, rated: RatedRecord): RatedRecord {
  const plan = rated.quote?.plan
  if (!plan || freeReason(rated.record)) return rated
  const counters = credit.pools.countersAt(plan, rated.occurredAt, [])
  return { ...rateRecord(rated.record, rated.currency, rated.quote, counters), cost: rated.cost }
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
