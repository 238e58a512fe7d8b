/**
 * A rate deck compiled for the call path: a digit trie for each direction, the rows as columns of typed arrays. It
 * is built as a whole and never changed, so that it is swapped by one assignment.
 */

import { assert, type E164, type Micros } from '../../base/index.ts'
import { allHeld, digitsFrom, longestHeld, startTrie } from './digit-trie.ts'
import { growingArray } from './growing-array.ts'
import { priceCall, quickMicros } from './price-call.ts'
import { rateCall } from './rate-call.ts'
import { intervals, rateClasses, rateDirections, toMicros, type RateDirection, type RateRow } from './rate-row.ts'
import { periodAt, plainTariff, rowInForce, type Tariff } from './tariff.ts'
import type { CallRates } from './usage.ts'

export type RateTable = {
  /**
   * The row in force for a number at an instant, by the longest prefix that has one; undefined when none fits. The
   * instant may be left out where no row begins, ends, or keeps to a time of day.
   */
  match(direction: RateDirection, number: E164, at?: number): RateRow | undefined
  /** All rows that fit a number, longest prefix first, for a price that may change while the call lasts. */
  rates(direction: RateDirection, number: E164): CallRates
  /**
   * What a call of some whole seconds costs without a plan, for runs over many records: the charge alone, without
   * its row; undefined where no row fits.
   */
  charge(direction: RateDirection, number: E164, seconds: number, at?: number): Micros | undefined
  /** A row found by `match` alone says what a call costs: the deck has no times and the rounding of the house. */
  readonly isPlain: boolean
  readonly tariff: Tariff
  readonly size: number
  /** Memory of the tables. */
  readonly bytes: number
}

export type RateTableBuilder = {
  add(row: RateRow): void
  /** The table of everything that was added; the builder is spent. */
  build(): RateTable
}

/** Integers of a row: blocks, grace, destination, class and flags, length of the prefix, next row of it, extras. */
const INTEGERS = 8
/** Amounts of a row; a deck's prices are far below 2^53, so that a double holds them exactly. */
const AMOUNTS = 4

/** What few rows have; equal ones are kept once. */
type Extras = Pick<
  RateRow,
  'freeSeconds' | 'connectWhenFree' | 'surchargePpm' | 'interval' | 'period' | 'effectiveFrom' | 'effectiveTo'
>

function extrasOf(row: RateRow): Extras {
  const { freeSeconds, connectWhenFree, surchargePpm, interval, period, effectiveFrom, effectiveTo } = row
  return {
    ...(freeSeconds ? { freeSeconds } : {}),
    ...(connectWhenFree ? { connectWhenFree } : {}),
    ...(surchargePpm ? { surchargePpm } : {}),
    ...(interval && interval !== intervals[0] ? { interval } : {}),
    ...(period === undefined ? {} : { period }),
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
    ...(effectiveTo === undefined ? {} : { effectiveTo }),
  }
}

/** Numbers things in the order in which they first come. */
function startNames<T>(keyOf: (value: T) => string) {
  const known = new Map<string, number>()
  const values: T[] = []
  return {
    values,
    numberOf(value: T): number {
      const key = keyOf(value)
      const before = known.get(key)
      if (before !== undefined) return before
      known.set(key, values.length)
      return values.push(value) - 1
    },
  }
}

/** Whether two rows of a prefix could both be in force at an instant. */
export function doOverlap(a: RateRow, b: RateRow): boolean {
  if (a.period !== b.period) return false
  const from = Math.max(a.effectiveFrom ?? -Infinity, b.effectiveFrom ?? -Infinity)
  return from < Math.min(a.effectiveTo ?? Infinity, b.effectiveTo ?? Infinity)
}

/** Starts a table; rows come in any order, for each direction and prefix one at an instant. */
export function startRateTable(tariff: Tariff = plainTariff): RateTableBuilder {
  const tries = { outbound: startTrie(), inbound: startTrie() }
  const amounts = growingArray((size) => new Float64Array(size))
  const integers = growingArray((size) => new Int32Array(size))
  const names = startNames<string>((name) => name)
  const extras = startNames<Extras>(JSON.stringify)
  extras.numberOf({})
  let [size, isTimed] = [0, false]
  return {
    add(row) {
      assert(/^\d{1,15}$/.test(row.prefix), 'a prefix is 1 to 15 digits')
      const index = size++
      const before = tries[row.direction].put(row.prefix, index)
      for (const amount of [row.connectMicros, row.firstNanos, row.nextNanos, row.minimumMicros]) {
        assert(amount >= 0n && amount <= BigInt(Number.MAX_SAFE_INTEGER), 'an amount of a row is below 2^53')
        amounts.push(Number(amount))
      }
      const kind = rateClasses.indexOf(row.class) * 2 + (row.blocked ? 1 : 0)
      const extra = extras.numberOf(extrasOf(row))
      if (row.period !== undefined || row.effectiveFrom !== undefined || row.effectiveTo !== undefined) isTimed = true
      assert(before < 0 || isTimed, `the prefix ${row.prefix} is in the deck twice`)
      const numbers = [row.firstSeconds, row.nextSeconds, row.graceSeconds, names.numberOf(row.destination), kind]
      for (const value of [...numbers, row.prefix.length, before + 1, extra]) integers.push(value)
    },
    build() {
      const columns: Columns = {
        amounts: amounts.done(),
        integers: integers.done(),
        nodes: { outbound: tries.outbound.done(), inbound: tries.inbound.done() },
        destinations: names.values,
        extras: extras.values,
      }
      return tableOf(columns, { tariff, size, isTimed })
    },
  }
}

type Columns = {
  readonly amounts: Float64Array
  readonly integers: Int32Array
  readonly nodes: Readonly<Record<RateDirection, Int32Array>>
  readonly destinations: readonly string[]
  readonly extras: readonly Extras[]
}

/** Zero, which most fees are, without making a number. */
const bigOf = (value: number): bigint => (value === 0 ? 0n : BigInt(value))

function rowOf(columns: Columns, index: number, direction: RateDirection, number: string): RateRow {
  const { amounts, integers, destinations, extras } = columns
  const [m, i] = [index * AMOUNTS, index * INTEGERS]
  const from = digitsFrom(number)
  const kind = integers[i + 4]!
  const row = {
    prefix: number.slice(from, from + integers[i + 5]!),
    direction,
    destination: destinations[integers[i + 3]!]!,
    class: rateClasses[kind >> 1]!,
    connectMicros: bigOf(amounts[m]!),
    firstSeconds: integers[i]!,
    firstNanos: bigOf(amounts[m + 1]!),
    nextSeconds: integers[i + 1]!,
    nextNanos: bigOf(amounts[m + 2]!),
    graceSeconds: integers[i + 2]!,
    minimumMicros: bigOf(amounts[m + 3]!),
    blocked: (kind & 1) === 1,
  }
  const extra = integers[i + 7]!
  return extra === 0 ? row : { ...row, ...extras[extra]! }
}

/** `priceCall` on the columns themselves; undefined where a row has more than blocks and a connect fee. */
function chargeOf({ amounts, integers }: Columns, index: number, seconds: number): number | undefined {
  const [m, i] = [index * AMOUNTS, index * INTEGERS]
  if (seconds <= integers[i + 2]!) return 0
  if (seconds === 0 || integers[i + 7] !== 0 || amounts[m + 3] !== 0) return undefined
  const [first, next] = [integers[i]!, integers[i + 1]!]
  const further = seconds <= first ? 0 : Math.ceil((seconds - first) / next) * next
  return quickMicros(amounts[m]!, first * amounts[m + 1]! + further * amounts[m + 2]!)
}

function tableOf(
  columns: Columns,
  { tariff, size, isTimed }: { readonly tariff: Tariff; readonly size: number; readonly isTimed: boolean },
): RateTable {
  const { amounts, integers, nodes } = columns
  const isPlain = tariff.rounding.mode === toMicros.mode && tariff.rounding.digits === toMicros.digits
  const rowsFor = (direction: RateDirection, number: string): readonly RateRow[] => {
    const rows: RateRow[] = []
    for (const held of allHeld(nodes[direction], number)) {
      for (let index = held; index >= 0; index = integers[index * INTEGERS + 6]! - 1) {
        rows.push(rowOf(columns, index, direction, number))
      }
    }
    return rows
  }
  return {
    size,
    tariff,
    isPlain: isPlain && !isTimed,
    bytes: amounts.byteLength + integers.byteLength + nodes.outbound.byteLength + nodes.inbound.byteLength,
    match(direction, number, at) {
      if (isTimed) {
        const period = at === undefined ? undefined : periodAt(tariff, at)
        return rowInForce(rowsFor(direction, number), at ?? Number.MAX_SAFE_INTEGER, period)
      }
      const held = longestHeld(nodes[direction], number)
      return held < 0 ? undefined : rowOf(columns, held, direction, number)
    },
    charge(direction, number, seconds, at) {
      if (isTimed) {
        assert(at !== undefined, 'a deck with times prices a call by its answer')
        const terms = { rates: { rows: rowsFor(direction, number), tariff }, plan: undefined }
        return rateCall(terms, [], { number, answeredAt: at, seconds })?.chargeMicros
      }
      const held = longestHeld(nodes[direction], number)
      if (held < 0) return undefined
      const micros = isPlain ? chargeOf(columns, held, seconds) : undefined
      if (micros !== undefined) return bigOf(micros)
      return priceCall(rowOf(columns, held, direction, number), seconds, tariff.rounding).chargeMicros
    },
    rates(direction, number) {
      if (isTimed) return { rows: rowsFor(direction, number), tariff }
      const held = longestHeld(nodes[direction], number)
      return { rows: held < 0 ? [] : [rowOf(columns, held, direction, number)], tariff }
    },
  }
}

/** The table of some rows. */
export function compileRateTable(rows: Iterable<RateRow>, tariff?: Tariff): RateTable {
  const builder = startRateTable(tariff)
  for (const row of rows) builder.add(row)
  return builder.build()
}

/** Whether a text names a direction of rate rows. */
export function isRateDirection(text: string): text is RateDirection {
  return (rateDirections as readonly string[]).includes(text)
}
