/** What the operation that explains a charge does: the reader's right first, then the whole house's knowledge. */

import { ok } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import { isStaff } from '../../platform/identity/index.ts'
import { chargeAway, noSuchCall } from './errors.ts'
import { explainCharge } from './explanation.ts'
import type { explanationOperations } from './explanation-operations.ts'
import { personFilter, readCall } from './read-calls.ts'
import { shownExplanation } from './shown-explanation.ts'

/** Handlers of explanations. */
export function explanationHandlers(bus: Bus): Handlers<typeof explanationOperations> {
  return {
    async explainTransaction({ params }, { caller, transaction }) {
      const known = await transaction((tx) => readCall(tx, params.id, personFilter(caller)))
      if (!known) return noSuchCall
      const answer = await bus.request('charge', explainCharge, { cdrId: params.id })
      if (!answer.ok) return chargeAway
      if (!answer.value) return noSuchCall
      const named = answer.value.charges.map((charge) => charge.tenantId)
      const visible = await transaction((tx) => tx<{ id: string }[]>`select id from tenant where id = any(${named})`)
      const tenantIds = new Set(visible.map((tenant) => tenant.id))
      const isOfStaff = isStaff(caller.role)
      return ok(shownExplanation(answer.value, { zone: caller.zone, tenantIds, isStaff: isOfStaff }))
    },
  }
}
