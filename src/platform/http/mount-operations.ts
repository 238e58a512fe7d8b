/** Makes routes of bound operations: who may, what is asked for, what is done in which transaction, the answer. */

import { z } from 'zod'
import { FailureError, ok, type Clock, type Failure, type Log, type Result } from '../../base/index.ts'
import type { Db, Tx } from '../db/index.ts'
import { recordAudit, subjectOf, type Caller } from '../identity/index.ts'
import type { AuditNote, BoundOperation, CallerContext } from './bind-operations.ts'
import { fileResponse, type FileAnswer } from './file-answer.ts'
import { csvBytes, safeFileName, type CsvAnswer } from './csv-answer.ts'
import { sessionCookie, sessionTokenOf, type Door, type DoorContext } from './door.ts'
import { eventStream, type EventFeed, type EventSchemas } from './event-stream.ts'
import { claimKey, hashOfRequest, idOfKey, keepAnswer, readKey, type KeptAnswer, type KeptKey } from './keep-answer.ts'
import { isEmpty } from './open-api.ts'
import { databaseFailure, doorProblem, doorStatus, notFound, problem, type DoorFailure } from './problem.ts'
import { readInput, type Input } from './read-input.ts'
import { xlsxBytes } from './xlsx-answer.ts'

export type MountOptions = { readonly db: Db; readonly clock: Clock; readonly log: Log }

const HEARTBEAT_MS = 15_000
const STREAM_QUEUE_BYTES = 262_144
const USER_AGENT_MAX = 300

/** Adds the routes of `operations` to a door. Whatever else is asked for under /api/ does not exist. */
export function mountOperations(app: Door, operations: readonly BoundOperation[], options: MountOptions): void {
  for (const bound of operations) {
    const path = bound.operation.path.replace(/\{(\w+)\}/g, ':$1')
    app.on(bound.operation.method, path, (c) => answer(c, bound, options))
    // Every table that is given as CSV is given as a workbook too.
    if (isTable(bound)) app.get(path.replace(/\.csv$/, SHEET), (c) => answer(c, bound, options))
  }
  app.all('/api/*', () => notFound())
}

async function answer(c: DoorContext, bound: BoundOperation, options: MountOptions): Promise<Response> {
  const { permission } = bound.operation
  let caller: Caller | undefined
  if (permission !== 'public') {
    caller = await c.get('caller')()
    if (!caller) return doorProblem(notSignedIn, { 'www-authenticate': 'Bearer' })
    if (permission !== 'signed_in' && !caller.permissions.has(permission)) return doorProblem(notAllowed)
  }
  const input = await readInput(c.req.raw, c.req.param(), bound)
  if (!input.ok) return doorProblem(input.failure)
  const cookies: string[] = []
  const notes: AuditNote = {}
  const context: CallerContext = {
    at: options.clock.now(),
    source: c.get('source'),
    host: c.get('host'),
    origin: `${c.get('encrypted') ? 'https' : 'http'}://${c.req.header('host') ?? c.get('host')}`,
    userAgent: (c.req.header('user-agent') ?? '').slice(0, USER_AGENT_MAX),
    sessionToken: sessionTokenOf(c),
    setSession: (token) => void cookies.push(sessionCookie(c, token)),
    // A public operation's type has neither of these three.
    caller: caller as Caller,
    transaction: (act) => options.db.as(caller!, act),
    note: (note) => void Object.assign(notes, note),
  }
  try {
    const done = await perform({ c, bound, options, input: input.value, context, caller, notes })
    const response = done.ok ? done.value : failed(bound, done.failure, options.log)
    for (const cookie of cookies) response.headers.append('set-cookie', cookie)
    return response
  } catch (thrown) {
    // The database's failures are nobody's in particular: the door answers them.
    if (thrown instanceof FailureError && !databaseFailure(thrown)) return failed(bound, thrown.failure, options.log)
    throw thrown
  }
}

const notSignedIn: DoorFailure = { code: 'http.not_signed_in', message: 'sign in, or send a valid API key' }
const notAllowed: DoorFailure = { code: 'http.not_allowed', message: 'your role does not allow this' }

type Work = {
  readonly c: DoorContext
  readonly bound: BoundOperation
  readonly options: MountOptions
  readonly input: Input
  readonly context: CallerContext
  readonly caller: Caller | undefined
  readonly notes: AuditNote
}

async function perform(work: Work): Promise<Result<Response>> {
  const { bound, options, input, context, caller } = work
  // Public writes (sign-in, recovery) have no scope yet: identity opens its own transactions and writes their audit.
  if (!caller) return toResponse(work, await bound.handler(input, context))
  if (bound.operation.audit === 'write') return performWrite(work, caller)
  const result = await bound.handler(input, context)
  if (result.ok && bound.operation.audit === 'read') {
    await options.db.as(caller, (tx) => audit(tx, work, caller))
  }
  return toResponse(work, result)
}

/** Everything that a write does is one transaction; what it answers is kept in it. */
async function performWrite(work: Work, caller: Caller): Promise<Result<Response>> {
  const { c, bound, options, input, context } = work
  const key = readKey(c.req.header('idempotency-key') ?? null)
  if (!key.ok) return key
  const kept: KeptKey | undefined = key.value === undefined ? undefined : keptKey(work, caller, key.value)
  return options.db.as(caller, async (tx) => {
    if (kept) {
      const claimed = await claimKey(tx, context.at, kept)
      if (!claimed.ok) return claimed
      if (claimed.value) return ok(replayed(claimed.value))
    }
    const repeatId = kept && idOfKey(kept)
    const result = await bound.handler(input, { ...context, repeatId, transaction: (act) => act(tx) })
    if (!result.ok) throw new FailureError(result.failure)
    await audit(tx, work, caller)
    const done = encoded(bound, result.value)
    if (kept && !bound.operation.isSecret) await keepAnswer(tx, kept, done)
    return ok(jsonResponse(done))
  })
}

function keptKey({ c, bound, input }: Work, caller: Caller, key: string): KeptKey {
  const requestHash = hashOfRequest(c.req.path, input)
  return { tenantId: caller.tenantId, subjectId: subjectOf(caller), key, operation: bound.name, requestHash }
}

function audit(tx: Tx, { bound, options, context, notes }: Work, caller: Caller): Promise<void> {
  return recordAudit(tx, options.clock, {
    tenantId: caller.tenantId,
    actorId: caller.impersonatorId ?? subjectOf(caller),
    actorRole: caller.role,
    onBehalfOf: caller.impersonatorId === undefined ? undefined : caller.loginId,
    source: context.source,
    action: bound.name,
    ...notes,
    subjectKind: notes.subjectKind ?? 'operation',
    subjectId: notes.subjectId,
  })
}

function toResponse(work: Work, result: Result<unknown>): Result<Response> {
  if (!result.ok) return result
  const { output } = work.bound.operation
  if (!('kind' in output)) return ok(jsonResponse(encoded(work.bound, result.value)))
  if (output.kind === 'csv') {
    const table = result.value as CsvAnswer
    return ok(work.c.req.path.endsWith(SHEET) ? sheetResponse(table) : csvResponse(table))
  }
  if (output.kind === 'file') return ok(fileResponse(output, result.value as FileAnswer))
  return ok(streamResponse(work, output.events, result.value as EventFeed<EventSchemas>))
}

/** The wire side of an answer; an answer that does not fit its own schema is a bug and throws. */
function encoded({ operation }: BoundOperation, value: unknown): KeptAnswer {
  if (isEmpty(operation.output)) return { status: 204, body: null }
  return { status: 200, body: JSON.stringify(z.encode(operation.output as z.ZodType, value)) }
}

function jsonResponse({ status, body }: KeptAnswer): Response {
  return new Response(body, { status, headers: body === null ? {} : { 'content-type': 'application/json' } })
}

function replayed(kept: KeptAnswer): Response {
  const response = jsonResponse(kept)
  response.headers.set('idempotency-replayed', 'true')
  return response
}

const SHEET = '.xlsx'

function isTable({ operation: { output } }: BoundOperation): boolean {
  return 'kind' in output && output.kind === 'csv'
}

function sheetResponse(table: CsvAnswer): Response {
  return new Response(xlsxBytes(table), {
    headers: {
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'content-disposition': `attachment; filename="${safeFileName(table.fileName.replace(/\.csv$/, SHEET))}"`,
    },
  })
}

function csvResponse({ fileName, rows }: CsvAnswer): Response {
  return new Response(csvBytes(rows), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${safeFileName(fileName)}"`,
    },
  })
}

function streamResponse({ options, bound }: Work, schemas: EventSchemas, feed: EventFeed<EventSchemas>): Response {
  const onError = (message: string): void => options.log.error('a feed broke', { operation: bound.name, message })
  const body = eventStream(
    { clock: options.clock, heartbeatMs: HEARTBEAT_MS, queueBytesMax: STREAM_QUEUE_BYTES, onError },
    (send, end) => feed.open((name, data) => send(name, JSON.stringify(z.encode(schemas[name]!, data))), end),
    feed.mayContinue,
  )
  return new Response(body, { headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' } })
}

/** The answer to a failure: with its declared status; an undeclared one is ours to mend. */
function failed({ name, operation }: BoundOperation, failure: Failure, log: Log): Response {
  const status = operation.failures[failure.code] ?? (doorStatus as Record<string, number>)[failure.code]
  if (status !== undefined) return problem(status, failure, retryHeader(failure))
  log.error('an operation failed with a code that it does not declare', { operation: name, code: failure.code })
  return problem(500, failure)
}

function retryHeader(failure: Failure): Record<string, string> {
  const seconds = failure.details?.['retryAfterSeconds']
  return typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {}
}
