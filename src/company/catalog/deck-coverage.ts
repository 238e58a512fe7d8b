/** Whether a deck has one price for a number at every instant for which it has any: no overlaps, no gaps. */

import { isoInstant } from '../../base/index.ts'
import type { RateRow } from '../rating/index.ts'
import type { LineFault } from './errors.ts'

export type PlacedRow = { readonly line: number; readonly row: RateRow }

/** Rows of one prefix and time of day that are in force at once, or leave a time between them without a price. */
export function* coverageFaults(rows: readonly PlacedRow[]): Iterable<LineFault> {
  const first = new Map<string, PlacedRow>()
  const several = new Map<string, PlacedRow[]>()
  for (const placed of rows) {
    const { direction, prefix, period } = placed.row
    const key = period === undefined ? `${direction} ${prefix}` : `${direction} ${prefix} ${period}`
    const before = first.get(key)
    if (!before) first.set(key, placed)
    else several.set(key, [...(several.get(key) ?? [before]), placed])
  }
  for (const [key, group] of several) yield* faultsOfGroup(key, group)
}

function* faultsOfGroup(key: string, group: readonly PlacedRow[]): Iterable<LineFault> {
  const begin = ({ row }: PlacedRow): number => row.effectiveFrom ?? -Infinity
  const ordered = group.toSorted((a, b) => (begin(a) < begin(b) ? -1 : begin(a) > begin(b) ? 1 : a.line - b.line))
  for (let at = 1; at < ordered.length; at++) {
    const [before, after] = [ordered[at - 1]!, ordered[at]!]
    const end = before.row.effectiveTo ?? Infinity
    const [line, other] = before.line < after.line ? [after.line, before.line] : [before.line, after.line]
    if (begin(after) < end) {
      yield { line, message: `${key} stands on line ${other} already, in force at the same time` }
    } else if (begin(after) > end) {
      const gap = `${isoInstant(end)} to ${isoInstant(begin(after))}`
      yield { line, message: `${key} has no price from ${gap}, between this line and line ${other}` }
    }
  }
}
