/**
 * What the API can do, as data. A module lists its operations in `operations.ts`: from the same line come the
 * route, its validation, its authorisation and audit, its page of the OpenAPI document and the browser's types.
 */

import type { z } from 'zod'
import type { Permission } from '../identity/index.ts'
import type { CsvOutput } from './csv-answer.ts'
import type { AnyEventsOutput } from './event-stream.ts'
import type { FileOutput } from './file-answer.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type Operation = {
  readonly method: Method
  /** Path with parameters in braces: `/api/v1/calls/{id}`. */
  readonly path: `/api/v1/${string}`
  /** One sentence for the reader of the API. */
  readonly summary: string
  /** The right it takes; `signed_in` is any caller, `public` is anybody. */
  readonly permission: Permission | 'signed_in' | 'public'
  /** Whether a call leaves an audit entry: always for writes, for reads of what is sensitive. */
  readonly audit: 'none' | 'read' | 'write'
  /** Values of the path, all texts on the wire. */
  readonly params?: z.ZodObject
  /** Values of the query, all texts on the wire; an unknown name is refused. */
  readonly query?: z.ZodObject
  /** The JSON body of a write. */
  readonly body?: z.ZodType
  /** A body larger than the door's limit, for operations that take whole files. */
  readonly bodyBytesMax?: number
  /**
   * The JSON answer; `csv('…')` for a streamed table, `file('…', '…')` for another file, `events({…})` for a stream;
   * `z.void()` answers 204.
   */
  readonly output: z.ZodType | CsvOutput | FileOutput | AnyEventsOutput
  /** The answer holds a secret: it is not kept for a repeated Idempotency-Key. */
  readonly isSecret?: boolean
  /** Codes of expected failures and their HTTP status. */
  readonly failures: Readonly<Record<string, number>>
}

export type OperationTable = Readonly<Record<string, Operation>>

/** Names a module's operations; the literal types of paths, schemas and codes are kept. */
export function defineOperations<const Table extends OperationTable>(table: Table): Table {
  return table
}

type Nothing = Readonly<Record<string, never>>
type SchemaIn<Schema> = Schema extends z.ZodType ? z.input<Schema> : Nothing
type SchemaOut<Schema> = Schema extends z.ZodType ? z.output<Schema> : Nothing

/** What a handler receives: parsed values (instants as epoch ms, money as bigint). */
export type InputOf<Op extends Operation> = {
  readonly params: SchemaOut<Op['params']>
  readonly query: SchemaOut<Op['query']>
  readonly body: Op['body'] extends z.ZodType ? z.output<Op['body']> : undefined
}

/** What a handler returns, before it is written for the wire. */
export type OutputOf<Op extends Operation> = Op['output'] extends z.ZodType
  ? z.output<Op['output']>
  : Op['output'] extends { readonly answer: infer Answer }
    ? Answer
    : never

/** What the browser sends and receives: the same values as JSON carries them. */
export type WireParams<Op extends Operation> = SchemaIn<Op['params']>
export type WireQuery<Op extends Operation> = SchemaIn<Op['query']>
export type WireBody<Op extends Operation> = Op['body'] extends z.ZodType ? z.input<Op['body']> : undefined
export type WireOutput<Op extends Operation> = Op['output'] extends z.ZodType ? z.input<Op['output']> : string

/** The failure codes that an operation declares. */
export type FailureCodeOf<Op extends Operation> = Extract<keyof Op['failures'], string>
