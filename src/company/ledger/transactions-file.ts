/** The Transactions report as a file: the rows of the page, the oldest first, and a line of totals per currency. */

import { epochMsToLocal, formatMicros, isoInstant, type Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { oldestCalls, type CallFilter, type Position, type TransactionRow } from './read-calls.ts'
import { NO_CURRENCY } from './rate-record.ts'

const ROWS_PER_READ = 1000

export type TransactionsFile = {
  readonly filter: CallFilter
  /** IANA zone of the times. */
  readonly zone: string
  /** One short transaction per portion: a slow reader holds none open. */
  readonly transaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>
}

/** The columns that are computed with. */
export const transactionNumbers = ['Seconds', 'Billed seconds', 'Charge']

/** Lines of the file, the header first. */
export async function* transactionLines(file: TransactionsFile): AsyncGenerator<readonly string[]> {
  const { filter, zone, transaction } = file
  yield [
    `Time (${zone})`,
    'Instant (UTC)',
    'Direction',
    'Class',
    'From',
    'From name',
    'To',
    'To name',
    'Destination',
    'Seconds',
    'Billed seconds',
    'Charge',
    'Currency',
    'Charge reason',
    'Result',
    'Customer',
    'Record',
  ]
  const totals = new Map<string, { count: number; seconds: number; billed: number; charge: Micros }>()
  let after: Position | undefined
  for (;;) {
    const limit = ROWS_PER_READ
    const rows = await transaction((tx) => oldestCalls(tx, filter, { after, limit }))
    for (const row of rows) {
      const sum = totals.get(row.currency) ?? { count: 0, seconds: 0, billed: 0, charge: 0n }
      totals.set(row.currency, {
        count: sum.count + 1,
        seconds: sum.seconds + row.durationSeconds,
        billed: sum.billed + row.billedSeconds,
        charge: sum.charge + row.chargeMicros,
      })
      yield lineOf(row, zone)
    }
    const last = rows.at(-1)
    if (rows.length < limit || !last) break
    after = [last.occurredAt, last.id]
  }
  if (totals.size === 0) totals.set('', { count: 0, seconds: 0, billed: 0, charge: 0n })
  for (const [currency, { count, seconds, billed, charge }] of totals) {
    const shown = currency === NO_CURRENCY ? '' : currency
    const amounts = [String(seconds), String(billed), formatMicros(charge), shown]
    yield ['Total', '', '', '', '', '', '', '', `${count} calls`, ...amounts, '', '', '', '']
  }
}

function lineOf(row: TransactionRow, zone: string): readonly string[] {
  return [
    epochMsToLocal(row.occurredAt, zone),
    isoInstant(row.occurredAt),
    row.direction,
    row.class,
    row.from,
    row.fromName,
    row.to,
    row.toName,
    row.destination ?? '',
    String(row.durationSeconds),
    String(row.billedSeconds),
    formatMicros(row.chargeMicros),
    row.currency === NO_CURRENCY ? '' : row.currency,
    row.chargeReason,
    row.hangupCause,
    row.customerName,
    row.id,
  ]
}
