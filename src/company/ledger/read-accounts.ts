/** Accounts as people read them: what is owed, what may be owed, what is set aside, what is left. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'

export type AccountRow = {
  readonly id: string
  readonly tenantId: string
  readonly customer: string
  readonly path: string
  readonly currency: string
  readonly status: 'open' | 'suspended' | 'closed'
  readonly balanceMicros: Micros
  readonly creditLimitMicros: Micros
  readonly reservedMicros: Micros
  readonly availableMicros: Micros
  readonly callsMax: number
}

/** Customers' accounts in the order of the tenant tree, after a path. */
export async function readAccounts(
  tx: Tx,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly AccountRow[]> {
  const rows = await tx<Omit<AccountRow, 'availableMicros'>[]>`
    select account.id, account.tenant_id as "tenantId", tenant.name as customer, tenant.path, account.currency,
           account.status, account.credit_limit_micros as "creditLimitMicros", account.calls_max as "callsMax",
           coalesce(balance.balance_micros, 0) as "balanceMicros",
           (select coalesce(sum(reserved_micros), 0)::bigint from reservation
            where reservation.account_id = account.id) as "reservedMicros"
    from account
    join tenant on tenant.id = account.tenant_id
    left join account_balance as balance on balance.account_id = account.id
    where account.kind = 'customer' and tenant.path > ${page.after}
    order by tenant.path limit ${page.limit}`
  return rows.map((row) => ({
    ...row,
    availableMicros: row.creditLimitMicros - row.balanceMicros - row.reservedMicros,
  }))
}

/** Whether the caller may see this customer's account. */
export async function isVisibleAccount(tx: Tx, accountId: string): Promise<boolean> {
  const rows = await tx`select id from account where id = ${accountId} and kind = 'customer'`
  return rows.length > 0
}
