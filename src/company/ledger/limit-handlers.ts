/** What the operations of limits, wholesale charges and refusals do. */

import { ok, type Clock } from '../../base/index.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { readPage, toPage, type Handlers } from '../../platform/http/index.ts'
import { subjectOf } from '../../platform/identity/index.ts'
import { noSuchAccount } from './errors.ts'
import { readLimits, setLimits, type AccountLimits } from './limits-of-account.ts'
import type { limitOperations } from './limit-operations.ts'
import { latestRefusals, ledgerFaults } from './protocol.ts'
import { newestWholesale } from './read-wholesale.ts'

/** It looks at every row of the ledger. */
const PROOF_MS = 120_000

/** As the API gives it: lists that nobody else holds. */
const shown = (limits: AccountLimits) => ({
  ...limits,
  budgets: limits.budgets.map((one) => ({ ...one, classes: [...one.classes] })),
})

/** Handlers of limits. */
export function limitHandlers({ bus, clock }: { bus: Bus; clock: Clock }): Handlers<typeof limitOperations> {
  return {
    async readLimits({ params }, { transaction }) {
      const limits = await transaction((tx) => readLimits(tx, params.id))
      return limits ? ok(shown(limits)) : noSuchAccount
    },
    setLimits({ params, body }, { transaction, caller, note }) {
      return transaction(async (tx) => {
        const { reason, ...given } = body
        const before = await readLimits(tx, params.id)
        const owner = { accountId: params.id, zone: caller.zone, createdBy: subjectOf(caller) }
        const set = await setLimits(tx, clock, { ...given, ...owner })
        if (!set.ok) return set
        note({ subjectKind: 'account', subjectId: params.id, before, after: set.value, reason })
        return ok(shown(set.value))
      })
    },
    async readRefusals() {
      const answer = await bus.request('charge', latestRefusals, {})
      if (!answer.ok) return ok({ items: [], isKnown: false })
      const items = answer.value.map(({ tenantId = null, limit = null, ...one }) => ({ ...one, tenantId, limit }))
      return ok({ items, isKnown: true })
    },
    async readLedgerProof() {
      const answer = await bus.request('charge', ledgerFaults, {}, { timeoutMs: PROOF_MS })
      if (!answer.ok) return ok({ faults: [], isKnown: false })
      return ok({ faults: answer.value.map((one) => ({ ...one, examples: [...one.examples] })), isKnown: true })
    },
    async readWholesaleCharges({ query }, { transaction }) {
      const page = readPage(query, ['instant', 'id'])
      if (!page.ok) return page
      const rows = await transaction((tx) => newestWholesale(tx, query.tenantId, page.value))
      return ok(toPage(rows, page.value.limit, (row) => [row.occurredAt, row.cdrId]))
    },
  }
}
