/**
 * A call that was closed at its last proven activity, and whose true record comes later: "correct by difference", as
 * reversal and new charge by the rows that it was priced by.
 */

import { isoInstant, newId, type Currency, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { ratesOf, timedRates } from '../catalog/index.ts'
import { sellerPath } from './books.ts'
import type { CallRates } from '../rating/index.ts'
import type { Engine } from './engine.ts'
import type { RatedRecord } from './rate-record.ts'
import { assignedPeriod, chargeLine } from './rerate-portion.ts'
import type { ChargeLine, Revision } from './revision.ts'

type Line = {
  readonly level: number
  readonly accountId: string
  readonly tenantId: string
  readonly occurredAt: number
  readonly zone: string
  readonly hasPlan: boolean
  readonly chargeMicros: Micros
  readonly currency: Currency
} & Omit<ChargeLine, 'components'>

/** Nothing when the stored record is no estimate; every other record that comes twice changes nothing. */
export async function correctEstimated(engine: Engine, rated: RatedRecord): Promise<void> {
  const { record } = rated
  const lines = await engine.db.asService((tx) => readLines(tx, record.id))
  if (lines.length === 0) return
  if (lines.some((line) => line.hasPlan)) {
    engine.log.warn('an estimated call that a plan paid for stays as it was closed', { cdrId: record.id })
    return
  }
  const revisions = await engine.db.asService((tx) => revisionsFor(engine, tx, { rated, lines }))
  if (revisions.length > 0) await engine.commit.add({ kind: 'revise', revisions })
}

function readLines(tx: Tx, cdrId: string): Promise<readonly Line[]> {
  return tx<Line[]>`
    with line as (
      select 0 as level, account_id, tenant_id, charge_micros, currency, charge_reason, billed_seconds, version_id,
             prefix, destination_name, explanation
      from cdr where id = ${cdrId}
      union all
      select level, account_id, tenant_id, charge_micros, currency, charge_reason, billed_seconds, version_id, prefix,
             destination_name, explanation
      from cdr_charge where cdr_id = ${cdrId})
    select level, line.account_id as "accountId", line.tenant_id as "tenantId", line.charge_micros as "chargeMicros",
           line.currency, line.charge_reason as reason, line.billed_seconds as "billedSeconds",
           line.version_id as "versionId", line.prefix, line.destination_name as destination, line.explanation,
           cdr.occurred_at as "occurredAt", coalesce(customer.zone, 'UTC') as zone,
           cdr.plan is not null or exists (
             select from cdr_component where cdr_id = cdr.id and item_id is not null) as "hasPlan"
    from line
    join cdr on cdr.id = ${cdrId} and cdr.estimated and cdr.answered_at is not null and cdr.account_id is not null
    left join customer on customer.tenant_id = cdr.tenant_id
    order by level`
}

type Found = { readonly rated: RatedRecord; readonly lines: readonly Line[] }

async function revisionsFor(engine: Engine, tx: Tx, { rated, lines }: Found): Promise<readonly Revision[]> {
  const { clock, credit, terms } = engine
  const { record, durationSeconds: seconds } = rated
  const direction = record.direction === 'inbound' ? 'inbound' : 'outbound'
  const keys = lines.flatMap(({ versionId, prefix, occurredAt: at }) =>
    versionId && prefix ? [{ versionId, prefix, direction, at }] : [],
  )
  const rows = await ratesOf(tx, keys)
  const postingId = newId(clock)
  const ended = {
    endedAt: isoInstant(record.endedAt),
    seconds,
    endedBy: record.endedBy,
    cause: record.hangupCause,
    sipStatus: record.sipStatus,
  }
  const call = { number: record.to, answeredAt: rated.occurredAt, seconds }
  const timed = new Map<string, CallRates>()
  for (const versionId of new Set(rows.map((row) => row.versionId))) {
    const rates = await timedRates(tx, versionId, { direction, number: record.to })
    if (rates) timed.set(versionId, rates)
  }
  return lines.flatMap((line): Revision[] => {
    const { level, accountId, tenantId, occurredAt, zone, chargeMicros: oldMicros, currency } = line
    const account = credit.account(accountId)?.terms
    const books = account && terms.books().find(sellerPath(account), currency)
    if (!books) throw new Error('the seller has no books in this currency')
    const row = rows.find((one) => one.versionId === line.versionId && one.prefix === line.prefix)
    const rates = row && timed.get(row.versionId)
    const now = row && chargeLine({ row, versionId: row.versionId, ...(rates ? { rates } : {}) }, call, currency)
    const { reason, billedSeconds, versionId, prefix, destination, explanation } = line
    const said = { reason, billedSeconds, versionId, prefix, destination, explanation, components: [] }
    const kept = { ...said, chargeMicros: oldMicros }
    const { chargeMicros: newMicros, ...made } = now ?? kept
    const { period, isClosed: adjusted } = assignedPeriod({ at: clock.now(), zone, occurredAt })
    const who = { tenantId, accountId, cdrId: record.id, level, rerateId: undefined, createdBy: undefined }
    const money = { oldMicros, newMicros, currency, class: rated.class, books, line: made }
    const why = { postingId, reason: `the true end of call ${record.id}, which was closed by an estimate` }
    return [{ id: newId(clock), ...who, ...money, ...why, occurredAt, adjusted, period, ended }]
  })
}
