/** A statement as a table, read by a mapping that somebody made once for this bank. */

import { ok, parseCsv, parseMicros, type Micros, type Result } from '../../../../base/index.ts'
import { unreadable, wrongTotal, type StatementFailure } from './errors.ts'
import { STATEMENT_LINES_MAX, tooLarge } from './errors.ts'
import type { Statement, StatementLine } from './statement.ts'

/** Which column holds what, by the name in the first row. */
export type CsvMapping = {
  readonly account: string
  readonly currency: string
  readonly date: string
  readonly dateOrder: 'ymd' | 'mdy' | 'dmy'
  /** One column with a sign, or one for what came in and one for what went out. */
  readonly amount?: string | undefined
  readonly credit?: string | undefined
  readonly debit?: string | undefined
  readonly payer?: string | undefined
  readonly remittance: readonly string[]
  readonly reference?: string | undefined
  /** The balance after each line; every one is checked. */
  readonly balance?: string | undefined
}

const COLUMNS_MAX = 60
const CELL_MAX = 2000

/** The lines of a table. */
export function readCsvStatement(source: string, mapping: CsvMapping): Result<readonly Statement[], StatementFailure> {
  const rows = parseCsv(source, { rows: STATEMENT_LINES_MAX + 1, columns: COLUMNS_MAX, cellLength: CELL_MAX })
  if (!rows.ok) return rows.failure.code === 'csv.too_large' ? tooLarge : unreadable('the table', rows.failure.message)
  const [head = [], ...body] = rows.value
  const columns = new Map(head.map((name, at) => [name.trim().toLowerCase(), at]))
  const wanted = [mapping.date, mapping.amount, mapping.credit, mapping.debit, mapping.payer, mapping.reference]
  for (const name of [...wanted, mapping.balance, ...mapping.remittance]) {
    if (name !== undefined && !columns.has(name.toLowerCase())) return unreadable('line 1', `has no column "${name}"`)
  }
  const lines: StatementLine[] = []
  let previous: Micros | undefined
  let opening: Micros | undefined
  for (const [at, row] of body.entries()) {
    const cell = (name: string | undefined): string =>
      name === undefined ? '' : (row[columns.get(name.toLowerCase())!] ?? '').trim()
    const bookedOn = dateOf(cell(mapping.date), mapping.dateOrder)
    const amountMicros = amountOf(cell(mapping.amount), cell(mapping.credit), cell(mapping.debit))
    if (!bookedOn) return unreadable(`line ${at + 2}`, 'has no date in this order')
    if (amountMicros === undefined) return unreadable(`line ${at + 2}`, 'has no amount')
    if (mapping.balance !== undefined) {
      const balance = moneyOf(cell(mapping.balance))
      if (balance === undefined) return unreadable(`line ${at + 2}`, 'has no balance')
      opening ??= balance - amountMicros
      if (previous !== undefined && previous + amountMicros !== balance)
        return wrongTotal(`the balance of line ${at + 2}`, String(balance), String(previous + amountMicros))
      previous = balance
    }
    lines.push({
      bookedOn,
      amountMicros,
      currency: mapping.currency,
      payer: cell(mapping.payer),
      payerAccount: '',
      remittance: mapping.remittance
        .map((name) => cell(name))
        .filter(Boolean)
        .join(' '),
      reference: cell(mapping.reference),
    })
  }
  const { account, currency } = mapping
  return ok([{ account, currency, openingMicros: opening, closingMicros: previous, lines }])
}

/** `1,234.50`, `(12.00)`, `$5`; undefined for anything else. */
function moneyOf(text: string): Micros | undefined {
  const plain = text.replaceAll(/[$\s]/g, '').replaceAll(/,(?=\d{3}(\D|$))/g, '')
  const inside = /^\((.*)\)$/.exec(plain)?.[1]
  const amount = parseMicros(inside ?? plain.replace(/^\+/, ''))
  if (!amount.ok) return undefined
  return inside === undefined ? amount.value : -amount.value
}

function amountOf(amount: string, credit: string, debit: string): Micros | undefined {
  if (amount !== '') return moneyOf(amount)
  const [came, went] = [credit === '' ? 0n : moneyOf(credit), debit === '' ? 0n : moneyOf(debit)]
  if (came === undefined || went === undefined || (credit === '' && debit === '')) return undefined
  return came - (went < 0n ? -went : went)
}

function dateOf(text: string, order: CsvMapping['dateOrder']): string | undefined {
  const parts = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})/.exec(text)
  if (!parts) return undefined
  const [a, b, c] = [parts[1]!, parts[2]!, parts[3]!]
  const [year, month, day] = order === 'ymd' ? [a, b, c] : order === 'mdy' ? [c, a, b] : [c, b, a]
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  try {
    return /^\d{4}-\d\d-\d\d$/.test(date) ? Temporal.PlainDate.from(date).toString() : undefined
  } catch {
    return undefined
  }
}
