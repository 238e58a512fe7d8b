/** Billing at work in the office: the ledger behind the bus, the taxes that are known, the brands' portals. */

import type { Bus } from '../../platform/bus/index.ts'
import type { JobHandling } from '../../platform/jobs/index.ts'
import { billingHandlings, canada, deliverInvoices } from '../../company/billing/index.ts'
import { postBilling } from '../../company/ledger/index.ts'
import type { Brands } from './brands.ts'
import type { RecoveryMailParts } from './recovery-mail.ts'

const PATIENCE_MS = 30_000

/** The jobs of billing. */
export function billing(parts: RecoveryMailParts & { readonly bus: Bus }): readonly JobHandling[] {
  const { db, bus, clock, log, brands, addressOn } = parts
  const delivery = {
    db,
    clock,
    log,
    addressOn: (tenantPath: string, path: string) => addressOn(brands.forPath(tenantPath), path),
  }
  return billingHandlings(
    {
      db,
      clock,
      log,
      taxes: [canada],
      async post(postings) {
        const answer = await bus.request('charge', postBilling, { postings }, { timeoutMs: PATIENCE_MS })
        return answer.ok ? answer.value.posted : []
      },
      deliver: async (seller, signal) => void (await deliverInvoices(delivery, seller, signal)),
    },
    () => providerPathOf(brands),
  )
}

/** Where the provider's tree begins; undefined while none is known. */
export function providerPathOf(brands: Brands): string | undefined {
  const provider = brands.provider()
  return provider === undefined ? undefined : brands.pathOf(provider)
}
