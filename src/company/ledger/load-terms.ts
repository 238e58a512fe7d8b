/** Reads what charging keeps in memory: accounts and their terms, books, and what changed. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { shelveBooks, type BookRow, type BookShelf } from './books.ts'
import type { AccountTerms } from './credit.ts'
import { limitOf, loadSpent, type StoredLimit } from './load-spent.ts'
import type { Spent } from './spending.ts'

export type LoadedAccount = {
  readonly terms: AccountTerms
  readonly postedMicros: Micros
  /** What accounts with limits have spent lately. */
  readonly spent: readonly Spent[]
}

type AccountRow = {
  readonly id: string
  readonly tenantId: string
  readonly tenantPath: string
  readonly kind: 'customer' | 'wholesale'
  readonly currency: Currency
  readonly creditLimitMicros: Micros
  readonly deckId: string
  readonly callsMax: number
  readonly accountStatus: 'open' | 'suspended' | 'closed'
  readonly tenantStatus: string
  readonly customerStatus: string | null
  readonly postedMicros: Micros
  readonly limits: readonly StoredLimit[] | null
}

/** Whichever of account, customer and tenant is worst off decides. */
function statusOf(row: AccountRow): AccountTerms['status'] {
  const all = [row.accountStatus, row.tenantStatus, row.customerStatus]
  if (all.includes('closed') || all.includes('terminated')) return 'closed'
  return all.includes('suspended') ? 'suspended' : 'open'
}

/** Accounts that pay for calls, customers' and partners': all, or those of some accounts and tenants. */
export async function loadAccounts(
  tx: Tx,
  now: number,
  only?: { readonly accountIds: readonly string[]; readonly tenantIds: readonly string[] },
): Promise<readonly LoadedAccount[]> {
  const [accountIds, tenantIds] = [only?.accountIds ?? null, only?.tenantIds ?? null]
  const rows = await tx<AccountRow[]>`
    select account.id, account.tenant_id as "tenantId", tenant.path as "tenantPath", account.kind, account.currency,
           account.credit_limit_micros as "creditLimitMicros", account.rate_deck_id as "deckId",
           account.calls_max as "callsMax", account.status as "accountStatus", tenant.status as "tenantStatus",
           customer.status as "customerStatus", coalesce(balance.balance_micros, 0) as "postedMicros",
           (select jsonb_agg(jsonb_build_object('id', one.id, 'name', one.name, 'classes', one.classes,
              'windowHours', one.window_hours, 'amount', one.amount_micros::text, 'zone', one.zone) order by one.name)
            from account_limit as one where one.account_id = account.id) as limits
    from account
    join tenant on tenant.id = account.tenant_id
    left join customer on customer.tenant_id = account.tenant_id
    left join account_balance as balance on balance.account_id = account.id
    where account.kind in ('customer', 'wholesale')
      and (${accountIds}::uuid[] is null or account.id = any(${accountIds}::uuid[])
           or account.tenant_id = any(${tenantIds}::uuid[]))`
  const limited = rows.filter((row) => row.limits)
  const spent = limited.length > 0 ? await loadSpent(tx, now, limited) : new Map<string, Spent[]>()
  return rows.map((row) => {
    const { id, tenantId, tenantPath, kind, currency, creditLimitMicros, deckId, callsMax, postedMicros } = row
    const owner = { id, tenantId, tenantPath, kind, currency, creditLimitMicros, deckId, callsMax }
    return {
      terms: { ...owner, status: statusOf(row), limits: (row.limits ?? []).map(limitOf) },
      postedMicros,
      spent: spent.get(id) ?? [],
    }
  })
}

/** Every seller's books. */
export async function loadBooks(tx: Tx): Promise<BookShelf> {
  return shelveBooks(
    await tx<BookRow[]>`
      select account.id, account.tenant_id as "tenantId", tenant.path as "tenantPath", account.kind, account.currency
      from account join tenant on tenant.id = account.tenant_id
      where account.kind not in ('customer', 'wholesale')`,
  )
}

export type Changes = {
  /** Where the next look begins. */
  readonly cursor: string
  readonly accountIds: readonly string[]
  readonly tenantIds: readonly string[]
  /** Customers who got another plan. */
  readonly planTenantIds: readonly string[]
  readonly deckIds: readonly string[]
  /** A carrier or a brand's policy changed: all of them are few. */
  readonly carriers: boolean
}

/**
 * What changed since `cursor`. A row of a transaction that was open at the last look has a transaction id at or
 * above that look's oldest open one, so that no late commit hides behind the cursor.
 */
export async function readChanges(tx: Tx, cursor: string): Promise<Changes> {
  const rows = await tx<{ entity: string; entity_id: string; tenant_id: string }[]>`
    select entity, entity_id, tenant_id from directory_change
    where xid >= ${cursor}::text::xid8
      and entity in ('account', 'customer', 'tenant', 'plan_assignment', 'rate_deck', 'carrier', 'brand')`
  const of = (...entities: string[]): (typeof rows)[number][] => rows.filter((row) => entities.includes(row.entity))
  return {
    cursor,
    accountIds: of('account').map((row) => row.entity_id),
    tenantIds: of('customer', 'tenant').map((row) => row.tenant_id),
    planTenantIds: of('plan_assignment').map((row) => row.tenant_id),
    deckIds: of('rate_deck').map((row) => row.entity_id),
    carriers: of('carrier', 'brand').length > 0,
  }
}

/** The oldest transaction that is still open: the next look begins there. */
export async function feedPosition(tx: Tx): Promise<string> {
  const [row] = await tx<{ position: string }[]>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as position`
  return row?.position ?? '0'
}
