/**
 * What waits a few minutes for the second half of a sign-in: challenges, half-done sign-ins. In memory: a process that
 * starts again asks once more. Each is good once.
 */

import { newToken, type Clock, type RandomBytes } from '../../base/index.ts'

export type Pending<Value> = {
  /** Keeps a value and returns the token that fetches it. */
  keep(value: Value): string
  /** The value of a token without using it up. */
  look(token: string): Value | undefined
  /** The value of a token, which is used up; undefined when it is over or never was. */
  take(token: string): Value | undefined
}

const LIFE_MS = 5 * 60_000
const WAITING_MAX = 10_000

/** A place for values that wait; when it is full the oldest go. */
export function createPending<Value>(clock: Clock, random?: RandomBytes): Pending<Value> {
  const waiting = new Map<string, { readonly value: Value; readonly until: number }>()
  const look = (token: string): Value | undefined => {
    const found = waiting.get(token)
    return found && found.until > clock.monotonic() ? found.value : undefined
  }
  return {
    keep(value) {
      const token = newToken(random)
      waiting.set(token, { value, until: clock.monotonic() + LIFE_MS })
      if (waiting.size > WAITING_MAX) waiting.delete(waiting.keys().next().value!)
      return token
    },
    look,
    take(token) {
      const value = look(token)
      waiting.delete(token)
      return value
    },
  }
}
