/** What the operations of tenants need from elsewhere; the process wires it. */

import type { Clock, Failure, Micros, Result } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { BankRow, SecretBox } from './bank-details.ts'

/** The account that a new customer begins with. */
export type FirstAccount = {
  readonly tenantId: string
  readonly sellerId: string
  readonly creditLimitMicros: Micros
  readonly rateDeckId: string | undefined
}

export type TenantOperationsParts = {
  readonly clock: Clock
  readonly secretBox: SecretBox
  /** The bank details that a tenant pays to: those of the nearest brand above him, whose scope he does not see. */
  readonly bankDetailsOf: (
    tenantId: string,
  ) => Promise<{ readonly tenantId: string | undefined; readonly rows: readonly BankRow[] }>
  /** Opens the account in the customer's transaction: nobody is served who could not be charged. */
  readonly openAccount: (tx: Tx, account: FirstAccount) => Promise<Result<true, Failure<'tenant.no_rate_deck'>>>
}
