/** Binds operations to what does them. The types of a handler follow from its operation. */

import { z } from 'zod'
import type { Failure, Result } from '../../base/index.ts'
import type { Tx } from '../db/index.ts'
import type { Caller } from '../identity/index.ts'
import type { FailureCodeOf, InputOf, Operation, OperationTable, OutputOf } from './operation.ts'

/** What an audit entry says beyond who, when and which operation. */
export type AuditNote = {
  readonly subjectKind?: string
  readonly subjectId?: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string
}

export type PublicContext = {
  /** Instant of the request, epoch milliseconds. */
  readonly at: number
  /** Address of the client, for rate limits and audit. */
  readonly source: string
  readonly userAgent: string
  /** Host name that was asked for: one of ours. */
  readonly host: string
  /** Scheme, host and port as the browser sees them. */
  readonly origin: string
  /** Present when the request happens to carry a session. */
  readonly sessionToken: string | undefined
  /** Gives the browser a session, or takes it away with `undefined`. */
  readonly setSession: (token: string | undefined) => void
}

export type CallerContext = PublicContext & {
  readonly caller: Caller
  /**
   * Runs queries in the caller's scope. A read gets a transaction for each use; all of a write is one
   * transaction, together with its audit entry and its kept answer, undone when the handler fails.
   */
  readonly transaction: <T>(act: (tx: Tx) => Promise<T>) => Promise<T>
  /**
   * The same id whenever the same request is sent again under its Idempotency-Key, also when the first answer was
   * lost with its transaction: for what a write does in another process. Undefined without a key.
   */
  readonly repeatId?: string | undefined
  /** Adds what changed to the audit entry of this call. */
  readonly note: (note: AuditNote) => void
}

export type ContextOf<Op extends Operation> = Op['permission'] extends 'public' ? PublicContext : CallerContext

export type Handler<Op extends Operation> = (
  input: InputOf<Op>,
  context: ContextOf<Op>,
) => Promise<Result<OutputOf<Op>, Failure<FailureCodeOf<Op>>>>

export type Handlers<Table extends OperationTable> = { readonly [Name in keyof Table]: Handler<Table[Name]> }

type AnyInput = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** An operation with its handler, its types forgotten: what the router mounts. */
export type BoundOperation = {
  readonly name: string
  readonly operation: Operation
  readonly handler: (input: AnyInput, context: CallerContext) => Promise<Result<unknown>>
  /** The declared schemas, refusing names that they do not know. */
  readonly schemas: { readonly params: z.ZodType; readonly query: z.ZodType; readonly body: z.ZodType }
}

/** Joins a module's operations and handlers; the compiler refuses a missing or mistyped handler. */
export function bindOperations<Table extends OperationTable>(
  table: Table,
  handlers: Handlers<Table>,
): readonly BoundOperation[] {
  return Object.entries(table).map(([name, operation]) => ({
    name,
    operation,
    handler: handlers[name] as unknown as BoundOperation['handler'],
    schemas: {
      params: strict(operation.params ?? z.object({})),
      query: strict(operation.query ?? z.object({})),
      body: operation.body ? strict(operation.body) : z.undefined(),
    },
  }))
}

function strict(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema
}
