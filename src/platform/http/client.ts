/**
 * The browser's way to the API: paths, queries, bodies and answers are checked against the operation tables by
 * the compiler, and nothing of them is loaded at run time. Only types are imported here; keep it so.
 */

import type { Failure, Result } from '../../base/index.ts'
import type {
  FailureCodeOf,
  Method,
  Operation,
  OperationTable,
  WireBody,
  WireOutput,
  WireParams,
  WireQuery,
} from './operation.ts'

/** The operation of a table that answers `verb path`. */
type At<Table extends OperationTable, Verb extends Method, Path extends string> = {
  [Name in keyof Table]: Table[Name] extends { method: Verb; path: Path } ? Table[Name] : never
}[keyof Table]

type PathOf<Table extends OperationTable, Verb extends Method> = {
  [Name in keyof Table]: Table[Name] extends { method: Verb; path: infer Path extends string } ? Path : never
}[keyof Table]

type Given<Op extends Operation> = (Op['params'] extends object ? { readonly params: WireParams<Op> } : unknown) &
  (Op['query'] extends object ? { readonly query?: WireQuery<Op> } : unknown) &
  (Op['body'] extends object ? { readonly body: WireBody<Op> } : unknown) & {
    readonly signal?: AbortSignal
    /** Names the act of a write: sent again with the same key, it is done once. A fresh one by default. */
    readonly key?: string
  }

/** What must be given must be given; everything else may be left out. */
type Arguments<Op extends Operation> = Op['params'] extends object
  ? [given: Given<Op>]
  : Op['body'] extends object
    ? [given: Given<Op>]
    : [given?: Given<Op>]

/** Codes that any operation can answer, beside its own. */
export type TransportCode =
  | 'http.unreachable'
  | 'http.not_signed_in'
  | 'http.not_allowed'
  | 'http.bad_input'
  | 'http.unexpected'

type Answer<Op extends Operation> = Promise<Result<WireOutput<Op>, Failure<FailureCodeOf<Op> | TransportCode>>>

type Call<Table extends OperationTable, Verb extends Method> = <Path extends PathOf<Table, Verb>>(
  path: Path,
  ...given: Arguments<At<Table, Verb, Path>>
) => Answer<At<Table, Verb, Path>>

export type Client<Table extends OperationTable> = {
  readonly get: Call<Table, 'GET'>
  readonly post: Call<Table, 'POST'>
  readonly put: Call<Table, 'PUT'>
  readonly patch: Call<Table, 'PATCH'>
  readonly delete: Call<Table, 'DELETE'>
}

export type ClientOptions = {
  /** Origin of the API; empty for the page's own. */
  readonly origin?: string
  readonly fetch?: typeof fetch
  /** Told when the session has ended, so that the page can ask to sign in again. */
  readonly onSignedOut?: () => void
}

type AnyGiven = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly key?: string
}

/**
 * A client of the operations in `Table`: `createClient<typeof callOperations & typeof officeOperations>()`, then
 * `await api.get('/api/v1/calls', { query: { limit: '50' } })`. Failures are values, those of the network too.
 */
export function createClient<Table extends OperationTable>(options: ClientOptions = {}): Client<Table> {
  const call =
    (method: Method) =>
    (path: string, given: AnyGiven = {}) =>
      send(options, method, path, given)
  const client = {
    get: call('GET'),
    post: call('POST'),
    put: call('PUT'),
    patch: call('PATCH'),
    delete: call('DELETE'),
  }
  return client as unknown as Client<Table>
}

/** The address of an operation: for links, and for downloads that the browser itself carries out. */
export function addressOf(path: string, given: Pick<AnyGiven, 'params' | 'query'> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(given.params?.[name] ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(given.query ?? {})) if (value !== undefined) query.set(name, value)
  const text = query.toString()
  return text ? `${filled}?${text}` : filled
}

async function send(options: ClientOptions, method: Method, path: string, given: AnyGiven): Promise<Result<unknown>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (given.body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers['idempotency-key'] = given.key ?? newKey()
  let response: Response
  let text: string
  try {
    response = await (options.fetch ?? fetch)(`${options.origin ?? ''}${addressOf(path, given)}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
      ...(given.signal ? { signal: given.signal } : {}),
    })
    text = await response.text()
  } catch {
    return refusal('http.unreachable', 'Dialhouse does not answer; check the connection and try again')
  }
  if (response.ok) return { ok: true, value: parsed(text, response) }
  if (response.status === 401) options.onSignedOut?.()
  const problem = parsed(text, response)
  if (!isProblem(problem)) return refusal('http.unexpected', `the answer was ${response.status} without a reason`)
  return refusal(problem.code, problem.detail, problem.details)
}

function refusal(code: string, message: string, details?: Readonly<Record<string, unknown>>): Result<never> {
  return { ok: false, failure: details ? { code, message, details } : { code, message } }
}

function parsed(text: string, response: Response): unknown {
  const isJson = /^application\/([\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '')
  if (!isJson) return text || undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

type ProblemBody = { code: string; detail: string; details?: Record<string, unknown> }

function isProblem(value: unknown): value is ProblemBody {
  const problem = value as Partial<ProblemBody> | undefined
  return typeof problem?.code === 'string' && typeof problem.detail === 'string'
}

/** A fresh name for one act. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
