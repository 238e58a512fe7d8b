/** One portion of a rerating: which charges come out differently, and what of the records was left out. */

import { newId, type Currency, type Micros } from '../../base/index.ts'
import type { RatedCall } from '../rating/index.ts'
import { sellerPath } from './books.ts'
import type { Quote } from './reservation.ts'
import type { Engine } from './engine.ts'
import type { Portion, Rerate, StoredCharge, StoredRecord } from './rerate-records.ts'
import { priceQuote } from './price-quote.ts'
import { deckDirection, quotesOf, type RerateDecks } from './rerate-prices.ts'
import type { RerateTally } from './rerate-tally.ts'
import { storedParts, type ChargeLine, type Revision } from './revision.ts'

export type Rerating = {
  readonly engine: Engine
  readonly rerate: Rerate
  readonly decks: RerateDecks
  readonly tally: RerateTally
  /** Zones of customers. */
  readonly zones: ReadonlyMap<string, string>
  readonly at: number
}

/** Prices every charge of a portion again; the revisions of a record follow each other, the customer's first. */
export async function revisionsOf(rerating: Rerating, portion: Portion): Promise<readonly Revision[]> {
  const { tally } = rerating
  const revisions: Revision[] = []
  for (const record of portion.records) {
    if (record.hasPlan) tally.leftOut('withPlan')
    else if (record.isForgotten) tally.leftOut('forgotten')
    else {
      tally.record()
      const postingId = newId(rerating.engine.clock)
      for (const charge of chargesOf(record, portion)) {
        const wasRevised = portion.revised.has(`${record.id} ${charge.level}`)
        const revision = await revise(rerating, { record, charge, wasRevised, postingId })
        if (revision) revisions.push(revision)
      }
    }
  }
  return revisions
}

/** Of all levels, as they are in force. */
function chargesOf(record: StoredRecord, { above, revised }: Portion): readonly StoredCharge[] {
  const { id, accountId, tenantId, chargeMicros, currency, versionId } = record
  const own = { cdrId: id, level: 0, accountId, tenantId, chargeMicros, currency, versionId }
  const all = [own, ...(above.get(id) ?? [])]
  if (revised.size === 0) return all
  return all.map((one) => ({ ...one, chargeMicros: revised.get(`${id} ${one.level}`) ?? one.chargeMicros }))
}

type Asked = {
  readonly record: StoredRecord
  readonly charge: StoredCharge
  readonly wasRevised: boolean
  readonly postingId: string
}

async function revise(rerating: Rerating, asked: Asked): Promise<Revision | undefined> {
  const { engine, rerate, decks, tally } = rerating
  const { record, charge, wasRevised } = asked
  const { level, chargeMicros: oldMicros, currency, versionId } = charge
  const account = engine.credit.account(charge.accountId)?.terms
  if (!account || (rerate.deckId !== null && account.deckId !== rerate.deckId)) return undefined
  const found = decks.versionFor(account.deckId, record, versionId)
  const version = found instanceof Promise ? await found : found
  const { number, durationSeconds: seconds, occurredAt: answeredAt } = record
  if (version && !wasRevised) {
    // The usual case of an unchanged deck: the amount alone says that nothing is to be done.
    const micros = version.table.charge(deckDirection(record.direction), number, seconds, answeredAt)
    if (micros === oldMicros) {
      tally.charge({ level, currency, oldMicros, newMicros: micros })
      return undefined
    }
  }
  const quotes = version ? quotesOf(version, record) : []
  const [quote] = quotes
  if (!quote) {
    tally.leftOut('withoutRate')
    return undefined
  }
  const call = { number, answeredAt, seconds }
  const prices = quotes.map((one) => priceQuote(one, call, currency).chargeMicros)
  const newMicros = prices.includes(oldMicros) ? oldMicros : prices[0]!
  tally.charge({ level, currency, oldMicros, newMicros })
  return revisionOf(rerating, asked, { quote, call, newMicros })
}

type Repriced = { readonly quote: Quote; readonly call: RatedCall; readonly newMicros: Micros }

/** What has to be written; undefined for nothing. */
function revisionOf(rerating: Rerating, asked: Asked, { quote, call, newMicros }: Repriced): Revision | undefined {
  const { engine, rerate, tally } = rerating
  const { record, charge, wasRevised, postingId } = asked
  const { level, accountId, chargeMicros: oldMicros, currency } = charge
  const isUnchanged = newMicros === oldMicros
  const { period, isClosed } = periodOf(rerating, record)
  // Back at its price by another row: what the record names is put right without money.
  if (isUnchanged && (isClosed || !wasRevised || quote.versionId === charge.versionId)) return undefined
  const books = engine.terms.books().find(sellerPath(engine.credit.account(accountId)!.terms), currency)
  if (!books) throw new NeverRerated(`the seller has no books in ${currency}`)
  if (!isUnchanged) tally.difference({ cdrId: record.id, level, oldMicros, newMicros, currency }, isClosed)
  const reason = `rerating ${rerate.id} of call ${record.id}: ${rerate.reason}`
  const { id: rerateId } = rerate
  const who = { tenantId: charge.tenantId, accountId, createdBy: rerate.createdBy ?? undefined }
  const { chargeMicros: _, ...line } = chargeLine(quote, call, currency)
  const money = { oldMicros, newMicros, currency, class: record.class, books, line }
  const when = { occurredAt: record.occurredAt, period, adjusted: isClosed, ended: undefined }
  return { id: newId(engine.clock), cdrId: record.id, level, rerateId, postingId, reason, ...who, ...money, ...when }
}

/** Thrown for what trying again will not mend. */
export class NeverRerated extends Error {}

/** The charge by a quote, as it is stored with a record. */
export function chargeLine(
  quote: Quote,
  call: RatedCall,
  currency: Currency,
): ChargeLine & { readonly chargeMicros: Micros } {
  const { row, chargeMicros, billedSeconds, reason, explanation, components } = priceQuote(quote, call, currency)
  const { prefix, destination } = row
  const said = { reason, billedSeconds, versionId: quote.versionId, prefix, destination, explanation }
  return { ...said, chargeMicros, components: storedParts(components) }
}

type Month = { readonly period: string; readonly isClosed: boolean }

/** "when the record's period is closed an adjustment with reference instead": of the month of today. */
function periodOf({ zones, at }: Rerating, { tenantId, occurredAt }: StoredRecord): Month {
  return assignedPeriod({ at, zone: zones.get(tenantId) ?? 'UTC', occurredAt })
}

/** Invoices of a month are made as soon as it is over: from then on its charges stand. */
function beginningOfMonth(at: number, zone: string): number {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  return today.with({ day: 1 }).toZonedDateTime(zone).epochMilliseconds
}

/** The month of a customer's zone that a charge of a call belongs to when it is made or changed at `at`. */
export function assignedPeriod(asked: {
  readonly at: number
  readonly zone: string
  readonly occurredAt: number
}): Month {
  const { at, zone, occurredAt } = asked
  const isClosed = occurredAt < beginningOfMonth(at, zone)
  const day = Temporal.Instant.fromEpochMilliseconds(isClosed ? at : occurredAt)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
  return { period: day.with({ day: 1 }).toString(), isClosed }
}

/** Zones of every customer. */
export async function readZones({ db }: Engine): Promise<ReadonlyMap<string, string>> {
  const rows = await db.asService(
    (tx) => tx<{ tenantId: string; zone: string }[]>`select tenant_id as "tenantId", zone from customer`,
  )
  return new Map(rows.map((row) => [row.tenantId, row.zone]))
}
