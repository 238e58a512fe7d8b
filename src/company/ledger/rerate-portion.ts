/** One portion of a rerating: which charges come out differently, and what of the records was left out. */

import { newId, type Currency, type Micros } from '../../base/index.ts'
import { explainCall, priceCall } from '../rating/index.ts'
import { sellerPath } from './books.ts'
import type { Quote } from './reservation.ts'
import type { Engine } from './engine.ts'
import { forgottenBefore } from './kept-until.ts'
import type { Portion, Rerate, StoredCharge, StoredRecord } from './rerate-records.ts'
import type { RerateDecks } from './rerate-prices.ts'
import type { RerateTally } from './rerate-tally.ts'
import type { ChargeLine, Revision } from './revision.ts'

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

async function revise(
  rerating: Rerating,
  { record, charge, wasRevised, postingId }: Asked,
): Promise<Revision | undefined> {
  const { engine, rerate, decks, tally } = rerating
  const { level, accountId, chargeMicros: oldMicros, currency } = charge
  const account = engine.credit.account(accountId)?.terms
  if (!account || (rerate.deckId !== null && account.deckId !== rerate.deckId)) return undefined
  const quotes = await decks.quotes(account.deckId, record, charge.versionId)
  const [quote] = quotes
  if (!quote) {
    tally.leftOut('withoutRate')
    return undefined
  }
  const seconds = record.durationSeconds
  const isUnchanged = quotes.some((one) => priceCall(one.row, seconds).chargeMicros === oldMicros)
  const newMicros = isUnchanged ? oldMicros : priceCall(quote.row, seconds).chargeMicros
  tally.charge({ level, currency, oldMicros, newMicros })
  const { period, isClosed } = periodOf(rerating, record)
  // Back at its price by another row: what the record names is put right without money.
  if (isUnchanged && (isClosed || !wasRevised || quote.versionId === charge.versionId)) return undefined
  const books = engine.terms.books().find(sellerPath(account), currency)
  if (!books) throw new Error('the seller has no books in this currency')
  if (!isUnchanged) tally.difference({ cdrId: record.id, level, oldMicros, newMicros, currency }, isClosed)
  const reason = `rerating ${rerate.id} of call ${record.id}: ${rerate.reason}`
  const { id: rerateId } = rerate
  const who = { tenantId: charge.tenantId, accountId, createdBy: rerate.createdBy ?? undefined }
  const { chargeMicros: _, ...line } = chargeLine(quote, seconds, currency)
  const money = { oldMicros, newMicros, currency, books, line }
  const when = { occurredAt: record.occurredAt, period, adjusted: isClosed, ended: undefined }
  return { id: newId(engine.clock), cdrId: record.id, level, rerateId, postingId, reason, ...who, ...money, ...when }
}

/** The charge of a row, as it is stored with a record. */
export function chargeLine(
  { row, versionId }: Quote,
  seconds: number,
  currency: Currency,
): ChargeLine & { readonly chargeMicros: Micros } {
  const { prefix, destination } = row
  const explanation = explainCall(row, seconds, currency)
  return { ...priceCall(row, seconds), versionId, prefix, destination, explanation }
}

type Month = { readonly period: string; readonly isClosed: boolean }

/** "when the record's period is closed an adjustment with reference instead": of the month of today. */
function periodOf({ zones, at }: Rerating, { tenantId, occurredAt }: StoredRecord): Month {
  return assignedPeriod({ at, zone: zones.get(tenantId) ?? 'UTC', occurredAt })
}

/** The month of a customer's zone that a charge of a call belongs to when it is made or changed at `at`. */
export function assignedPeriod(asked: {
  readonly at: number
  readonly zone: string
  readonly occurredAt: number
}): Month {
  const { at, zone, occurredAt } = asked
  const isClosed = occurredAt < forgottenBefore({ at, zone, callDays: 0 })
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
