/** Whoever pays: a customer's or partner's account, its seller, and how it is spoken to. */

import type { Currency, Micros } from '../../../base/index.ts'
import type { Tx } from '../../../platform/db/index.ts'

export type PayerAccount = {
  readonly tenantId: string
  readonly tenantPath: string
  readonly name: string
  /** The account ID as people quote it; empty of a partner. */
  readonly accountCode: string
  readonly accountId: string
  readonly sellerId: string
  readonly currency: Currency
  readonly zone: string
  readonly status: 'open' | 'suspended' | 'closed'
  readonly creditLimitMicros: Micros
  readonly balanceMicros: Micros
}

/** The account of a tenant; undefined when he has none, or is out of sight. */
export async function payerOf(tx: Tx, tenantId: string): Promise<PayerAccount | undefined> {
  const [found] = await payers(tx, [tenantId])
  return found
}

/** The accounts of some tenants, or of all in sight. */
export async function payers(tx: Tx, tenantIds: readonly string[] | null): Promise<readonly PayerAccount[]> {
  return tx<PayerAccount[]>`
    select tenant.id as "tenantId", tenant.path as "tenantPath", tenant.name,
           coalesce(customer.account_code, '') as "accountCode", account.id as "accountId",
           tenant.parent_id as "sellerId", account.currency, coalesce(customer.zone, 'UTC') as zone, account.status,
           account.credit_limit_micros as "creditLimitMicros",
           coalesce(balance.balance_micros, 0) as "balanceMicros"
    from account
    join tenant on tenant.id = account.tenant_id
    left join customer on customer.tenant_id = tenant.id
    left join account_balance as balance on balance.account_id = account.id
    where account.kind in ('customer', 'wholesale') and tenant.parent_id is not null
      ${tenantIds === null ? tx`` : tx`and tenant.id = any(${[...tenantIds]}::uuid[])`}
    order by tenant.path`
}
