/** Everything that the API can do, each module's operations joined to what they need of the others. */

import { assert, type RandomBytes } from '../../base/index.ts'
import type { BoundOperation } from '../../platform/http/index.ts'
import { openSecret, sealSecret, sipPassword, type MasterKeys } from '../../platform/identity/index.ts'
import { billingOperations, canada, type PaymentParts } from '../../company/billing/index.ts'
import { providerPathOf } from './billing.ts'
import { catalogOperations } from '../../company/catalog/index.ts'
import { ledgerOperations, readEvidence } from '../../company/ledger/index.ts'
import { numbersOperations } from '../../company/numbers/index.ts'
import { supportOperations } from '../../company/support/index.ts'
import { carrierHealth, liveBindings } from '../../company/switch/index.ts'
import { brandOf, readBankDetails, tenantOperations, type SecretBox } from '../../company/tenant/index.ts'
import { firstAccounts } from './first-account.ts'
import type { Mailboxes } from './keep-messages.ts'
import { officeOperations } from './handlers.ts'
import { supportParts } from './support-parts.ts'
import type { OfficeOperationsParts } from './parts.ts'

const PATIENCE_MS = 1000

/** The operations of office and of every module, ready to be mounted. */
export function allOperations(
  parts: OfficeOperationsParts & {
    readonly keys: MasterKeys
    readonly random: RandomBytes
    readonly messages: Pick<Mailboxes, 'read' | 'changed'>
    readonly payments: PaymentParts
  },
): readonly BoundOperation[] {
  const { bus, keys, random, identity, messages, payments } = parts
  const { clock } = identity
  const numbers = numbersOperations({
    clock,
    random,
    messages,
    async bindings() {
      const answer = await bus.request('signal', liveBindings, {}, { timeoutMs: PATIENCE_MS })
      return answer.ok ? answer.value : undefined
    },
    async carrierHealth() {
      const answer = await bus.request('signal', carrierHealth, {}, { timeoutMs: PATIENCE_MS })
      return answer.ok ? answer.value : undefined
    },
    secrets: {
      newestKeyId: () => keys.newestId,
      sealForCarrier: (carrierId, password) => sealSecret(keys, random, `carrier ${carrierId}`, password),
      passwordOf(secret) {
        const password = sipPassword(keys, secret)
        assert(password !== undefined, 'the newest master key is there')
        return password
      },
    },
  })
  const secretBox: SecretBox = {
    seal: (purpose, text) => sealSecret(keys, random, purpose, text),
    open: (purpose, sealed) => openSecret(keys, purpose, sealed),
  }
  const bankDetailsOf = (tenantId: string) =>
    identity.db.asService(async (tx) => {
      const brand = await brandOf(tx, tenantId)
      return { tenantId: brand?.tenantId, rows: brand ? await readBankDetails(tx, secretBox, brand.tenantId) : [] }
    })
  return [
    ...officeOperations(parts),
    ...tenantOperations({ clock, openAccount: firstAccounts(clock), secretBox, bankDetailsOf }),
    ...numbers,
    ...catalogOperations({ clock }),
    ...ledgerOperations({ bus, clock }),
    ...billingOperations({
      clock,
      payments,
      db: identity.db,
      taxes: [canada],
      providerPath: () => providerPathOf(parts.brands),
      evidence: (months) => readEvidence(parts.evidenceFolder, months),
    }),
    ...supportOperations(supportParts({ db: identity.db, clock, brands: parts.brands })),
  ]
}
