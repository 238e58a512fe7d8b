/** What kinds of jobs there are: a name, the type of what they need to know, and their patience. */

import { assert } from '../../base/index.ts'

export type JobKind<Payload> = {
  /** `module.act`: `mail.deliver`. */
  readonly name: string
  /** Attempts before the job is buried as a dead letter. */
  readonly attempts: number
  /** Wait after the first failure; doubled after each further one, at most an hour. */
  readonly firstRetryMs: number
  /** A handler that takes longer has failed. */
  readonly timeLimitMs: number
  /** Only for the types. */
  readonly payload?: Payload
}

/** Names a kind of job; its payload travels as JSON. */
export function jobKind<Payload>(
  name: string,
  patience: { attempts?: number; firstRetryMs?: number; timeLimitMs?: number } = {},
): JobKind<Payload> {
  assert(/^[a-z][a-z-]*\.[a-z][a-z-]*$/.test(name), `"${name}" is no name of a job, such as mail.deliver`)
  return { name, attempts: 12, firstRetryMs: 10_000, timeLimitMs: 60_000, ...patience }
}
