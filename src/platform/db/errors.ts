/** The ways in which the database fails its callers, and how a failing server is told from a failing statement. */

import { fail, FailureError, messageOf, type Failure } from '../../base/index.ts'

/** Carried by a `FailureError` out of a transaction. */
export type DbFailure = Failure<
  | 'db.unavailable'
  | 'db.busy'
  | 'db.connection_lost'
  | 'db.statement_timeout'
  | 'db.rolled_back'
  | 'db.unsafe_role'
  | 'db.server_too_old'
>

/** The server answers no connection, or closed one that a statement was not yet sent on: nothing happened. */
export function unavailable(why: unknown) {
  return fail('db.unavailable', `PostgreSQL cannot be reached: ${messageOf(why)}`)
}

/** Every connection stayed in use for too long; nothing happened. */
export function busy(waitedMs: number) {
  return fail('db.busy', `no connection became free within ${waitedMs} ms`, { waitedMs })
}

/** The connection broke in a transaction, which is undone; after its commit was sent nobody knows. */
export function connectionLost(isCommitting: boolean) {
  const outcome = isCommitting ? 'it may or may not have been committed' : 'it is undone'
  return fail('db.connection_lost', `the connection to PostgreSQL broke in a transaction: ${outcome}`, { isCommitting })
}

/** A statement ran longer than allowed and was cancelled; its transaction is undone. */
export function statementTimeout() {
  return fail('db.statement_timeout', 'a statement took longer than allowed and was cancelled')
}

/** A statement failed, the failure was swallowed, and the commit became a rollback. */
export function rolledBack() {
  return fail('db.rolled_back', 'a statement had failed before the commit: the transaction is undone')
}

/** The role could read past row-level security. */
export function unsafeRole(role: string, why: string) {
  return fail('db.unsafe_role', `the database role ${role} ${why}, so nothing would keep tenants apart; refused`, {
    role,
  })
}

/** Older than anything that this program is tested against. */
export function serverTooOld(version: string) {
  return fail('db.server_too_old', `this is PostgreSQL ${version}; 15 or newer is needed`, { version })
}

/** The ways in which the server of this machine cannot be started; each says what to do. */
export type StartFailure = Failure<
  | 'db.folder_not_writable'
  | 'db.folder_unreachable'
  | 'db.no_binaries'
  | 'db.foreign_cluster'
  | 'db.other_version'
  | 'db.start_failed'
>

/** The ways in which a database cannot be brought to this version's schema. */
export type MigrationFailure = Failure<
  | 'db.bad_url'
  | 'db.unavailable'
  | 'db.server_too_old'
  | 'db.not_utf8'
  | 'db.not_allowed'
  | 'db.schema_foreign'
  | 'db.schema_newer'
  | 'db.migration_changed'
  | 'db.migration_failed'
>

/** The failure as something to throw, with what caused it. */
export function failing(result: { readonly failure: Failure }, cause?: unknown): FailureError {
  const error = new FailureError(result.failure)
  if (cause !== undefined) error.cause = cause
  return error
}

const brokenCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The driver's own.
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  // PostgreSQL is stopping, has crashed, is starting, has no connection left, lost the connection.
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
])

/** The code of an error of PostgreSQL (SQLSTATE), of its driver or of the operating system. */
export function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** Whether the connection failed, not the statement: another attempt may succeed. */
export function isBroken(thrown: unknown): boolean {
  return brokenCodes.has(codeOf(thrown) ?? '')
}

/** Whether an insert or update met an existing row (SQLSTATE 23505), of one constraint or index when named. */
export function isUniqueViolation(thrown: unknown, constraint?: string): boolean {
  if (codeOf(thrown) !== '23505') return false
  return constraint === undefined || (thrown as { constraint_name?: string }).constraint_name === constraint
}
