/** Failures on the wire: problem details (RFC 9457) with the failure's stable code. */

import { FailureError, type Failure } from '../../base/index.ts'

/** Failures of the door itself, before an operation sees the request. */
export const doorStatus = {
  'http.bad_input': 400,
  'http.bad_json': 400,
  'http.not_signed_in': 401,
  'http.not_allowed': 403,
  'http.cross_site': 403,
  'http.not_found': 404,
  'http.too_slow': 408,
  'http.idempotency_key_reused': 409,
  'http.answer_not_kept': 409,
  'http.too_large': 413,
  'http.not_json': 415,
  'http.unknown_host': 421,
  'http.too_many': 429,
  'http.unexpected': 500,
  'http.busy': 503,
} as const

export type DoorCode = keyof typeof doorStatus
export type DoorFailure = Failure<DoorCode>

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  408: 'Too slow',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong media type',
  421: 'Wrong host',
  422: 'Not possible',
  429: 'Too many requests',
  500: 'Unexpected error',
  503: 'Busy',
}

/** The answer that tells a failure: `type`, `title`, `status`, `detail` and our `code` and `details`. */
export function problem(status: number, failure: Failure, headers: Readonly<Record<string, string>> = {}): Response {
  const body = {
    type: `urn:dialhouse:problem:${failure.code}`,
    title: titles[status] ?? 'Failed',
    status,
    detail: failure.message,
    code: failure.code,
    ...(failure.details ? { details: failure.details } : {}),
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}

/** The answer for a failure of the door. */
export function doorProblem(failure: DoorFailure, headers: Readonly<Record<string, string>> = {}): Response {
  return problem(doorStatus[failure.code], failure, headers)
}

/** What is said while the database is away or overloaded, if that is what was thrown: come again in a moment. */
export function databaseFailure(thrown: unknown): DoorFailure | undefined {
  if (!(thrown instanceof FailureError) || !thrown.failure.code.startsWith('db.')) return undefined
  return { code: 'http.busy', message: 'the database does not answer at this moment; calls go on, try again' }
}

/** Goes with a `http.busy`. */
export const comeAgain: Readonly<Record<string, string>> = { 'retry-after': '2' }

/** The one answer for whatever does not exist: it tells nobody what else does. */
export function notFound(): Response {
  return doorProblem({ code: 'http.not_found', message: 'there is nothing at this address' })
}
