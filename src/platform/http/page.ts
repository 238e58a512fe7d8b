/**
 * Pages by key: a list answers `items` and the `next` cursor, which names the last row's sort values. Rows that
 * arrive meanwhile shift nothing, and the last page costs as much as the first.
 */

import { z } from 'zod'
import { fail, ok, type Failure, type Result } from '../../base/index.ts'
import { wholeNumber } from './wire.ts'

const PAGE_DEFAULT = 50
const PAGE_MAX = 500

/** The query of a list: spread it into the operation's `query` object. */
export const pageQuery = {
  cursor: z.string().max(400).optional(),
  limit: wholeNumber({ min: 1, max: PAGE_MAX }).optional(),
}

/** The answer of a list of `item`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

/** Sort values of a row, in the order of the list: texts and numbers only. */
export type PageKey = readonly (string | number)[]

export type PageRequest = {
  readonly after: PageKey | undefined
  readonly limit: number
}

export type PageFailure = Failure<'http.bad_cursor'>

/** Reads `cursor` and `limit`; `shape` tells each sort value's type, so that a forged cursor cannot reach SQL. */
export function readPage(
  query: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  shape: readonly ('string' | 'number')[],
): Result<PageRequest, PageFailure> {
  const limit = query.limit ?? PAGE_DEFAULT
  if (query.cursor === undefined) return ok({ after: undefined, limit })
  const after = parseCursor(query.cursor)
  const fits =
    after?.length === shape.length && after.every((value, at) => typeof value === shape[at] && isStorable(value))
  if (!fits)
    return fail('http.bad_cursor', 'the cursor is not one that this list gave out; leave it out to begin again')
  return ok({ after, limit })
}

/** What a column could hold: a number that is one, a text without NUL. */
function isStorable(value: string | number): boolean {
  return typeof value === 'number' ? Number.isFinite(value) : !value.includes('\0')
}

function parseCursor(cursor: string): PageKey | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? (value as PageKey) : undefined
  } catch {
    return undefined
  }
}

/**
 * Cuts a page from rows read with `limit + 1`: the surplus row proves that there is a next page.
 * `keyOf` gives the sort values of a row.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => PageKey,
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null
  return { items, next }
}

function cursorOf(key: PageKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}
