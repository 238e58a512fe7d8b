/**
 * A rate deck compiled for the call path: a digit trie in one Int32Array, the rows as columns of typed
 * arrays. It is built as a whole and never changed, so that it is swapped by one assignment.
 */

import { assert, type E164 } from '../../base/index.ts'
import { rateClasses, rateDirections, type RateDirection, type RateRow } from './rate-row.ts'

export type RateTable = {
  /** The row with the longest prefix of the number; undefined when no prefix fits. */
  match(direction: RateDirection, number: E164): RateRow | undefined
  readonly size: number
}

export type RateTableBuilder = {
  add(row: RateRow): void
  /** The table of everything that was added; the builder is spent. */
  build(): RateTable
}

/** Ten digits and the row of a prefix that ends here (plus one; 0 for none). */
const NODE = 11
const ROW = 10

/** An array of numbers that grows by doubling. */
function growing<T extends Int32Array | BigInt64Array>(make: (size: number) => T) {
  let items = make(64)
  let length = 0
  return {
    push(value: T[number]): void {
      if (length === items.length) {
        const larger = make(items.length * 2)
        larger.set(items as never)
        items = larger
      }
      items[length++] = value
    },
    /** What was pushed, in an array of its own size. */
    done: (): T => items.slice(0, length) as T,
  }
}

function startTrie() {
  let nodes = new Int32Array(NODE * 64)
  let count = 1
  const child = (node: number, digit: number): number => {
    const known = nodes[node + digit]!
    if (known !== 0) return known
    if ((count + 1) * NODE > nodes.length) {
      const larger = new Int32Array(nodes.length * 2)
      larger.set(nodes)
      nodes = larger
    }
    const made = count++ * NODE
    nodes[node + digit] = made
    return made
  }
  return {
    set(prefix: string, row: number): void {
      let node = 0
      for (let at = 0; at < prefix.length; at++) node = child(node, prefix.charCodeAt(at) - 48)
      assert(nodes[node + ROW] === 0, `the prefix ${prefix} is in the deck twice`)
      nodes[node + ROW] = row + 1
    },
    done: (): Int32Array => nodes.slice(0, count * NODE),
  }
}

/** Row index and length of the longest prefix in `number` (after its plus); -1 when there is none. */
function longest(nodes: Int32Array, number: string): { row: number; length: number } {
  let row = -1
  let length = 0
  let node = 0
  for (let at = number.charCodeAt(0) === 43 ? 1 : 0; at < number.length; at++) {
    const digit = number.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) break
    node = nodes[node + digit]!
    if (node === 0) break
    const here = nodes[node + ROW]!
    if (here !== 0) {
      row = here - 1
      length = at + 1
    }
  }
  return { row, length }
}

const INTEGERS = 5

/** Starts a table; rows come in any order, a prefix once for each direction. */
export function startRateTable(): RateTableBuilder {
  const tries = { outbound: startTrie(), inbound: startTrie() }
  const money = growing((size) => new BigInt64Array(size))
  const integers = growing((size) => new Int32Array(size))
  const names = new Map<string, number>()
  let size = 0
  return {
    add(row) {
      assert(/^\d{1,15}$/.test(row.prefix), 'a prefix is 1 to 15 digits')
      tries[row.direction].set(row.prefix, size++)
      for (const amount of [row.connectMicros, row.firstNanos, row.nextNanos, row.minimumMicros]) money.push(amount)
      const name = names.get(row.destination) ?? names.size
      names.set(row.destination, name)
      const kind = rateClasses.indexOf(row.class) * 2 + (row.blocked ? 1 : 0)
      for (const value of [row.firstSeconds, row.nextSeconds, row.graceSeconds, name, kind]) integers.push(value)
    },
    build() {
      const destinations = [...names.keys()]
      const [amounts, values] = [money.done(), integers.done()]
      const nodes = { outbound: tries.outbound.done(), inbound: tries.inbound.done() }
      return {
        size,
        match(direction, number) {
          const { row, length } = longest(nodes[direction], number)
          if (row < 0) return undefined
          const [m, i] = [row * 4, row * INTEGERS]
          return {
            prefix: number.slice(number.charCodeAt(0) === 43 ? 1 : 0, length),
            direction,
            destination: destinations[values[i + 3]!]!,
            class: rateClasses[values[i + 4]! >> 1]!,
            connectMicros: amounts[m]!,
            firstSeconds: values[i]!,
            firstNanos: amounts[m + 1]!,
            nextSeconds: values[i + 1]!,
            nextNanos: amounts[m + 2]!,
            graceSeconds: values[i + 2]!,
            minimumMicros: amounts[m + 3]!,
            blocked: (values[i + 4]! & 1) === 1,
          }
        },
      }
    },
  }
}

/** The table of some rows. */
export function compileRateTable(rows: Iterable<RateRow>): RateTable {
  const builder = startRateTable()
  for (const row of rows) builder.add(row)
  return builder.build()
}

/** Whether a text names a direction of rate rows. */
export function isRateDirection(text: string): text is RateDirection {
  return (rateDirections as readonly string[]).includes(text)
}
