/** The caller of an operation as the transition engine and the audit name him. */

import { subjectOf, type Caller } from '../../platform/identity/index.ts'
import type { Actor } from '../../platform/transitions/index.ts'

/** Who moves something, and from where. */
export function actorOf(caller: Caller, source: string): Actor {
  return { id: subjectOf(caller), role: caller.role, sourceAddress: source }
}
