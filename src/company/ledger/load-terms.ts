/** Reads what charging keeps in memory: accounts and their terms, books, open reservations. */

import type { Currency, Micros } from '../../base/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { ratesOf } from '../catalog/index.ts'
import { shelveBooks, type BookRow, type BookShelf } from './books.ts'
import type { AccountTerms, Reservation } from './credit.ts'

export type LoadedAccount = { readonly terms: AccountTerms; readonly postedMicros: Micros }

type AccountRow = {
  readonly id: string
  readonly tenantId: string
  readonly tenantPath: string
  readonly currency: Currency
  readonly creditLimitMicros: Micros
  readonly deckId: string
  readonly callsMax: number
  readonly accountStatus: 'open' | 'suspended' | 'closed'
  readonly tenantStatus: string
  readonly customerStatus: string | null
  readonly postedMicros: Micros
}

/** Whichever of account, customer and tenant is worst off decides. */
function statusOf(row: AccountRow): AccountTerms['status'] {
  const all = [row.accountStatus, row.tenantStatus, row.customerStatus]
  if (all.includes('closed') || all.includes('terminated')) return 'closed'
  return all.includes('suspended') ? 'suspended' : 'open'
}

/** Customers' accounts: all, or those of some accounts and tenants. */
export async function loadAccounts(
  tx: Tx,
  only?: { readonly accountIds: readonly string[]; readonly tenantIds: readonly string[] },
): Promise<readonly LoadedAccount[]> {
  const [accountIds, tenantIds] = [only?.accountIds ?? null, only?.tenantIds ?? null]
  const rows = await tx<AccountRow[]>`
    select account.id, account.tenant_id as "tenantId", tenant.path as "tenantPath", account.currency,
           account.credit_limit_micros as "creditLimitMicros", account.rate_deck_id as "deckId",
           account.calls_max as "callsMax", account.status as "accountStatus", tenant.status as "tenantStatus",
           customer.status as "customerStatus", coalesce(balance.balance_micros, 0) as "postedMicros"
    from account
    join tenant on tenant.id = account.tenant_id
    left join customer on customer.tenant_id = account.tenant_id
    left join account_balance as balance on balance.account_id = account.id
    where account.kind = 'customer'
      and (${accountIds}::uuid[] is null or account.id = any(${accountIds}::uuid[])
           or account.tenant_id = any(${tenantIds}::uuid[]))`
  return rows.map((row) => {
    const { id, tenantId, tenantPath, currency, creditLimitMicros, deckId, callsMax, postedMicros } = row
    const status = statusOf(row)
    return {
      terms: { id, tenantId, tenantPath, currency, creditLimitMicros, deckId, callsMax, status },
      postedMicros,
    }
  })
}

/** Every seller's books. */
export async function loadBooks(tx: Tx): Promise<BookShelf> {
  return shelveBooks(
    await tx<BookRow[]>`
      select account.id, account.tenant_id as "tenantId", tenant.path as "tenantPath", account.kind, account.currency
      from account join tenant on tenant.id = account.tenant_id
      where account.kind <> 'customer'`,
  )
}

type ReservationRow = Omit<Reservation, 'quote' | 'answeredAt'> & {
  readonly versionId: string
  readonly prefix: string
  readonly answeredAt: number | null
}

/** Reservations that a former process left, each with the price that it was promised. */
export async function loadReservations(tx: Tx): Promise<readonly Reservation[]> {
  const rows = await tx<ReservationRow[]>`
    select cdr_id as "cdrId", account_id as "accountId", tenant_id as "tenantId", call_id as "callId", direction,
           destination, version_id as "versionId", prefix, reserved_at as "reservedAt", paid_seconds as "paidSeconds",
           reserved_micros as "reservedMicros", final, answered_at as "answeredAt"
    from reservation`
  if (rows.length === 0) return []
  const keyOf = (key: { versionId: string; direction: string; prefix: string }): string =>
    `${key.versionId} ${key.direction} ${key.prefix}`
  const rates = new Map((await ratesOf(tx, rows)).map((rate) => [keyOf(rate), rate]))
  return rows.flatMap(({ versionId, prefix, answeredAt, ...rest }) => {
    const row = rates.get(keyOf({ versionId, direction: rest.direction, prefix }))
    return row ? [{ ...rest, quote: { versionId, row }, answeredAt: answeredAt ?? undefined }] : []
  })
}

export type Changes = {
  /** Where the next look begins. */
  readonly cursor: string
  readonly accountIds: readonly string[]
  readonly tenantIds: readonly string[]
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
    where xid >= ${cursor}::text::xid8 and entity in ('account', 'customer', 'tenant', 'rate_deck', 'carrier', 'brand')`
  const of = (...entities: string[]): (typeof rows)[number][] => rows.filter((row) => entities.includes(row.entity))
  return {
    cursor,
    accountIds: of('account').map((row) => row.entity_id),
    tenantIds: of('customer', 'tenant').map((row) => row.tenant_id),
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
