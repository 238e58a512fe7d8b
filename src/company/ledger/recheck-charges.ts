/**
 * Charges of many calls computed again. Most are explained by one row of a deck: those are read together and priced in
 * one go; what does not come out as it was stored is asked one by one, with plans, times of day and all.
 */

import type { Tx } from '../../platform/db/index.ts'
import { ratesOf } from '../catalog/index.ts'
import { durationSeconds } from '../rating/index.ts'
import { explainTransaction } from './explain-transaction.ts'
import { priceQuote } from './price-quote.ts'
import { isFreeReason } from './rate-record.ts'

type ChargeRow = {
  readonly cdrId: string
  readonly level: number
  readonly direction: 'outbound' | 'inbound'
  readonly number: string
  readonly answeredAt: number | null
  readonly endedAt: number
  readonly durationSeconds: number
  readonly class: string
  readonly chargeMicros: bigint
  readonly currency: string
  readonly reason: string
  readonly billedSeconds: number
  readonly versionId: string | null
  readonly prefix: string | null
  readonly destination: string | null
  readonly explanation: readonly string[]
}

/** In words, by the id of the record, what does not come out as it is stored. */
export async function recheckCharges(
  tx: Tx,
  cdrIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readRows(tx, cdrIds)
  const keys = rows.flatMap(({ versionId, prefix, direction, answeredAt }) =>
    versionId && prefix ? [{ versionId, prefix, direction, ...(answeredAt === null ? {} : { at: answeredAt }) }] : [],
  )
  const rates = new Map((await ratesOf(tx, keys)).map((row) => [keyOf(row), row]))
  const doubtful = new Set<string>()
  const found = new Map<string, string[]>()
  for (const row of rows) {
    const seconds = durationSeconds(row.answeredAt ?? undefined, row.endedAt)
    const isRight = isFreeReason(row.reason)
      ? row.chargeMicros === 0n && row.billedSeconds === 0 && row.durationSeconds === seconds
      : isPriced(row, rates.get(keyOf(row)), seconds)
    if (!isRight) doubtful.add(row.cdrId)
  }
  for (const cdrId of doubtful) {
    const differences = await differencesOf(tx, cdrId)
    if (differences.length > 0) found.set(cdrId, differences)
  }
  return found
}

type Rate = Awaited<ReturnType<typeof ratesOf>>[number]

const keyOf = (of: { versionId: string | null; direction: string; prefix: string | null }): string =>
  `${of.versionId} ${of.direction} ${of.prefix}`

function isPriced(row: ChargeRow, rate: Rate | undefined, seconds: number): boolean {
  if (!rate || row.versionId === null) return false
  const call = { number: row.number, answeredAt: row.answeredAt ?? row.endedAt, seconds }
  const now = priceQuote({ versionId: row.versionId, row: rate }, call, row.currency)
  return (
    now.chargeMicros === row.chargeMicros &&
    now.billedSeconds === row.billedSeconds &&
    now.reason === row.reason &&
    now.explanation.join('\n') === row.explanation.join('\n') &&
    row.durationSeconds === seconds &&
    row.destination === rate.destination &&
    row.class === rate.class &&
    row.number.replace(/^\+/, '').startsWith(rate.prefix)
  )
}

async function differencesOf(tx: Tx, cdrId: string): Promise<string[]> {
  const explained = await explainTransaction(tx, cdrId)
  if (!explained) return ['there is no such record']
  const rows = await readRows(tx, [cdrId])
  const words = explained.charges.flatMap(({ level, differences, row }) => {
    const stored = rows.find((one) => one.level === level)
    const where = level === 0 ? '' : `level ${level}: `
    const named = row && stored && stored.destination !== row.destination
    const classed = row && stored && stored.class !== row.class && !isFreeReason(stored.reason)
    return [
      ...differences.map((one) => where + one),
      ...(named ? [`${where}destination: stored ${stored.destination}, computed ${row.destination}`] : []),
      ...(classed ? [`${where}class: stored ${stored.class}, computed ${row.class}`] : []),
    ]
  })
  return words
}

function readRows(tx: Tx, cdrIds: readonly string[]) {
  return tx<ChargeRow[]>`
    with own as (select * from cdr where id = any(${[...cdrIds]}::uuid[]))
    select own.id as "cdrId", 0 as level,
           case own.direction when 'inbound' then 'inbound' else 'outbound' end as direction, to_number as number,
           answered_at as "answeredAt", ended_at as "endedAt", duration_seconds as "durationSeconds", class,
           charge_micros as "chargeMicros", currency, charge_reason as reason, billed_seconds as "billedSeconds",
           version_id as "versionId", prefix, destination_name as destination, explanation
    from own
    union all
    select own.id, line.level, case own.direction when 'inbound' then 'inbound' else 'outbound' end, to_number,
           answered_at, ended_at, duration_seconds, class, line.charge_micros, line.currency, line.charge_reason,
           line.billed_seconds, line.version_id, line.prefix, line.destination_name, line.explanation
    from own join cdr_charge as line on line.cdr_id = own.id`
}
