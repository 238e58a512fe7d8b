/** Reads a rate deck from CSV: every fault is named with its line, and a file with a fault gives no rows at all. */

import { fail, ok, parseCsv, parseMicros, parseNanos, type Failure, type Result } from '../../base/index.ts'
import { isRateDirection, rateClasses, type RateClass, type RateDirection, type RateRow } from '../rating/index.ts'
import { deckInvalid, deckTooLarge, FAULTS_SHOWN, type DeckFileFailure, type LineFault } from './errors.ts'

/** Columns of a deck's file. Those with a default may be left out. */
export const deckColumns = [
  'prefix',
  'destination',
  'class',
  'direction',
  'connect',
  'first_seconds',
  'first_price',
  'next_seconds',
  'next_price',
  'grace_seconds',
  'minimum',
  'blocked',
] as const
type Column = (typeof deckColumns)[number]

const defaults: Partial<Record<Column, string>> = {
  direction: 'outbound',
  connect: '0',
  grace_seconds: '0',
  minimum: '0',
  blocked: 'no',
}

const BYTES_MAX = 64 * 1024 * 1024
const DECK_ROWS_MAX = 500_000
const CELL_LENGTH = 200
const SECONDS_MAX = 86_400
/** A million a minute is a slip of the pen, and keeps every sum far below 2^63. */
const PRICE_MAX = 1_000_000n

type CellFailure = Failure<'catalog.bad_cell'>
const bad = (message: string) => fail('catalog.bad_cell', message)

/** Reads the whole file; a deck that says nothing is a fault too. */
export function readDeck(csv: string): Result<RateRow[], DeckFileFailure> {
  if (csv.length > BYTES_MAX) return deckTooLarge('characters', BYTES_MAX)
  const text = csv.charCodeAt(0) === 0xfeff ? csv.slice(1) : csv
  const faults: LineFault[] = []
  let faultCount = 0
  const fault = (line: number, message: string): void => {
    if (++faultCount <= FAULTS_SHOWN) faults.push({ line, message })
  }
  const rows: RateRow[] = []
  const seen = new Map<string, number>()
  let header: readonly Column[] | undefined
  for (const { line, content } of linesOf(text)) {
    const parsed = parseCsv(content, { rows: 1, columns: 40, cellLength: CELL_LENGTH })
    const cells = parsed.ok ? parsed.value[0] : undefined
    if (!parsed.ok) fault(line, parsed.failure.message.replace(/^line 1: /, ''))
    if (!header) {
      const read = readHeader(cells ?? [])
      if (!read.ok) return deckInvalid([{ line, message: read.failure.message }])
      header = read.value
      continue
    }
    if (!cells) continue
    const row = cells.length === header.length ? readRow(header, cells) : bad(wrongWidth(cells.length, header.length))
    if (!row.ok) {
      fault(line, row.failure.message)
      continue
    }
    const key = `${row.value.direction} ${row.value.prefix}`
    const before = seen.get(key)
    if (before !== undefined) fault(line, `${key} stands on line ${before} already`)
    else seen.set(key, line)
    if (rows.push(row.value) > DECK_ROWS_MAX) return deckTooLarge('rows', DECK_ROWS_MAX)
  }
  if (!header) return deckInvalid([{ line: 1, message: `the first line names the columns: ${deckColumns.join(',')}` }])
  if (faultCount > 0) return deckInvalid(faults, faultCount)
  if (rows.length === 0) return deckInvalid([{ line: 2, message: 'the deck has no rows' }])
  return ok(rows)
}

const wrongWidth = (has: number, wants: number): string => `the line has ${has} cells, the header ${wants}`

/** Lines with their number from 1, blank ones left out. A cell of a deck has no line break. */
function* linesOf(text: string): Generator<{ line: number; content: string }> {
  let line = 0
  for (let at = 0; at < text.length;) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const content = text.slice(at, end).replace(/\r$/, '')
    line++
    if (content.trim() !== '') yield { line, content }
    at = end + 1
  }
}

function readHeader(cells: readonly string[]): Result<readonly Column[], CellFailure> {
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const isColumn = (name: string): name is Column => (deckColumns as readonly string[]).includes(name)
  const unknown = names.filter((name) => !isColumn(name))
  if (unknown.length > 0) return bad(`unknown column "${unknown[0]}"; columns are ${deckColumns.join(',')}`)
  const repeated = names.find((name, at) => names.indexOf(name) !== at)
  if (repeated !== undefined) return bad(`the column "${repeated}" stands there twice`)
  const missing = deckColumns.filter((name) => defaults[name] === undefined && !names.includes(name))
  if (missing.length > 0) return bad(`missing column(s): ${missing.join(', ')}`)
  return ok(names.filter(isColumn))
}

/** A cell's text, without the apostrophe that our own export puts before what a spreadsheet would run. */
function cellOf(header: readonly Column[], cells: readonly string[], column: Column): string {
  const text = (cells[header.indexOf(column)] ?? '').trim().replace(/^'(?=[=+@-])/, '')
  return text === '' ? (defaults[column] ?? '') : text
}

function readRow(header: readonly Column[], cells: readonly string[]): Result<RateRow, CellFailure> {
  const faults: string[] = []
  const read = <T>(column: Column, parse: (text: string) => Result<T>, otherwise: T): T => {
    const parsed = parse(cellOf(header, cells, column))
    if (parsed.ok) return parsed.value
    faults.push(`${column}: ${parsed.failure.message}`)
    return otherwise
  }
  const row: RateRow = {
    prefix: read('prefix', readPrefix, ''),
    direction: read<RateDirection>('direction', readDirection, 'outbound'),
    destination: read('destination', readName, ''),
    class: read<RateClass>('class', readClass, 'domestic'),
    connectMicros: read('connect', readAmount, 0n),
    firstSeconds: read('first_seconds', readBlock, 1),
    firstNanos: read('first_price', readPrice, 0n),
    nextSeconds: read('next_seconds', readBlock, 1),
    nextNanos: read('next_price', readPrice, 0n),
    graceSeconds: read('grace_seconds', readGrace, 0),
    minimumMicros: read('minimum', readAmount, 0n),
    blocked: read('blocked', readFlag, false),
  }
  return faults.length > 0 ? bad(faults.join('; ')) : ok(row)
}

function readPrefix(text: string): Result<string> {
  const digits = text.replace(/^\+/, '')
  return /^[1-9]\d{0,14}$/.test(digits) ? ok(digits) : bad(`"${text}" is not 1 to 15 digits of a number such as 1416`)
}

function readDirection(text: string): Result<RateDirection> {
  return isRateDirection(text) ? ok(text) : bad(`"${text}" is neither outbound nor inbound`)
}

function readName(text: string): Result<string> {
  if (/\p{Cc}/u.test(text)) return bad('has control characters')
  return text.length >= 1 && text.length <= 120 ? ok(text) : bad('is empty or longer than 120 characters')
}

function readClass(text: string): Result<RateClass> {
  const found = rateClasses.find((one) => one === text)
  return found ? ok(found) : bad(`"${text}" is none of ${rateClasses.join(', ')}`)
}

function readAmount(text: string): Result<bigint> {
  const amount = parseMicros(text)
  if (!amount.ok) return amount
  return amount.value < 0n || amount.value > PRICE_MAX * 1_000_000n ? bad(`${text} is negative or absurd`) : amount
}

function readPrice(text: string): Result<bigint> {
  const price = parseNanos(text)
  if (!price.ok) return price
  return price.value < 0n || price.value > PRICE_MAX * 1_000_000_000n ? bad(`${text} is negative or absurd`) : price
}

function readSeconds(text: string, least: number): Result<number> {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (seconds >= least && seconds <= SECONDS_MAX) return ok(seconds)
  return bad(`"${text}" is not a whole number of seconds from ${least} to ${SECONDS_MAX}`)
}

const readBlock = (text: string): Result<number> => readSeconds(text, 1)
const readGrace = (text: string): Result<number> => readSeconds(text, 0)

function readFlag(text: string): Result<boolean> {
  if (/^(no|false|0)$/i.test(text)) return ok(false)
  return /^(yes|true|1)$/i.test(text) ? ok(true) : bad(`"${text}" is neither yes nor no`)
}
