/** Many rows in one statement: each column travels as one array of texts, cast by the server. */

import type { Tx } from '../../platform/db/index.ts'

/** Column name -> its type and its value, as PostgreSQL reads it from text; null stays null. */
export type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => string | null]>>

/** Inserts all of `rows`; `suffix` holds the conflict clause and what is returned. */
export function insertRows<Row, Returned extends object>(
  tx: Tx,
  table: string,
  columns: Columns<Row>,
  rows: readonly Row[],
  suffix = '',
): Promise<Returned[]> {
  const names = Object.keys(columns)
  const list = names.join(', ')
  const arrays = Object.values(columns).map(([type], at) => `$${at + 1}::text[]::${type}[]`)
  const statement = `insert into ${table} (${list})
    select ${list} from unnest(${arrays.join(', ')}) as line (${list}) ${suffix}`
  const values = Object.values(columns).map(([, of]) => rows.map(of))
  return tx.unsafe<Returned[]>(statement, values as never[], { prepare: true })
}
