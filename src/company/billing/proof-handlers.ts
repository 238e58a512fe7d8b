/** What the operations on proofs, ageing and the journal do. */

import { ok } from '../../base/index.ts'
import type { Db } from '../../platform/db/index.ts'
import type { Handlers } from '../../platform/http/index.ts'
import type { SignalledCall } from '../ledger/index.ts'
import { journalLines, readAgeing } from './proof/ageing.ts'
import { proveMonth } from './proof/prove-month.ts'
import type { proofOperations } from './proof-operations.ts'
import { simulateBilling } from './invoices/simulate-billing.ts'
import type { simulateOperations } from './simulate-operations.ts'
import type { TaxProvider } from './tax/provider.ts'

export type ProofHandlersParts = {
  readonly db: Db
  readonly taxes: readonly TaxProvider[]
  /** Where the provider's tree begins; undefined before there is one. */
  readonly providerPath: () => string | undefined
  readonly evidence: (months: readonly string[]) => AsyncIterable<SignalledCall>
}

/** Handlers of what is looked at, and never changed. */
export function proofHandlers(parts: ProofHandlersParts): Handlers<typeof proofOperations & typeof simulateOperations> {
  const { db, taxes, providerPath, evidence } = parts
  return {
    async proveMonth({ query }, { note }) {
      const proof = await proveMonth({ db, tenantPath: providerPath() ?? 'none/', taxes, evidence }, query.month)
      note({ subjectKind: 'proof', after: { month: query.month, isGreen: proof.isGreen } })
      return ok({ ...proof, chargeMicros: BigInt(proof.chargeMicros), findings: proof.findings.slice(0, 1000) })
    },
    async readAgeing({ query }, { at, transaction }) {
      const when = query.at ?? at
      return ok({ at: when, items: [...(await transaction((tx) => readAgeing(tx, when)))] })
    },
    downloadJournal({ query }, { transaction }) {
      const rows = journalLines(transaction, query)
      return Promise.resolve(ok({ fileName: `journal-${query.from}-${query.to}.csv`, rows }))
    },
    async simulateBilling({ body }) {
      const simulated = await simulateBilling(body, taxes)
      if (!simulated.ok) return simulated
      const invoices = simulated.value
      const sum = (of: (one: (typeof invoices)[number]) => bigint): bigint =>
        invoices.reduce((total, one) => total + of(one), 0n)
      return ok({
        currency: body.currency,
        zone: body.zone,
        invoices: invoices.map((one) => ({ ...one, lines: [...one.lines], taxes: [...one.taxes] })),
        totals: {
          netMicros: sum((one) => one.netMicros),
          taxMicros: sum((one) => one.taxMicros),
          totalMicros: sum((one) => one.totalMicros),
        },
      })
    },
  }
}
