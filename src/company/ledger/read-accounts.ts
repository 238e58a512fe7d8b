/** Accounts as people read them: what is owed, what may be owed, what is set aside, what is left. */

import type { Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { PageRequest } from '../../platform/http/index.ts'

export type AccountRow = {
  readonly id: string
  readonly tenantId: string
  readonly customer: string
  readonly currency: string
  readonly status: 'open' | 'suspended' | 'closed'
  readonly balanceMicros: Micros
  readonly creditLimitMicros: Micros
  readonly reservedMicros: Micros
  readonly availableMicros: Micros
  readonly callsMax: number
}

export type AccountFilter = {
  /** Part of the customer's name or account ID, in any case. */
  readonly search?: string | undefined
  readonly customerId?: string | undefined
}

/** Customers' accounts by name, in the order of the list of customers, one more than the page holds. */
export async function readAccounts(
  tx: Tx,
  { search, customerId }: AccountFilter,
  { after, limit }: PageRequest<['text', 'id']>,
): Promise<readonly AccountRow[]> {
  const named = tx`tenant.name || ' ' || coalesce(customer.account_code, '')`
  const rows = await tx<Omit<AccountRow, 'availableMicros'>[]>`
    select account.id, account.tenant_id as "tenantId", tenant.name as customer, account.currency,
           account.status, account.credit_limit_micros as "creditLimitMicros", account.calls_max as "callsMax",
           coalesce(balance.balance_micros, 0) as "balanceMicros",
           (select coalesce(sum(reserved_micros), 0)::bigint from reservation
            where reservation.account_id = account.id) as "reservedMicros"
    from account
    join tenant on tenant.id = account.tenant_id
    left join customer on customer.tenant_id = account.tenant_id
    left join account_balance as balance on balance.account_id = account.id
    where account.kind = 'customer'
      ${search ? tx`and strpos(lower(${named}), lower(${search}::text)) > 0` : tx``}
      ${customerId === undefined ? tx`` : tx`and account.tenant_id = ${customerId}`}
      ${after ? tx`and (tenant.name collate "C", tenant.id) > (${after[0]}, ${after[1]}::uuid)` : tx``}
    order by tenant.name collate "C", tenant.id limit ${limit + 1}`
  return rows.map((row) => ({
    ...row,
    availableMicros: row.creditLimitMicros - row.balanceMicros - row.reservedMicros,
  }))
}

/** Whether the caller may see this customer's account. */
export async function isVisibleAccount(tx: Tx, accountId: string): Promise<boolean> {
  const rows = await tx`select id from account where id = ${accountId} and kind in ('customer', 'wholesale')`
  return rows.length > 0
}
