/**
 * Kysely on an open transaction: composed queries go through the same statement as raw ones, prepared and
 * pipelined. It has no connections and no transactions of its own; `db.as` is the only way to one.
 */

import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
} from 'kysely'
import { AssertionFailure } from '../../base/index.ts'
import type { Tx } from './column-types.ts'
import type { Schema } from './schema.ts'

function connectionOn(tx: Tx): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const rows = await tx.unsafe(sql, [...parameters] as never[], { prepare: true })
      return { rows: [...rows] as R[], numAffectedRows: BigInt(rows.count ?? 0) }
    },
    streamQuery() {
      throw new AssertionFailure('a composed query is not streamed; use keyset pages, or a raw statement with cursor()')
    },
  }
}

/** One connection for everything, so that queries started together are sent together. */
class TransactionDriver extends DummyDriver {
  readonly #connection: DatabaseConnection
  constructor(tx: Tx) {
    super()
    this.#connection = connectionOn(tx)
  }
  override async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection
  }
  override async beginTransaction(): Promise<void> {
    throw new AssertionFailure('this is a transaction already; use tx.savepoint')
  }
}

function dialectOn(tx: Tx): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new TransactionDriver(tx),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

/** Composed, typed queries on an open transaction. */
export function kyselyOn(tx: Tx): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: dialectOn(tx) })
}
