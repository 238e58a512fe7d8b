/** What a file would change against the version in force: counts, and the first of the rows. */

import { epochMsToLocal, formatDecimal, formatMicros, formatNanos } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { priceCall, type RateRow } from '../rating/index.ts'
import { rowsAfter, type RowPosition } from './load-rates.ts'

const EXAMPLES = 200

export type RowChange = 'added' | 'removed' | 'up' | 'down' | 'changed'

/** One row that a file changes; prices per minute of the further blocks, null where there is no row. */
export type ChangedRow = {
  readonly change: RowChange
  readonly direction: string
  readonly prefix: string
  readonly destination: string
  readonly before: string | null
  readonly after: string | null
}

export type DeckChanges = {
  added: number
  removed: number
  /** Rows with another cell; those of them whose ten minutes cost more or less. */
  changed: number
  up: number
  down: number
  same: number
  /** At most 200. */
  readonly rows: ChangedRow[]
}

/** A row as the cells of an export, in the order of `deckColumns` and `furtherColumns`. */
export function cellsOf(row: RateRow): readonly string[] {
  return [
    row.prefix,
    row.destination,
    row.class,
    row.direction,
    formatMicros(row.connectMicros),
    String(row.firstSeconds),
    formatNanos(row.firstNanos),
    String(row.nextSeconds),
    formatNanos(row.nextNanos),
    String(row.graceSeconds),
    formatMicros(row.minimumMicros),
    row.blocked ? 'yes' : 'no',
    String(row.freeSeconds ?? 0),
    row.connectWhenFree ? 'yes' : 'no',
    formatDecimal(BigInt(row.surchargePpm ?? 0), 4, 0),
    row.interval ?? 'after_first',
    row.period ?? '',
    instantText(row.effectiveFrom),
    instantText(row.effectiveTo),
  ]
}

/** An instant as a file gives it, to the second where it has no more. */
function instantText(at: number | undefined): string {
  if (at === undefined) return ''
  const parts = String(((at % 1000) + 1000) % 1000).padStart(3, '0')
  return `${epochMsToLocal(at, 'UTC').replace(' ', 'T')}${parts === '000' ? '' : `.${parts}`}Z`
}

const keyOf = (row: RateRow): string => `${row.direction} ${row.prefix} ${row.period ?? ''} ${row.effectiveFrom ?? ''}`

const TEN_MINUTES = 600

/** Compares a file with a version; everything is new where none is in force. */
export async function compareDeck(
  tx: Tx,
  rows: readonly RateRow[],
  active: { readonly tenantId: string; readonly versionId: string } | undefined,
): Promise<DeckChanges> {
  const fresh = new Map(rows.map((row) => [keyOf(row), row]))
  const changes: DeckChanges = { added: 0, removed: 0, changed: 0, up: 0, down: 0, same: 0, rows: [] }
  let after: RowPosition | undefined
  if (active) {
    do {
      const portion = await rowsAfter(tx, active, after)
      for (const row of portion.rows) {
        const now = fresh.get(keyOf(row))
        fresh.delete(keyOf(row))
        note(changes, row, now)
      }
      after = portion.next
    } while (after)
  }
  for (const row of fresh.values()) note(changes, undefined, row)
  return changes
}

function note(changes: DeckChanges, before: RateRow | undefined, after: RateRow | undefined): void {
  const change = changeOf(before, after)
  if (change === undefined) {
    changes.same++
    return
  }
  if (change === 'up' || change === 'down') changes.changed++
  changes[change]++
  if (changes.rows.length >= EXAMPLES) return
  const { direction, prefix, destination } = (after ?? before)!
  const price = (row: RateRow | undefined): string | null => (row ? formatNanos(row.nextNanos) : null)
  changes.rows.push({ change, direction, prefix, destination, before: price(before), after: price(after) })
}

function changeOf(before: RateRow | undefined, after: RateRow | undefined): RowChange | undefined {
  if (!before) return 'added'
  if (!after) return 'removed'
  const [was, is] = [cellsOf(before), cellsOf(after)]
  if (was.every((cell, at) => cell === is[at])) return undefined
  const [old, now] = [before, after].map((row) => priceCall(row, TEN_MINUTES).chargeMicros)
  return now! > old! ? 'up' : now! < old! ? 'down' : 'changed'
}
