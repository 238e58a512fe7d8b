/** Reads a rate deck from CSV: every fault is named with its line, and a file with a fault gives no rows at all. */

import {
  fail,
  localToEpochMs,
  ok,
  parseCsv,
  parseDecimal,
  parseMicros,
  parseNanos,
  type Failure,
  type Result,
} from '../../base/index.ts'
import {
  intervals,
  isRateDirection,
  rateClasses,
  type Interval,
  type RateClass,
  type RateDirection,
  type RateRow,
  type Tariff,
} from '../rating/index.ts'
import { coverageFaults, type PlacedRow } from './deck-coverage.ts'
import { deckInvalid, deckTooLarge, FAULTS_SHOWN, type DeckFileFailure, type LineFault } from './errors.ts'

/** The usual columns of a deck's file. Those with a default may be left out. */
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
/** Columns that few decks have; an export writes them all. */
export const furtherColumns = [
  'free_seconds',
  'connect_when_free',
  'surcharge',
  'interval',
  'period',
  'effective_from',
  'effective_to',
] as const
type Column = (typeof deckColumns)[number] | (typeof furtherColumns)[number]
const allColumns: readonly Column[] = [...deckColumns, ...furtherColumns]

const defaults: Partial<Record<Column, string>> = {
  direction: 'outbound',
  connect: '0',
  grace_seconds: '0',
  minimum: '0',
  blocked: 'no',
  free_seconds: '0',
  connect_when_free: 'no',
  surcharge: '0',
  interval: '',
  period: '',
  effective_from: '',
  effective_to: '',
}

/** What the file does not say: how its times are read, and how further blocks count where no cell tells. */
export type DeckReading = Pick<Tariff, 'zone' | 'periods'> & { readonly interval: Interval }
const plainReading: DeckReading = { zone: 'UTC', periods: [], interval: 'after_first' }

const BYTES_MAX = 64 * 1024 * 1024
const DECK_ROWS_MAX = 500_000
const CELL_LENGTH = 200
const SECONDS_MAX = 86_400
/** A million a minute is a slip of the pen, and keeps every sum far below 2^63. */
const PRICE_MAX = 1_000_000n

type CellFailure = Failure<'catalog.bad_cell'>
const bad = (message: string) => fail('catalog.bad_cell', message)

/** Reads the whole file; a deck that says nothing is a fault too. */
export function readDeck(csv: string, reading: DeckReading = plainReading): Result<RateRow[], DeckFileFailure> {
  if (csv.length > BYTES_MAX) return deckTooLarge('characters', BYTES_MAX)
  const text = csv.charCodeAt(0) === 0xfeff ? csv.slice(1) : csv
  const faults: LineFault[] = []
  let faultCount = 0
  const fault = (line: number, message: string): void => {
    if (++faultCount <= FAULTS_SHOWN) faults.push({ line, message })
  }
  const rows: PlacedRow[] = []
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
    const row =
      cells.length === header.length ? readRow(header, cells, reading) : bad(wrongWidth(cells.length, header.length))
    if (!row.ok) {
      fault(line, row.failure.message)
      continue
    }
    if (rows.push({ line, row: row.value }) > DECK_ROWS_MAX) return deckTooLarge('rows', DECK_ROWS_MAX)
  }
  if (!header) return deckInvalid([{ line: 1, message: `the first line names the columns: ${deckColumns.join(',')}` }])
  for (const one of coverageFaults(rows)) fault(one.line, one.message)
  if (faultCount > 0) {
    const byLine = faults.toSorted((a, b) => a.line - b.line)
    return deckInvalid(byLine, faultCount)
  }
  if (rows.length === 0) return deckInvalid([{ line: 2, message: 'the deck has no rows' }])
  return ok(rows.map(({ row }) => row))
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
  const isColumn = (name: string): name is Column => (allColumns as readonly string[]).includes(name)
  const unknown = names.filter((name) => !isColumn(name))
  if (unknown.length > 0) return bad(`unknown column "${unknown[0]}"; columns are ${allColumns.join(',')}`)
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

function readRow(
  header: readonly Column[],
  cells: readonly string[],
  reading: DeckReading,
): Result<RateRow, CellFailure> {
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
  const hasFurther = furtherColumns.some((column) => header.includes(column))
  const further = hasFurther ? readFurther(read, reading) : ofInterval(reading.interval)
  return faults.length > 0 ? bad(faults.join('; ')) : ok({ ...row, ...further })
}

/** The usual custom is what a row without one has. */
function ofInterval(interval: Interval): Partial<RateRow> {
  return interval === 'total' ? { interval } : {}
}

type ReadCell = <T>(column: Column, parse: (text: string) => Result<T>, otherwise: T) => T

/** What few rows have; only what a cell says. */
function readFurther(read: ReadCell, { zone, periods, interval }: DeckReading): Partial<RateRow> {
  const freeSeconds = read('free_seconds', readGrace, 0)
  const connectWhenFree = read('connect_when_free', readFlag, false)
  const surchargePpm = read('surcharge', readSurcharge, 0)
  const own = read<Interval | ''>('interval', readInterval, '')
  const period = read('period', (text) => readPeriod(text, periods), '')
  const readTime = (text: string): Result<number | undefined> => readInstant(text, zone)
  const effectiveFrom = read<number | undefined>('effective_from', readTime, undefined)
  const after = (text: string): Result<number | undefined> => {
    const to = readTime(text)
    if (!to.ok || to.value === undefined || to.value > (effectiveFrom ?? -Infinity)) return to
    return bad(`${text} is not after effective_from`)
  }
  const effectiveTo = read<number | undefined>('effective_to', after, undefined)
  return {
    ...(freeSeconds > 0 ? { freeSeconds } : {}),
    ...(connectWhenFree ? { connectWhenFree } : {}),
    ...(surchargePpm > 0 ? { surchargePpm } : {}),
    ...ofInterval(own === '' ? interval : own),
    ...(period === '' ? {} : { period }),
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
  }
}

/** Percent with at most four decimals, as millionths. */
function readSurcharge(text: string): Result<number> {
  const percent = parseDecimal(text.replace(/ ?%$/, ''), 4)
  if (!percent.ok) return percent
  const isSound = percent.value >= 0n && percent.value <= 10_000_000n
  return isSound ? ok(Number(percent.value)) : bad(`${text} is not a percentage from 0 to 1000`)
}

function readInterval(text: string): Result<Interval | ''> {
  const found = intervals.find((one) => one === text)
  return text === '' || found ? ok(found ?? '') : bad(`"${text}" is none of ${intervals.join(', ')}`)
}

function readPeriod(text: string, periods: DeckReading['periods']): Result<string> {
  if (text === '' || periods.some(({ name }) => name === text)) return ok(text)
  const known = periods.map(({ name }) => name).join(', ')
  return bad(`"${text}" is no time of day of this deck (${known || 'it has none'})`)
}

/** Sheets keep a date as days since 1899-12-30, the time as a part of a day; to the second. */
function sheetDate(days: number, zone: string): number {
  const day = Temporal.PlainDate.from('1899-12-30').add({ days: Math.floor(days) })
  const seconds = Math.round((days % 1) * 86_400)
  return day.toPlainDateTime().add({ seconds }).toZonedDateTime(zone).epochMilliseconds
}

/** `2026-10-01`, `2026-10-01 08:30` by the clocks of the deck's zone, or an instant with its `Z`; empty for none. */
function readInstant(text: string, zone: string): Result<number | undefined> {
  if (text === '') return ok(undefined)
  if (/^[2-9]\d{4}(\.\d{1,20})?$/.test(text)) return ok(sheetDate(Number(text), zone))
  const isDate = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/.test(text)
  try {
    const plain = text.replace(' ', 'T')
    if (isDate && text.endsWith('Z')) return ok(Temporal.Instant.from(plain).epochMilliseconds)
    const at = isDate ? localToEpochMs(text, zone) : undefined
    if (at !== undefined) return ok(at)
  } catch {
    // Said below: a day that no calendar has.
  }
  return bad(`"${text}" is no date such as 2026-10-01 or 2026-10-01 08:30`)
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
