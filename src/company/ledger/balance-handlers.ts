/** What the operation that explains a balance does. */

import { ok } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import type { balanceOperations } from './balance-operations.ts'
import { noSuchAccount } from './errors.ts'
import { explainBalance } from './explain-balance.ts'
import { runningCharges } from './running-charges.ts'

/** Handlers of balances. */
export function balanceHandlers(bus: Bus): Handlers<typeof balanceOperations> {
  return {
    async explainBalance({ params }, { at, transaction }) {
      const parts = await transaction((tx) => explainBalance(tx, params.id, at))
      if (!parts) return noSuchAccount
      const answer = await bus.request('charge', runningCharges, { accountId: params.id })
      return ok({ ...parts, at, running: answer.ok ? answer.value : null })
    },
  }
}
