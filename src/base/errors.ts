/**
 * Expected failures as values. Every module lists its own in `errors.ts`; the code is stable for
 * ever (the API, the log and the documentation quote it), the message may be improved at any time.
 */

/** What went wrong, in words that tell the reader what to do next. */
export type Failure<Code extends string = string> = {
  readonly code: Code
  readonly message: string
  /** Facts for the reader (line numbers, limits); never personal data, never secrets. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** A value, or the named reason why there is none. */
export type Result<T, F extends Failure = Failure> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: F }

/** Wraps a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/** Wraps a named failure. */
export function fail<Code extends string>(
  code: Code,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly failure: Failure<Code> } {
  return { ok: false, failure: details ? { code, message, details } : { code, message } }
}

/** Carries a failure through code that cannot return one, such as a database transaction to roll back. */
export class FailureError extends Error {
  override name = 'FailureError'
  readonly failure: Failure
  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.message}`)
    this.failure = failure
  }
}

/** The message of anything that was thrown, for logs; stack traces go to the log's `error` field. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
