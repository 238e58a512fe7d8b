/** Comma-separated values (RFC 4180): reading within limits, writing so that spreadsheets stay harmless. */

import { fail, ok, type Result } from './errors.ts'

export type CsvLimits = { readonly rows: number; readonly columns: number; readonly cellLength: number }

const defaultLimits: CsvLimits = { rows: 1_000_000, columns: 100, cellLength: 4096 }

/** Cells as rows; quotes and line breaks inside quotes are understood, a lone quote is refused with its line. */
export function parseCsv(text: string, limits: CsvLimits = defaultLimits): Result<string[][]> {
  const rows: string[][] = []
  let row: string[] = []
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  const tooMuch = (what: string) => fail('csv.too_large', `line ${line}: more ${what} than allowed`, { line })
  while (at < text.length) {
    let cell: string
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1)
      if (end < 0) return fail('csv.open_quote', `line ${line}: a quoted cell is never closed`, { line })
      cell = text.slice(at + 1, end).replaceAll('""', '"')
      at = end + 1
    } else {
      let end = at
      while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++
      cell = text.slice(at, end)
      at = end
    }
    if (cell.length > limits.cellLength) return tooMuch('characters in a cell')
    row.push(cell)
    if (row.length > limits.columns) return tooMuch('columns')
    const mark = text[at]
    if (mark === ',') {
      at++
      if (at === text.length) row.push('')
      continue
    }
    if (mark !== undefined && mark !== '\r' && mark !== '\n') {
      return fail('csv.stray_quote', `line ${line}: characters follow a closing quote`, { line })
    }
    at += mark === '\r' && text[at + 1] === '\n' ? 2 : 1
    if (!(row.length === 1 && row[0] === '')) rows.push(row)
    if (rows.length > limits.rows) return tooMuch('rows')
    row = []
    line++
  }
  if (row.length) rows.push(row)
  return ok(rows)
}

function closingQuote(text: string, from: number): number {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at)
    if (at < 0 || text[at + 1] !== '"') return at
  }
}

/**
 * One line of CSV with its line break. A cell that a spreadsheet would run as a formula gets a
 * leading apostrophe, so that `+1416…` stays text and `=cmd` stays harmless.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: string): string {
  const plainNumber = /^-?\d{1,15}(\.\d+)?$/.test(cell)
  const safe = !plainNumber && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
