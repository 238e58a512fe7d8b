/** How columns appear in the program: int8 as bigint, timestamptz as epoch milliseconds, the rest as it comes. */

import type postgres from 'postgres'
import { formatInstant, parseInstant } from './instant.ts'

// Type numbers of PostgreSQL (pg_type.oid), the same in every version.
const INT8 = 20
const DATE = 1082
const TIMESTAMP = 1114
const TIMESTAMPTZ = 1184

/** Codecs given to every connection. jsonb arrives parsed, bytea as Buffer, uuid, inet and numeric as text. */
export const columnTypes = {
  bigint: {
    to: INT8,
    from: [INT8],
    parse: (text: string): bigint => BigInt(text),
    serialize: (value: bigint | number): string => value.toString(),
  },
  instant: { to: TIMESTAMPTZ, from: [TIMESTAMPTZ], parse: parseInstant, serialize: formatInstant },
  // Calendar dates belong to a zone, so they stay text.
  calendar: { to: DATE, from: [DATE, TIMESTAMP], parse: (text: string) => text, serialize: (text: string) => text },
} satisfies Record<string, postgres.PostgresType>

type ParameterTypes = { bigint: bigint; instant: number; calendar: string }

/** A connection, as postgres.js gives it. */
export type Sql = postgres.Sql<ParameterTypes>

/** The open transaction: a tagged template for raw SQL, good until the transaction ends. */
export interface Tx extends postgres.ISql<ParameterTypes> {
  /** Runs `act` so that what it throws undoes only what it did, and leaves the transaction usable. */
  savepoint<T>(act: (tx: Tx) => Promise<T>): Promise<T>
}
