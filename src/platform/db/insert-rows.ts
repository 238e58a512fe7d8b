/** Many rows in one statement: each column travels as one array of texts, cast by the server. */

import type { Tx } from './column-types.ts'

/** Column name -> its type and its value, as PostgreSQL reads it from text; null stays null. */
export type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => string | null]>>

/** Rows as arrays of a statement: its column list, where they come from, and its values behind `before` others. */
export function arraysOf<Row>(columns: Columns<Row>, rows: readonly Row[], before = 0) {
  const list = Object.keys(columns).join(', ')
  const arrays = Object.values(columns).map(([type], at) => `$${before + at + 1}::text[]::${type}[]`)
  const source = `unnest(${arrays.join(', ')}) as line (${list})`
  return { list, source, values: Object.values(columns).map(([, of]) => rows.map(of)) }
}

/** Inserts all of `rows`; `suffix` holds the conflict clause and what is returned. */
export function insertRows<Row, Returned extends object>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
  suffix = '',
): Promise<Returned[]> {
  const { list, source, values } = arraysOf(columns, rows)
  const statement = `insert into ${table} (${list}) select ${list} from ${source} ${suffix}`
  return tx.unsafe<Returned[]>(statement, values as never[], { prepare: true })
}
