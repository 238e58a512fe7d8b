/** Assertions: a failed one is a bug of ours, never a condition that a user or a peer can cause. */

/** Thrown by `assert`; anything that catches it must report it and give up the unit of work. */
export class AssertionFailure extends Error {
  override name = 'AssertionFailure'
}

/**
 * States an invariant that the code around it relies on.
 * Throws `AssertionFailure` when it does not hold; expected failures are returned values instead.
 */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFailure(message)
}

/** Marks a branch that the type system proves unreachable; throws when data lied about its type. */
export function assertNever(value: never, message: string): never {
  throw new AssertionFailure(`${message}: ${JSON.stringify(value)}`)
}
