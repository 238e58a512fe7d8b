/** Part of a transaction that is undone when its act returns a failure: what was refused has written nothing. */

import { FailureError, type Result } from '../../base/index.ts'
import type { Tx } from './column-types.ts'

/** Runs `act` in a savepoint; its failure is returned as it is, and whatever it had written until then is gone. */
export async function allOrNothing<R extends Result<unknown>>(tx: Tx, act: (tx: Tx) => Promise<R>): Promise<R> {
  let refused: R | undefined
  try {
    return await tx.savepoint(async (inner) => {
      const result = await act(inner)
      if (result.ok) return result
      refused = result
      throw new FailureError(result.failure)
    })
  } catch (thrown) {
    if (refused) return refused
    throw thrown
  }
}
