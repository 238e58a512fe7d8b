/**
 * One transaction on one session. The handle given to the caller dies with the transaction: what is
 * awaited too late, or after the connection broke, is refused instead of running in somebody else's scope.
 */

import type postgres from 'postgres'
import { AssertionFailure } from '../../base/index.ts'
import type { Sql, Tx } from './column-types.ts'
import { codeOf, connectionLost, failing, isBroken, rolledBack, statementTimeout } from './errors.ts'
import type { Session } from './session.ts'

/** What is said to the server before the act's first statement, in the same packet. */
export type SetUp = (sql: Sql) => postgres.PendingQuery<postgres.Row[]>

type Life = { state: 'open' | 'committing' | 'over' }

/**
 * Runs `act` between `begin` and `commit`; anything that it throws undoes everything and is thrown on.
 * A broken connection and a timeout throw a `FailureError`; other failed statements throw the driver's
 * `PostgresError`, whose `code` is the SQLSTATE.
 */
export async function runTransaction<T>(session: Session, setUp: SetUp, act: (tx: Tx) => Promise<T>): Promise<T> {
  const { sql } = session
  const life: Life = { state: 'open' }
  const started = Promise.all([sql.unsafe('begin').execute(), setUp(sql).execute()])
  // Looked at below; until then its failure is nobody's.
  started.catch(() => {})
  try {
    const value = await act(guard(session, life))
    await started
    life.state = 'committing'
    const done = await sql.unsafe('commit')
    if (done.command === 'ROLLBACK') throw failing(rolledBack())
    return value
  } catch (thrown) {
    const isCommitting = life.state === 'committing'
    life.state = 'over'
    const cause = await started.then(
      () => thrown,
      (first: unknown) => first,
    )
    if (!session.isLost()) await sql.unsafe('rollback').catch(() => session.close())
    throw named(cause, isCommitting)
  } finally {
    life.state = 'over'
  }
}

function named(thrown: unknown, isCommitting: boolean): unknown {
  if (isBroken(thrown)) return failing(connectionLost(isCommitting), thrown)
  return codeOf(thrown) === '57014' ? failing(statementTimeout(), thrown) : thrown
}

/** The part of postgres.js's query (3.4.9, src/query.js) that sends it when it is first awaited. */
type Sendable = { handler: (query: Sendable) => void; reject: (reason: unknown) => void }

/** The connection as a transaction: what it makes checks, when it is sent, that the transaction is open. */
function guard(session: Session, life: Life): Tx {
  const { sql } = session
  const held = <Q>(query: Q): Q => {
    const sendable = query as Sendable
    if (typeof sendable.handler !== 'function') return query
    const send = sendable.handler
    sendable.handler = (sent) => {
      if (life.state !== 'open') sent.reject(new AssertionFailure('a statement was awaited after its transaction'))
      else if (session.isLost()) sent.reject(failing(connectionLost(false)))
      else send(sent)
    }
    return query
  }
  // The driver's many call signatures are forwarded as they came.
  type Call = (...parts: readonly unknown[]) => unknown
  const tagged: Call = (...parts) => held((sql as unknown as Call)(...parts))
  const tx = tagged as unknown as Tx
  return Object.assign(tagged, {
    typed: sql.typed,
    types: sql.types,
    json: sql.json,
    array: sql.array,
    unsafe: (...parts: Parameters<Sql['unsafe']>) => held(sql.unsafe(...parts)),
    file: (...parts: Parameters<Sql['file']>) => held(sql.file(...parts)),
    notify: (channel: string, payload: string) => tx`select pg_notify(${channel}, ${payload})`,
    savepoint: createSavepoints(tx),
  }) as unknown as Tx
}

function createSavepoints(tx: Tx): Tx['savepoint'] {
  let made = 0
  return async (act) => {
    const name = tx(`step_${made++}`)
    await tx`savepoint ${name}`
    try {
      const value = await act(tx)
      await tx`release savepoint ${name}`
      return value
    } catch (thrown) {
      await tx`rollback to savepoint ${name}`
      throw thrown
    }
  }
}
