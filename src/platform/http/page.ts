/**
 * Pages by key: a list answers `items` and the `next` cursor, which names the last row's sort values. Rows that
 * arrive meanwhile shift nothing, and the last page costs as much as the first.
 */

import { z } from 'zod'
import { fail, isId, ok, type Failure, type Result } from '../../base/index.ts'
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

/** What a sort value is: a text, an id, an instant in epoch milliseconds, a whole number. */
export type KeyKind = 'text' | 'id' | 'instant' | 'number'

type KeyOf<Kinds extends readonly KeyKind[]> = {
  readonly [At in keyof Kinds]: Kinds[At] extends 'text' | 'id' ? string : number
}

/** Which page of a list is wanted: the rows after a key whose values are of these kinds, in the order of the list. */
export type PageRequest<Kinds extends readonly KeyKind[]> = {
  readonly after: KeyOf<Kinds> | undefined
  readonly limit: number
}

export type PageFailure = Failure<'http.bad_cursor'>

/**
 * Reads `cursor` and `limit`. `kinds` are those of the list's sort values: a forged cursor can hold nothing that the
 * database could not compare with them. The query of the list reads `limit + 1` rows, see `toPage`.
 */
export function readPage<const Kinds extends readonly KeyKind[]>(
  query: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  kinds: Kinds,
): Result<PageRequest<Kinds>, PageFailure> {
  const limit = query.limit ?? PAGE_DEFAULT
  if (query.cursor === undefined) return ok({ after: undefined, limit })
  const after = parseCursor(query.cursor)
  const fits = after?.length === kinds.length && after.every((value, at) => isOfKind[kinds[at]!](value))
  if (!fits) {
    return fail('http.bad_cursor', 'the cursor is not one that this list gave out; leave it out to begin again')
  }
  return ok({ after: after as KeyOf<Kinds>, limit })
}

/** The year 9999: beyond every instant that a column holds. */
const INSTANT_MS_MAX = 253_402_300_800_000

const isOfKind: Readonly<Record<KeyKind, (value: unknown) => boolean>> = {
  // PostgreSQL stores no NUL.
  text: (value) => typeof value === 'string' && !value.includes('\0'),
  id: (value) => typeof value === 'string' && isId(value),
  instant: (value) => Number.isSafeInteger(value) && Math.abs(value as number) <= INSTANT_MS_MAX,
  number: (value) => Number.isSafeInteger(value),
}

function parseCursor(cursor: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Array.isArray(value) ? value : undefined
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
  keyOf: (row: Row) => readonly (string | number)[],
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null
  return { items, next }
}

function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}
